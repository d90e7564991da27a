"""Time zones as iCalendar spells them out, for programs that do not know their names (RFC 5545, 3.6.5)."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from services.gateway.common.ical.lines import line, local, offset, text

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)


@lru_cache(maxsize=64)
def time_zone(name: str, last_year: int) -> str:
    """The VTIMEZONE ``name``, with each change of its clocks from 1970 to the end of ``last_year``."""
    zone = ZoneInfo(name)
    # The offsets before and after, what the time is called then, and whether it is summer time → the onsets.
    onsets: dict[tuple[timedelta, timedelta, str, bool], list[str]] = defaultdict(list)
    before = _offset(_FIRST, zone)
    onsets[before, before, *_named(_FIRST, zone)].append(local(_FIRST))
    day = _FIRST
    while day.year <= last_year:
        day += _DAY
        if (after := _offset(day, zone)) != before:
            change = _change(day - _DAY, day, zone)
            onsets[before, after, *_named(change, zone)].append(local(change + before))
            before = after
    lines = [line("BEGIN", "VTIMEZONE"), line("TZID", name)]
    for (before, after, label, is_summer), (first, *others) in onsets.items():
        kind = "DAYLIGHT" if is_summer else "STANDARD"
        lines += (line("BEGIN", kind), line("DTSTART", first), text("TZNAME", label))
        lines += (line("TZOFFSETFROM", offset(before)), line("TZOFFSETTO", offset(after)))
        if others:
            lines.append(line("RDATE", ",".join(others)))
        lines.append(line("END", kind))
    return "".join((*lines, line("END", "VTIMEZONE")))


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second from which the offset of ``after`` holds, looked for by halves."""
    target = _offset(after, zone)
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        before, after = (before, middle) if _offset(middle, zone) == target else (middle, after)
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _named(moment: datetime, zone: ZoneInfo) -> tuple[str, bool]:
    there = moment.astimezone(zone)
    return there.tzname() or zone.key, bool(there.dst())
