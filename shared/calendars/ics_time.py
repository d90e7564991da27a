"""Times of a calendar, each in a zone the whole world knows by name (RFC 5545 sections 3.2.19 and 3.3.5)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Component, Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# Where a calendar names no zone. A feed of another alliance says X-WR-TIMEZONE.
HOME: Final = "Europe/Berlin"
UTC_ZONE: Final = ZoneInfo("UTC")

# Of a clock change: once a year. A rule with lists of hours or days could take for ever to follow.
_YEARLY: Final = re.compile(r"^(?!.*BY(?:SECOND|MINUTE|HOUR|YEARDAY|WEEKNO)=[^;]*,).*FREQ=YEARLY")
_UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC", "Zulu", "Etc/Zulu", "UCT", "Etc/UCT"})


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones of one calendar: ``home`` for floating times, ``custom`` from its VTIMEZONEs, by TZID."""

    home: ZoneInfo
    custom: dict[str, tzinfo]
    _stand_ins: dict[tuple[str, int], ZoneInfo | None] = field(default_factory=dict)

    def placed(self, value: date, tzid: str | None) -> date:
        """``value`` as a date, or as a time in an IANA zone; in UTC where its zone has no such name."""
        if not isinstance(value, datetime):
            return value
        if isinstance(value.tzinfo, ZoneInfo):
            zone = named_zone(value.tzinfo.key or "")
            return value.replace(tzinfo=zone) if zone else value.astimezone(UTC_ZONE)
        if value.tzinfo is not None:
            return value.astimezone(UTC_ZONE)
        if tzid is None:
            return value.replace(tzinfo=self.home)
        named = named_zone(tzid) or self._stand_in(tzid, value.year)
        if named is None and tzid in self.custom:
            return value.replace(tzinfo=self.custom[tzid]).astimezone(UTC_ZONE)
        return value.replace(tzinfo=named or self.home)

    def knows(self, tzid: str) -> bool:
        """Whether ``tzid`` can be told from the home zone at all."""
        return tzid in self.custom or named_zone(tzid) is not None

    def _stand_in(self, tzid: str, year: int) -> ZoneInfo | None:
        """The home zone for a zone of the calendar's own that had the same offsets all that year.

        Outlook and others call German time "Westeuropäische Zeit" or "Zone 1". As UTC instants their weekly
        meetings would move by an hour twice a year.
        """
        if tzid not in self.custom:
            return None
        key = (tzid, year)
        if key not in self._stand_ins:
            days = [datetime(year, month, 15, 12, tzinfo=UTC) for month in range(1, 13)]
            same = all(
                day.astimezone(self.custom[tzid]).utcoffset() == day.astimezone(self.home).utcoffset() for day in days
            )
            self._stand_ins[key] = self.home if same else None
        return self._stand_ins[key]


def zones_of(home: str, timezones: Iterable[Sequence[str]]) -> Zones:
    """The zones of a calendar from its X-WR-TIMEZONE and the content lines of its VTIMEZONEs.

    A VTIMEZONE that cannot be read is left out; times in it are then read as floating.
    """
    custom: dict[str, tzinfo] = {}
    for lines in timezones:
        try:
            tzid, zone = _custom_zone(lines)
        except Exception:  # noqa: S112  # whatever a parser says to foreign text, the events go on
            continue
        custom.setdefault(tzid, zone)
    return Zones(named_zone(home) or ZoneInfo(HOME), custom)


def _custom_zone(lines: Sequence[str]) -> tuple[str, tzinfo]:
    """Built part by part: parsing a whole VTIMEZONE would enter it into icalendar's process-wide cache,
    where the zone of one feed would be found by the next one that uses the same name.
    """
    timezone = Timezone()
    part: list[str] = []
    for line in lines:
        upper = line.strip().upper()
        if upper in {"BEGIN:STANDARD", "BEGIN:DAYLIGHT"}:
            part = [line]
        elif upper in {"END:STANDARD", "END:DAYLIGHT"}:
            timezone.add_component(Component.from_ical("\r\n".join([*part, line])))
            part = []
        elif part:
            if upper.startswith("RRULE") and not _YEARLY.search(upper):
                raise ValueError("a rule that no zone has")
            part.append(line)
        elif upper.startswith(("TZID:", "TZID;")):
            timezone.add("TZID", line.partition(":")[2].strip().strip('"'))
    return str(timezone["TZID"]), timezone.to_tz(lookup_tzid=False)


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def named_zone(name: str) -> ZoneInfo | None:
    """The zone that IANA or Windows call ``name``, also behind a vendor's prefix; None for anything else."""
    parts = name.strip().strip('"').strip("/").split("/")
    for start in range(min(len(parts), 6)):
        candidate = "/".join(parts[start:])
        candidate = WINDOWS_TO_OLSON.get(candidate, candidate)
        if candidate in _known():
            return UTC_ZONE if candidate in _UTC_NAMES else ZoneInfo(candidate)
    return None


def zone_of(value: date) -> ZoneInfo | None:
    """The zone of a placed time; None for a date."""
    zone = value.tzinfo if isinstance(value, datetime) else None
    return zone if isinstance(zone, ZoneInfo) else None


def fitted(value: date, start: date, zone: ZoneInfo) -> date:
    """``value`` in the kind of ``start``: a date for all-day series, else a time in ``zone``.

    RECURRENCE-ID, RDATE and EXDATE must be of DTSTART's kind; many producers write a date for a time.
    """
    if not isinstance(start, datetime):
        return value.astimezone(zone).date() if isinstance(value, datetime) else value
    if not isinstance(value, datetime):
        return datetime.combine(value, start.astimezone(zone).time(), zone)
    return value.astimezone(zone)


def exact(value: date) -> date:
    """A placed time as a moment, a date as it is: of two times in one zone, Python compares only what clocks show."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def later(start: date, length: timedelta) -> date:
    """The end of what lasts ``length``: whole days by the calendar, hours by the clock that never changes."""
    if not isinstance(start, datetime) or length % timedelta(days=1) == timedelta():
        return start + length
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def written(value: date) -> str:
    """The contract's text: a date, or RFC 3339 with the offset of its zone, ``Z`` for UTC.

    A time that the clock skips in spring is read with the offset before the gap (RFC 5545 section 3.3.5),
    as going through UTC does. Offsets with seconds (before 1893) cannot be written: the zone says it then.
    """
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is UTC_ZONE:
        return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    exact = value.astimezone(UTC).astimezone(value.tzinfo)
    if (exact.utcoffset() or timedelta()) % timedelta(minutes=1):
        exact = exact.replace(tzinfo=None)
    return exact.isoformat(timespec="seconds")
