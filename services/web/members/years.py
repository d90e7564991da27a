"""A member's year as a page worth showing: what it brought to the alliance, and the office's thanks.

It tells of what was there and never of what was not.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from services.web.calendar.summary import Topic, topics
from services.web.client import segment
from services.web.common.labels import contribution_kind, day, meeting_kinds
from services.web.common.plain_text import paragraphs
from services.web.common.render import render
from shared.language import Language

Document = Mapping[str, Any]

_EVENTS_SHOWN = 10
_ROWS_SHOWN = 8
"""With so many rows of each kind the page fits on two sheets of paper; the rest is folded away."""
_LONG = 400
"""Thanks of more characters are set in smaller type."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A large number with what it counts."""

    number: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: when, what, and what is to be said of it besides."""

    day: str
    title: str
    note: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The first lines of a kind, those that are folded away, and how many there are besides the first."""

    shown: tuple[Entry, ...]
    folded: tuple[Entry, ...]
    further: int


@dataclass(frozen=True, slots=True)
class YearView:
    """What the page shows. ``reach``: the events in a sentence; ``helped``: requests for help in sentences;
    ``is_over``: whether the year is."""

    organisation: str
    name: str
    year: int
    is_over: bool
    is_empty: bool
    thanks: list[Markup]
    is_thanked_at_length: bool
    figures: tuple[Figure, ...]
    reach: str
    municipalities: tuple[str, ...]
    topics: tuple[Topic, ...]
    helped: tuple[str, ...]
    events: Rows
    meetings: Rows
    contributions: Rows
    events_url: str


def year_view(document: Document, language: Language, today: date) -> YearView:
    """The page's content from the document of a year."""
    organisation, year, events = document["organisation"], document["year"], document["events"]
    meetings = [_meeting(one, language) for one in _attended(document)]
    contributions = [_contribution(one, language) for one in document["contributions"]]
    helped = tuple(_helped(document, language))
    query = {"organiser": organisation["id"], "from": f"{year}-01-01", "to": f"{year}-12-31"}
    return YearView(
        organisation=organisation["id"],
        name=organisation["name"],
        year=year,
        is_over=today.year > year,
        is_empty=not (meetings or contributions or helped or events["events"]),
        thanks=paragraphs(document.get("thanks")),
        is_thanked_at_length=len(document.get("thanks") or "") > _LONG,
        figures=_figures(document, language),
        reach=reach(events, language) if events["events"] else "",
        municipalities=tuple(events["municipalities"]),
        topics=topics(tuple(events["topics"]), language),
        helped=helped,
        events=_rows([_event(one, language) for one in events["items"]], _EVENTS_SHOWN, events["events"]),
        meetings=_rows(meetings, _ROWS_SHOWN, len(meetings)),
        contributions=_rows(contributions, _ROWS_SHOWN, len(contributions)),
        events_url=f"/?{urlencode(query)}",
    )


def reach(events: Document, language: Language) -> str:
    """``7 Veranstaltungen an 12 Terminen in 4 Gemeinden``; what is one or unknown is left out where it says nothing."""
    count, times, towns = events["events"], events["times"], len(events["municipalities"])
    said = language.ngettext("{count} event", "{count} events", count, count=language.number(count))
    if times > count:
        on = language.ngettext("on {count} date", "on {count} dates", times, count=language.number(times))
        said = f"{said} {on}"
    if towns:
        where = language.ngettext(
            "in {count} municipality", "in {count} municipalities", towns, count=language.number(towns)
        )
        said = f"{said} {where}"
    return said


def render_year(document: Document, language: Language, *, today: date) -> str:
    """The page of a member's year."""
    year = year_view(document, language, today)
    address = f"/members/{year.organisation}/{year.year}"
    return render("members/year.html", language, year=year, where="members", canonical=address)


def _figures(document: Document, language: Language) -> tuple[Figure, ...]:
    """Large numbers of what there was; nothing stands there as a zero."""
    events, meetings, contributions = document["events"], len(_attended(document)), len(document["contributions"])
    accepted = _answered(document)[0] or 0
    counted = [
        (meetings, language.ngettext("meeting together", "meetings together", meetings)),
        (contributions, language.ngettext("contribution", "contributions", contributions)),
        (events["events"], language.ngettext("event", "events", events["events"])),
        (accepted, language.ngettext("accepted request", "accepted requests", accepted)),
    ]
    return tuple(Figure(language.number(number), label) for number, label in counted if number)


def _answered(document: Document) -> tuple[int | None, int | None]:
    """How many requests the member accepted, and answered in time; None: a few."""
    # A gateway of the version before does not count them.
    found = document["referrals"] or {"accepted": 0, "in_time": 0}
    return found["accepted"], found["in_time"]


def _helped(document: Document, language: Language) -> Iterator[str]:
    """What the member did for people who asked; where there were few, without a number."""
    accepted, in_time = _answered(document)
    if accepted is None:
        yield language.gettext("Requests for help accepted")
    elif accepted:
        yield language.ngettext(
            "{count} request for help accepted",
            "{count} requests for help accepted",
            accepted,
            count=language.number(accepted),
        )
    if in_time:
        yield language.ngettext(
            "{count} request answered as soon as promised",
            "{count} requests answered as soon as promised",
            in_time,
            count=language.number(in_time),
        )


def _rows(entries: list[Entry], most: int, total: int) -> Rows:
    shown, folded = tuple(entries[:most]), tuple(entries[most:])
    return Rows(shown, folded, max(total - len(shown), len(folded)))


def _attended(document: Document) -> list[Document]:
    """The meetings in which the member took part."""
    return [one for one in document["meetings"] if one["presence"] in ("present", "online")]


def _meeting(given: Document, language: Language) -> Entry:
    """A meeting for members alone is named by its kind."""
    kind = meeting_kinds(language).get(given["kind"], "")
    note = kind if given["title"] else ""
    if given["presence"] == "online":
        note = f"{note}, {language.gettext('taken part online')}" if note else language.gettext("taken part online")
    return Entry(day(given["on"], language), given["title"] or kind, note)


def _contribution(given: Document, language: Language) -> Entry:
    return Entry(day(given["on"], language), given["title"], contribution_kind(given["kind"], language))


def _event(given: Document, language: Language) -> Entry:
    times = given["times"]
    note = language.ngettext("{count} date", "{count} dates", times, count=language.number(times)) if times > 1 else ""
    return Entry(day(given["first"], language), given["title"], note, f"/events/{segment(str(given['id']))}")
