"""Times as people send them, read as moments in UTC: RFC 3339 with an offset or a named zone; or as days.

A day is a naive midnight, the same in every zone. What an hour means that clocks leave out or repeat is said in
``shared/wall_clock.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from shared.contracts.base import FieldError
from shared.contracts.requests import reason
from shared.wall_clock import instant

# By the clocks of the zone, as times are written. Before, a zone was off by 44 minutes and 30 seconds, which RFC 3339
# cannot write. The last all-day event ends when the last year does.
YEARS: Final = (1973, 2100)


class Reasons:
    """Collects why a submission cannot be taken, so that the partner hears all of it at once."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, field: str, code: str, detail: str, **values: str | int | float) -> None:
        """One more reason. ``values`` may only hold what the sentence needs, no text of the partner."""
        self.errors.append(reason(field, code, detail, **values))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str | None, start: str, default_zone: str, reasons: Reasons) -> ZoneInfo | None:
    """The zone called ``name``; without a name the alliance's own, where ``start`` has the offset that it has then,
    else UTC. None where ``reasons`` say what is wrong."""
    if name is not None:
        if name not in _zones():
            reasons.add("time_zone", "time-zone-unknown", "is no time zone of the IANA database, such as Europe/Berlin")
            return None
        return ZoneInfo(name)
    zone = ZoneInfo(default_zone)
    try:
        moment = datetime.fromisoformat(start.upper())
        is_usual = moment.tzinfo is None or moment.utcoffset() == moment.astimezone(zone).utcoffset()
    except (ValueError, OverflowError):  # no such date, or one at an end of the calendar: refused as it is read
        return zone
    return zone if is_usual else ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class TimeReader:
    """Reads times for one zone. ``named``: whether the sender named the zone itself."""

    zone: ZoneInfo
    all_day: bool
    named: bool
    reasons: Reasons

    def moment(self, field: str, text: str, *, is_end: bool = False) -> datetime | None:
        """One time as a moment in UTC, or as a day; None where the reasons say why not. ``is_end``: of a day that is
        not included any more."""
        add = self.reasons.add
        try:
            given = datetime.fromisoformat(text.upper()).replace(microsecond=0)
        except ValueError:
            add(field, "no-such-date", "is not a date and time of the calendar")
            return None
        if not YEARS[0] <= self._year(given, is_end=is_end) <= YEARS[1]:
            add(field, "year-out-of-range", "must lie in the years {first} to {last}", first=YEARS[0], last=YEARS[1])
            return None
        is_date = len(text) == 10
        if is_date and not self.all_day:
            add(field, "time-missing", "is a date, but starts_at has a time of day")
            return None
        if self.all_day:
            if not is_date and given.time() != time():
                add(field, "date-expected", "must be a date such as 2026-12-03, as the event is all-day")
                return None
            return given.replace(tzinfo=None)
        if given.tzinfo is None:
            if not self.named:
                add(field, "offset-missing", "needs an offset such as +01:00, or the event a time_zone")
                return None
            return instant(given, self.zone)
        # UTC says when, and the zone where, as calendars' interfaces send it; any other offset says both.
        is_utc = given.utcoffset() == timedelta()
        if self.named and not is_utc and given.astimezone(self.zone).utcoffset() != given.utcoffset():
            add(field, "offset-disagrees", "has an offset that {zone} does not have then", zone=self.zone.key)
            return None
        return given.astimezone(UTC)

    def _year(self, given: datetime, *, is_end: bool) -> int:
        """The year that is going to be written; of the end of days, that of the last day included."""
        if not YEARS[0] - 1 <= given.year <= YEARS[1] + 1:  # perhaps at an end of the calendar, with nothing beyond
            return given.year
        if self.all_day:
            return (given - timedelta(days=is_end)).year
        return (given if given.tzinfo else instant(given, self.zone)).astimezone(self.zone).year

    def moments(self, field: str, texts: Sequence[str]) -> tuple[datetime, ...]:
        """Several times, sorted; those that cannot be read are missing."""
        found = (self.moment(f"{field}.{place}", text) for place, text in enumerate(texts))
        return tuple(sorted({moment for moment in found if moment is not None}))

    def check_order(self, field: str, start: datetime, end: datetime) -> None:
        """An event does not end before it starts; an all-day one not on the day it starts (exclusive)."""
        if self.all_day and end <= start:
            self.reasons.add(field, "end-before-start", "must lie after starts_at; of all-day events it is exclusive")
        elif end < start:
            self.reasons.add(field, "end-before-start", "lies before starts_at")

    def text(self, moment: datetime) -> str:
        """A time as it is written: a date, or RFC 3339 with the zone's offset."""
        return moment.date().isoformat() if self.all_day else moment.astimezone(self.zone).isoformat()
