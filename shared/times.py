"""Times as people send them, read as wall-clock times of a zone: dates, or RFC 3339 with an offset or a named zone.

What an hour means that clocks leave out or repeat is said in ``shared/wall_clock.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from shared.contracts.base import FieldError
from shared.contracts.requests import reason
from shared.wall_clock import existing, instant, text, wall_clock

YEARS: Final = (1973, 2100)  # before, a zone was off by 44 minutes and 30 seconds, which RFC 3339 cannot write


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
    """Reads times as wall-clock times of one zone. ``named``: whether the sender named the zone itself."""

    zone: ZoneInfo
    all_day: bool
    named: bool
    reasons: Reasons

    def wall(self, field: str, text: str) -> datetime | None:
        """One time as wall-clock time of the zone; None where the reasons say why not."""
        add = self.reasons.add
        try:
            moment = datetime.fromisoformat(text.upper()).replace(microsecond=0)
        except ValueError:
            add(field, "no-such-date", "is not a date and time of the calendar")
            return None
        if not YEARS[0] <= moment.year <= YEARS[1]:
            add(field, "year-out-of-range", "must lie in the years {first} to {last}", first=YEARS[0], last=YEARS[1])
            return None
        is_date = len(text) == 10
        if is_date and not self.all_day:
            add(field, "time-missing", "is a date, but starts_at has a time of day")
            return None
        if self.all_day:
            if not is_date and moment.time() != time():
                add(field, "date-expected", "must be a date such as 2026-12-03, as the event is all-day")
                return None
            return moment.replace(tzinfo=None)
        if moment.tzinfo is None:
            if not self.named:
                add(field, "offset-missing", "needs an offset such as +01:00, or the event a time_zone")
                return None
            return existing(moment, self.zone)
        # UTC says when, and the zone where, as calendars' interfaces send it; any other offset says both.
        is_utc = moment.utcoffset() == timedelta()
        if self.named and not is_utc and moment.astimezone(self.zone).utcoffset() != moment.utcoffset():
            add(field, "offset-disagrees", "has an offset that {zone} does not have then", zone=self.zone.key)
            return None
        return wall_clock(moment, self.zone)

    def walls(self, field: str, texts: Sequence[str]) -> tuple[datetime, ...]:
        """Several times, sorted; those that cannot be read are missing."""
        found = (self.wall(f"{field}.{place}", text) for place, text in enumerate(texts))
        return tuple(sorted({wall for wall in found if wall is not None}))

    def check_order(self, field: str, start: datetime, end: datetime) -> None:
        """An event does not end before it starts; an all-day one not on the day it starts (exclusive)."""
        if self.all_day and end <= start:
            self.reasons.add(field, "end-before-start", "must lie after starts_at; of all-day events it is exclusive")
        elif instant(end, self.zone) < instant(start, self.zone):
            self.reasons.add(field, "end-before-start", "lies before starts_at")

    def text(self, wall: datetime) -> str:
        """``wall`` as it is written: a date, or RFC 3339 with the zone's offset."""
        return wall.date().isoformat() if self.all_day else text(wall, self.zone)
