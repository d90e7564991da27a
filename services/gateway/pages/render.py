"""From documents to HTML."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.gateway.common.http.language import Language, languages
from services.gateway.pages import listing
from services.gateway.pages.detail import SHOWN_AT_ONCE, event_view
from services.gateway.pages.json_ld import json_ld
from services.gateway.pages.listing import ListView
from services.gateway.pages.live import Live

_HERE: Final = Path(__file__).parent

STYLESHEET: Final = (_HERE / "static" / "style.css").read_bytes()
STYLESHEET_URL: Final = f"/static/style.css?v={sha256(STYLESHEET).hexdigest()[:12]}"
LIVE_SCRIPT: Final = (_HERE / "static" / "live.js").read_bytes()
LIVE_SCRIPT_URL: Final = f"/static/live.js?v={sha256(LIVE_SCRIPT).hexdigest()[:12]}"

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.policies["json.dumps_kwargs"] = {"ensure_ascii": False}


def render_list(view: ListView, language: Language) -> str:
    """The list of events with its filters."""
    return render(
        "list.html",
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
    )


def render_event(
    document: Mapping[str, Any], language: Language, *, now: datetime, calendar_url: str, live: Live | None = None
) -> str:
    """The page of one event, from its fact."""
    return render(
        "event.html",
        language,
        event=event_view(document, language, now),
        id=document["id"],
        live=live,
        json_ld=json_ld(document, now),
        calendar_url=calendar_url,
        shown_at_once=SHOWN_AT_ONCE,
    )


def render_problem(status: int, title: str, detail: str, language: Language) -> str:
    """The page that says why there is no other; ``title`` and ``detail`` in the reader's language."""
    return render("problem.html", language, status=status, title=title, detail=detail)


def render(template: str, language: Language, **content: Any) -> str:
    """A template with its content and what every page needs; ``where``: the part of the site that it belongs to."""
    others = [
        (other, other.gettext("English: these pages follow the language setting of your browser."))
        for other in languages()
        if other.code != language.code
    ]
    return _TEMPLATES.get_template(template).render(
        {"where": "", **content},
        language=language,
        other_languages=others,
        _=language.gettext,
        ngettext=language.ngettext,
        home=listing.HOME,
        stylesheet_url=STYLESHEET_URL,
        live_script_url=LIVE_SCRIPT_URL,
    )
