"""Events as an iCalendar feed (RFC 5545, RFC 7986) that calendar programs can subscribe to and update from.

What a program already has keeps its name: the UID never changes, SEQUENCE grows with each version, and a single
occurrence that differs is a component of its own with RECURRENCE-ID.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.gateway.common.documents import Document
from services.gateway.common.ical.calendar import END, beginning, location, time_zones
from services.gateway.common.ical.lines import instant, line, text, times
from services.gateway.common.ical.series import series, start_and_end

_STATUS: Final = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
_DIFFERENT: Final = ("title", "description", "place")


def calendar(documents: Iterable[Document], *, web_url: str, now: datetime, name: str) -> bytes:
    """The public ones of ``documents`` (``EventFact``, whose ``visibility`` may be left out) as one calendar.

    ``web_url`` is where the pages of events are; ``now`` says only for how long changes of clocks are listed.
    """
    return beginning(name) + part(documents, set(), web_url=web_url, now=now) + END


def part(documents: Iterable[Document], defined: set[str], *, web_url: str, now: datetime) -> bytes:
    """A part of a calendar: the public ones of ``documents``, behind the time zones that they name first.

    ``defined``: the zones that stand in the calendar so far, to which those of this part are added; else as above.
    """
    events: list[str] = []
    zones: set[str] = set()
    for document in documents:
        if document.get("visibility", "public") == "public":
            events += _event(document, web_url.rstrip("/"))
            if not document["all_day"]:
                zones.add(document["time_zone"])
    new = time_zones(zones - defined, now=now)
    defined |= zones
    return "".join((*new, *events)).encode()


def _event(document: Document, web_url: str) -> Iterator[str]:
    """The event itself, and each of its occurrences that differs from what its rule says."""
    zone = ZoneInfo(document["time_zone"])
    if not document["recurrence"]:
        yield from _component(document, web_url, start_and_end(document, zone))
        return
    told = series(document)
    yield from _component(document, web_url, told.lines())
    for occurrence in document["occurrences"]:
        different = {name: occurrence[name] for name in _DIFFERENT if occurrence[name] is not None}
        if different or occurrence["status"] != document["status"] or told.differs(occurrence):
            original = times("RECURRENCE-ID", [told.original(occurrence["recurrence_id"])])
            single = {**document, **different, "status": occurrence["status"]}
            yield from _component(single, web_url, [original, *start_and_end(occurrence, zone)])


def _component(document: Document, web_url: str, when: Iterable[str]) -> Iterator[str]:
    """A VEVENT. No person is named, so there is neither ORGANIZER nor CONTACT."""
    page = f"{web_url}/events/{document['id']}"
    place = document["place"] or {}
    updated = datetime.fromisoformat(document["updated_at"])
    title = f"Abgesagt: {document['title']}" if document["status"] == "cancelled" else document["title"]
    hosts = ", ".join(organiser["name"] for organiser in document["organisers"])
    paragraphs = (document["description"], hosts and f"Veranstaltet von: {hosts}", document["url"], page)
    yield line("BEGIN", "VEVENT")
    yield text("UID", f"{document['id']}@buendnisbus")
    yield line("SEQUENCE", str(document["version"] - 1))
    yield instant("DTSTAMP", updated)  # without METHOD it means the last change (RFC 5545, 3.8.7.2)
    yield instant("LAST-MODIFIED", updated)
    yield instant("CREATED", datetime.fromisoformat(document["created_at"]))
    yield line("STATUS", _STATUS.get(document["status"], "CONFIRMED"))
    yield from when
    yield text("SUMMARY", title)
    yield text("DESCRIPTION", "\n\n".join(filter(None, paragraphs)))
    yield line("URL", page)
    if where := location(place):
        yield text("LOCATION", where)
    if place.get("latitude") is not None and place.get("longitude") is not None:
        yield line("GEO", f"{place['latitude']:.6f};{place['longitude']:.6f}")
    if document["topics"]:
        yield text("CATEGORIES", *document["topics"])
    yield line("END", "VEVENT")
