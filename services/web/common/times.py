"""The times of documents as a reader meets them: in the alliance's own zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import utc_now
from shared.language import Language, is_one_day
from shared.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when. Two datetimes, or the first and the last day of something all-day."""

    start: date
    end: date | None

    @property
    def day(self) -> date:
        """The day on which it begins."""
        return self.start.date() if isinstance(self.start, datetime) else self.start

    @property
    def instant(self) -> datetime:
        """The moment at which it begins, all-day or not; in UTC, as within a zone Python compares what clocks show."""
        start = self.start if isinstance(self.start, datetime) else datetime.combine(self.start, time(), _zone())
        return start.astimezone(UTC)

    @property
    def is_on_one_day(self) -> bool:
        """Whether it needs no other date to be told."""
        if isinstance(self.start, datetime) and isinstance(self.end, datetime):
            return is_one_day(self.start, self.end)
        return self.end is None or self.end == self.start

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended; what has no end counts as over with its day."""
        if isinstance(self.end, datetime):
            return self.end.astimezone(UTC) < now.astimezone(UTC)
        return (self.end or self.day) < local(now).date()

    def text(self, language: Language) -> str:
        """The whole of it: ``Donnerstag, 3. Dezember 2026, 16:00–18:00 Uhr``."""
        return language.period(self.start, self.end)

    def text_of_day(self, language: Language) -> str:
        """What is left to say under a heading with its day."""
        if not self.is_on_one_day:
            return language.date_range(self.start, self.end or self.start)
        if isinstance(self.start, datetime):
            return language.time_range(self.start, self.end if isinstance(self.end, datetime) else None)
        return language.gettext("all day")


def period_of(document: Mapping[str, Any]) -> Period:
    """The times of an event, an occurrence or an item of a list."""
    starts_at, ends_at = document["starts_at"], document.get("ends_at")
    if len(starts_at) == 10:
        last = date.fromisoformat(ends_at) - timedelta(days=1) if ends_at else None
        return Period(date.fromisoformat(starts_at), last)
    return Period(_moment(starts_at), _moment(ends_at) if ends_at else None)


def today() -> date:
    """The present day where the alliance lives."""
    return local(utc_now()).date()


def local(moment: datetime) -> datetime:
    """``moment`` by the clocks of the alliance."""
    return moment.astimezone(_zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(vocabulary().time_zone)


def _moment(text: str) -> datetime:
    return local(datetime.fromisoformat(text.upper()))
