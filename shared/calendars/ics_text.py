"""Takes the text of a calendar apart before anything is parsed, so that a broken entry stays alone.

Only the properties a submission is made of get through. ORGANIZER, ATTENDEE, CONTACT, COMMENT and alarms,
which hold what people never meant to publish (DESIGN 8), are dropped here, before any other code sees them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from shared.calendars.text import decode

KEPT: Final = frozenset(
    {"UID", "SEQUENCE", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DURATION", "STATUS", "CLASS", "LOCATION"}
    | {"GEO", "CATEGORIES", "URL", "IMAGE", "CONFERENCE", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"}
    | {"LAST-MODIFIED", "DTSTAMP"}
)  # fmt: skip

_PROPERTY: Final = re.compile(r"\s*(?P<name>[A-Za-z0-9-]+)\s*(?P<value>[;:].*)", re.DOTALL)


@dataclass(slots=True)
class EventText:
    """One VEVENT: its ``position`` among all of the file, from 1, and its kept content lines, unfolded."""

    position: int
    lines: list[str] = field(default_factory=list)
    garbled: int = 0
    complete: bool = False


@dataclass(slots=True)
class CalendarText:
    """One VCALENDAR: its method, its X-WR-TIMEZONE, the lines of its VTIMEZONEs, and its events."""

    method: str = ""
    zone: str = ""
    zones: list[list[str]] = field(default_factory=list)
    events: list[EventText] = field(default_factory=list)


def calendars(data: bytes) -> list[CalendarText]:
    """The calendars of a file; one without a VCALENDAR around its VEVENTs counts as one too."""
    found: list[CalendarText] = []
    path: list[str] = []
    event: EventText | None = None
    position = 0
    for line in _content_lines(data):
        known = _PROPERTY.fullmatch(line)
        name, value = (known["name"].upper(), known["value"][1:].strip()) if known else ("", "")
        part = value.upper()
        if name == "BEGIN" and part == "VCALENDAR":
            found.append(CalendarText())
            path, event = [], None
        elif name == "BEGIN" and part == "VEVENT":
            position += 1
            event, path = EventText(position), []
            _last(found).events.append(event)
        elif name == "END" and part == "VEVENT" and event:
            event.complete, event, path = True, None, []
        elif name == "BEGIN":
            path.append(part)
            if path == ["VTIMEZONE"]:
                _last(found).zones.append([])
        elif name == "END":
            path = path[: path.index(part)] if part in path else path
        elif event:
            _keep(event, line, name, nested=bool(path))
        elif not path and found:
            found[-1].method = part if name == "METHOD" else found[-1].method
            found[-1].zone = value if name == "X-WR-TIMEZONE" else found[-1].zone
        if path[:1] == ["VTIMEZONE"] and not event:
            _last(found).zones[-1].append(line)
    return found


def _keep(event: EventText, line: str, name: str, *, nested: bool) -> None:
    if nested:
        return
    if name in KEPT:
        # "BYDAY=MO, TU" is a common slip; a rule has no blanks (RFC 5545, 3.3.10).
        event.lines.append("".join(line.split()) if name == "RRULE" else line)
    elif not name:
        event.garbled += 1


def _last(found: list[CalendarText]) -> CalendarText:
    if not found:
        found.append(CalendarText())
    return found[-1]


def _content_lines(data: bytes) -> Iterator[str]:
    """Unfolded lines (RFC 5545 section 3.1). Bytes are unfolded, as a fold may cut a character in two."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = re.sub(rb"(?:\r\n|\n)[ \t]", b"", data)
    for line in decode(data).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip():
            yield line
