"""The page of one event: its times, what has changed, and its facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from services.web.calendar.summary import Document, Place, Topic, place, topics
from services.web.common.plain_text import capitalised, paragraphs, safe_link
from services.web.common.times import Period, local, period_of
from shared.language import Language

SHOWN_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time the event takes place; title, description and place only where they are its own."""

    period: Period
    status: str
    title: str | None
    description: list[Markup]
    place: Place | None


@dataclass(frozen=True, slots=True)
class Before:
    """What was announced before the last change; None where it is still the same."""

    period: Period | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class EventView:
    """What the page of an event shows. ``coming``: what comes next, else the last; None without any."""

    title: str
    status: str
    coming: Occurrence | None
    is_over: bool
    is_repeated: bool
    upcoming: list[Occurrence]
    past: list[Occurrence]
    before: Before
    place: Place
    topics: tuple[Topic, ...]
    description: list[Markup]
    organisers: list[tuple[str, str]]
    languages: list[str]
    target_groups: list[str]
    accessibility: list[str]
    is_low_threshold: bool
    cost: str | None
    url: str | None
    registration_url: str | None
    updated_at: datetime


def event_view(document: Document, language: Language, now: datetime) -> EventView:
    """The page's content from an event's document."""
    occurrences = sorted(map(_occurrence, document["occurrences"]), key=lambda found: found.period.instant)
    upcoming = [found for found in occurrences if not found.period.is_over(now)]
    past = [found for found in occurrences if found.period.is_over(now)]
    taking_place = [found for found in upcoming if found.status != "cancelled"]
    return EventView(
        title=document["title"],
        status=document["status"],
        coming=next(iter(taking_place or upcoming or past[-1:]), None),
        is_over=not upcoming,
        is_repeated=document.get("recurrence") is not None,
        upcoming=upcoming,
        past=past,
        before=_before(document),
        place=place(document.get("place")),
        topics=topics(document.get("topics") or (), language),
        description=paragraphs(document.get("description")),
        organisers=[(organiser["id"], organiser["name"]) for organiser in document["organisers"]],
        languages=[capitalised(language.name_of(tag)) for tag in document.get("languages") or ()],
        target_groups=[capitalised(word) for word in document.get("target_groups") or ()],
        accessibility=[capitalised(word) for word in document.get("accessibility") or ()],
        is_low_threshold=bool(document.get("low_threshold")),
        cost=document.get("cost"),
        url=safe_link(document.get("url")),
        registration_url=safe_link(document.get("registration_url")),
        updated_at=local(datetime.fromisoformat(document["updated_at"])),
    )


def _occurrence(document: Mapping[str, Any]) -> Occurrence:
    return Occurrence(
        period=period_of(document),
        status=document["status"],
        title=document.get("title"),
        description=paragraphs(document.get("description")),
        place=place(document["place"]) if document.get("place") else None,
    )


def _before(document: Document) -> Before:
    previous, changed = document.get("previous"), document.get("changed") or ()
    if not previous:
        return Before(None, None)
    was, where = period_of({"starts_at": previous["starts_at"]}), place(previous.get("place"))
    # The first start of a series says nothing about the date that a reader had in mind.
    is_single = document.get("recurrence") is None
    has_moved = "place" in changed and where.lines and where.lines != place(document.get("place")).lines
    return Before(
        period=was if is_single and "starts_at" in changed and was.instant != period_of(document).instant else None,
        place=where if has_moved else None,
    )
