"""Content lines of iCalendar (RFC 5545, 3.1 and 3.3): names, values, escapes, folds.

The library ``icalendar`` takes half a millisecond for an event, seconds for a feed of thousands, in which the
gateway could answer nobody else. It is the judge of these lines in their tests instead.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_OCTETS: Final = 75
# Programs differ in what they take for the end of a line; whatever some do must not begin a property.
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": "\\n", "\x85": "\\n", "\u2028": "\\n", "\u2029": "\\n"}
)


def line(name: str, value: str) -> str:
    """One property, folded; ``name`` with its parameters."""
    whole = f"{name}:{value}"
    if len(whole) * 4 <= _OCTETS or len(octets := whole.encode()) <= _OCTETS:
        return f"{whole}\r\n"
    parts, start, room = [], 0, _OCTETS
    while start < len(octets):
        end = start + room
        while end < len(octets) and octets[end] & 0xC0 == 0x80:  # not within a character
            end -= 1
        parts.append(octets[start:end].decode())
        start, room = end, _OCTETS - 1
    return "\r\n ".join(parts) + "\r\n"


def text(name: str, *values: str) -> str:
    """A property of type TEXT, of one value or a list."""
    return line(name, ",".join(value.replace("\r\n", "\n").translate(_ESCAPES) for value in values))


def times(name: str, values: Sequence[date]) -> str:
    """A property of dates, or of times of a single zone: by its name, or as UTC."""
    first = values[0]
    if not isinstance(first, datetime):
        return line(f"{name};VALUE=DATE", ",".join(f"{value:%Y%m%d}" for value in values))
    if isinstance(first.tzinfo, ZoneInfo) and first.tzinfo.key != "UTC":
        return line(f"{name};TZID={first.tzinfo.key}", ",".join(local(value) for value in values))
    return line(name, ",".join(f"{local(value)}Z" for value in values))


def instant(name: str, moment: datetime) -> str:
    """A property that is always in UTC."""
    return line(name, f"{local(moment.astimezone(UTC))}Z")


def duration(name: str, length: timedelta) -> str:
    """A length in hours that are always hours."""
    seconds = round(length.total_seconds())
    return line(name, f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S")


def local(moment: date) -> str:
    """A time without its zone."""
    return f"{moment:%Y%m%dT%H%M%S}"


def offset(distance: timedelta) -> str:
    """A distance from UTC."""
    seconds = round(abs(distance).total_seconds())
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    sign = "-" if distance < timedelta() else "+"
    return f"{sign}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")
