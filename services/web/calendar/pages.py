"""The list of events and the page of one, as HTML."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.web.calendar import listing
from services.web.calendar.detail import SHOWN_AT_ONCE, event_view
from services.web.calendar.json_ld import json_ld
from services.web.calendar.listing import ListView
from services.web.common.live import Live
from services.web.common.render import HOME, render
from shared.language import Language


def render_list(view: ListView, language: Language) -> str:
    """The list of events with its filters."""
    return render(
        "calendar/list.html",
        language,
        view=view,
        live=view.live,
        days=listing.days(view, language),
        periods=listing.periods(view, language),
        topics=listing.topic_choices(view, language),
        organisers=listing.organiser_choices(view),
        places=listing.place_choices(view),
        radii=listing.radius_choices(view, language),
        chosen=listing.chosen(view, language),
        is_date=listing.is_date,
        where="calendar",
        canonical="" if view.is_filtered or view.errors else HOME,
    )


def render_event(
    document: Mapping[str, Any], language: Language, *, now: datetime, calendar_url: str, live: Live | None = None
) -> str:
    """The page of one event, as ``GET /v1/events/{event}`` shows it."""
    return render(
        "calendar/event.html",
        language,
        event=event_view(document, language, now),
        id=document["id"],
        live=live,
        json_ld=json_ld(document, now),
        calendar_url=calendar_url,
        shown_at_once=SHOWN_AT_ONCE,
        canonical=f"/events/{document['id']}",
    )
