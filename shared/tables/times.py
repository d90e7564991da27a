"""Dates and times as German offices write them in a table's cell. Wall-clock time, no zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

_MONTHS: Final = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_ALSO: Final = {"mae": 3, "mar": 3, "may": 5, "oct": 10, "dec": 12}
_WEEKDAY: Final = (
    r"(?:(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\.?"
    r"|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)"
    r"|(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)),?\s+"
)
_DATE: Final = (
    r"(?:(?P<iso>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<day>\d{1,2})\.\s?(?:(?P<month>\d{1,2})\.|(?P<name>[a-zäöü]{3,9})\.?)\s?(?P<year>\d{4}|\d{2})(?!\d))"
)
_TIME: Final = (
    r"(?:(?:ab|ca\.?|um)\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?::\d{2}(?:\.\d+)?)?(?:\s?(?:uhr|h))?"
)
# Only after "…T16:00": in "16:00-18:00" the same letters are the end.
_OFFSET: Final = r"(?(t)(?P<offset>z|[+-]\d{2}:\d{2})?)"
_MOMENT: Final = re.compile(
    rf"(?:{_WEEKDAY})?(?:{_DATE})?(?:(?(iso)(?P<t>t)|(?!))|\s*,?\s*(?:um\s+)?)(?:{_TIME}{_OFFSET})?", re.IGNORECASE
)
_UNTIL: Final = re.compile(r"\s*(?:-|–|—|\bbis\b|\bto\b)\s*", re.IGNORECASE)
_SHORT: Final = re.compile(
    r"(?P<day>\d{1,2})\.(?:\s?(?P<month>\d{1,2})\.)?\s*(?:-|–|—|\bbis\b|/)\s*(?P<rest>\d{1,2}\..*)", re.IGNORECASE
)


class UnclearTimeError(ValueError):
    """A cell holds no date or time that can be understood; the text says so and quotes it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What one end of a cell says: a date, a time of day in minutes (up to 1,440 = midnight), or both."""

    day: date | None = None
    minutes: int | None = None
    offset: str = ""

    def at(self, day: date) -> str:
        """The RFC 3339 text of this time on ``day``, with the offset if one was given."""
        start = datetime.combine(day, time())
        return (start + timedelta(minutes=self.minutes or 0)).isoformat(timespec="seconds") + self.offset


@dataclass(frozen=True, slots=True)
class Span:
    """What a cell says: from when, and until when if it says so."""

    start: Moment = Moment()
    end: Moment | None = None


def span(cell: str) -> Span:
    """Read a cell: ``03.12.2026``, ``3.12.26, 16 Uhr``, ``16:00 - 18:00``, ``3.–5. Dezember 2026``, ISO 8601.

    Raises:
        UnclearTimeError: it cannot be understood, or is not in the calendar (30.02.2026).
    """
    text = " ".join(cell.split())
    if not text:
        return Span()
    short = _SHORT.fullmatch(text)
    if short:
        return _days(short, cell)
    start, position = _moment(text, 0, cell)
    if position == len(text):
        return Span(start)
    until = _UNTIL.match(text, position)
    if not until:
        raise _unclear(cell)
    if until.end() == len(text):
        return Span(start)
    end, position = _moment(text, until.end(), cell)
    if position != len(text):
        raise _unclear(cell)
    return Span(start, end)


def _days(short: re.Match[str], cell: str) -> Span:
    """``3.–5.12.2026`` and ``30.12. – 2.1.2027``: the first day takes month and year from the last."""
    last, position = _moment(short["rest"], 0, cell)
    if last.day is None or position != len(short["rest"]):
        raise _unclear(cell)
    month = int(short["month"] or last.day.month)
    first = _calendar_day(last.day.year, month, int(short["day"]), cell)
    if first > last.day and short["month"]:
        first = _calendar_day(last.day.year - 1, month, int(short["day"]), cell)
    return Span(Moment(first, last.minutes), Moment(last.day))


def _moment(text: str, position: int, cell: str) -> tuple[Moment, int]:
    found = _MOMENT.match(text, position)
    if not found or found.end() == position:
        raise _unclear(cell)
    day = None
    if found["iso"]:
        day = _calendar_day(int(found["iso"]), int(found["iso_month"]), int(found["iso_day"]), cell)
    elif found["day"]:
        year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        month = int(found["month"]) if found["month"] else _month(found["name"], cell)
        day = _calendar_day(year, month, int(found["day"]), cell)
    minutes = None
    if found["hour"]:
        minutes = int(found["hour"]) * 60 + int(found["minute"] or 0)
        if minutes > 24 * 60 or int(found["minute"] or 0) > 59:
            raise UnclearTimeError(f"“{cell}” holds no time of day")
    if day is None and minutes is None:
        raise _unclear(cell)
    return Moment(day, minutes, (found["offset"] or "").upper()), found.end()


def _month(name: str, cell: str) -> int:
    short = name.lower()[:3]
    if short in _MONTHS:
        return _MONTHS.index(short) + 1
    if short in _ALSO:
        return _ALSO[short]
    raise _unclear(cell)


def _calendar_day(year: int, month: int, day: int, cell: str) -> date:
    try:
        # Year 9999 is left out: its last day has no next one, which all-day events need.
        return date(year if year < 9999 else 0, month, day)
    except ValueError:
        raise UnclearTimeError(f"“{cell}” is not in the calendar") from None


def _unclear(cell: str) -> UnclearTimeError:
    shown = cell if len(cell) <= 60 else cell[:59] + "…"
    return UnclearTimeError(f"“{shown}” is no date or time I know, try 03.12.2026 and 16:00")
