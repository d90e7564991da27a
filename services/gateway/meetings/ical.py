"""The meetings that an organisation is invited to, as a calendar to subscribe to; no person stands in it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from services.gateway.common.documents import Document
from services.gateway.common.ical.calendar import location, whole
from services.gateway.common.ical.lines import instant, line, text
from services.gateway.common.ical.series import start_and_end


def meetings_calendar(documents: Iterable[Document], *, now: datetime, name: str) -> bytes:
    """The meetings ``documents`` (``MeetingFact``), cancelled ones too. ``now`` says only for how long changes of
    clocks are listed."""
    meetings = list(documents)
    zones = {meeting["time_zone"] for meeting in meetings if len(meeting["starts_at"]) > 10}
    return whole((part for meeting in meetings for part in _component(meeting)), zones, now=now, name=name)


def _component(meeting: Document) -> Iterator[str]:
    is_cancelled = meeting["status"] == "cancelled"
    updated = datetime.fromisoformat(meeting["updated_at"])
    yield line("BEGIN", "VEVENT")
    yield text("UID", f"{meeting['id']}@buendnisbus")
    yield line("SEQUENCE", str(meeting["sequence"]))
    yield instant("DTSTAMP", updated)
    yield instant("LAST-MODIFIED", updated)
    yield instant("CREATED", datetime.fromisoformat(meeting["created_at"]))
    yield line("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    yield from start_and_end(meeting, ZoneInfo(meeting["time_zone"]))
    yield text("SUMMARY", f"Abgesagt: {meeting['title']}" if is_cancelled else meeting["title"])
    if description := "\n\n".join(_description(meeting)):
        yield text("DESCRIPTION", description)
    place = meeting["place"] or {}
    if where := location(place):
        yield text("LOCATION", where)
    if place.get("latitude") is not None and place.get("longitude") is not None:
        yield line("GEO", f"{place['latitude']:.6f};{place['longitude']:.6f}")
    yield line("CLASS", "PUBLIC" if meeting["public"] else "PRIVATE")
    yield line("END", "VEVENT")


def _description(meeting: Document) -> Iterator[str]:
    if meeting["cancelled_because"]:
        yield meeting["cancelled_because"]
    if meeting["working_group"]:
        yield f"Arbeitsgruppe: {meeting['working_group']}"
    lines = []
    for number, item in enumerate(meeting["agenda"], start=1):
        lines.append(f"{number}. {item['title']}")
        lines += (f"   {paper['title']}: {paper['url']}" for paper in item["papers"])
    if lines:
        yield "\n".join(("Tagesordnung:", *lines))
