"""Working days of a federal state of Germany, in its time zone: promises count them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from holidays import country_holidays

_SATURDAY: Final = 5
_COUNTRY: Final = "DE"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """``subdivision``: as in ISO 3166-2 without the country, ``SN`` for Saxony; empty: what holds everywhere."""

    zone: ZoneInfo
    subdivision: str = ""

    def is_one(self, day: date) -> bool:
        """Whether people work on ``day``: neither at a weekend nor on a public holiday."""
        return day.weekday() < _SATURDAY and day not in _holidays(day.year, self.subdivision)

    def end_after(self, moment: datetime, days: int) -> datetime:
        """The end of the ``days``-th working day after the day of ``moment``, UTC; of that day itself with 0."""
        day = moment.astimezone(self.zone).date()
        while days > 0:
            day += timedelta(days=1)
            days -= self.is_one(day)
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def begin_of(self, day: date) -> datetime:
        """The beginning of ``day``, UTC."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def left(self, moment: datetime, day: date, most: int) -> int:
        """How many working days there are after the day of ``moment`` and before ``day``; at most ``most``."""
        found, one = 0, moment.astimezone(self.zone).date() + timedelta(days=1)
        while one < day and found < most:
            found += self.is_one(one)
            one += timedelta(days=1)
        return found

    def begin_before(self, day: date, days: int) -> datetime:
        """The beginning of the ``days``-th working day before ``day``, UTC."""
        while days > 0:
            day -= timedelta(days=1)
            days -= self.is_one(day)
        return self.begin_of(day)

    def between(self, start: datetime, end: datetime) -> int:
        """How many working days began after ``start`` and not after ``end``."""
        day, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        found = 0
        while day < last:
            day += timedelta(days=1)
            found += self.is_one(day)
        return found


@cache
def _holidays(year: int, subdivision: str) -> frozenset[date]:
    return frozenset(country_holidays(_COUNTRY, subdiv=subdivision or None, years=year))
