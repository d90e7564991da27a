"""When something takes place, as forms ask for it: a day, a clock, a last day."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.web.common.forms import Typed, reason
from services.web.common.times import local
from shared import wall_clock
from shared.contracts.base import FieldError

_NIGHT_ENDS: Final = time(6)
_GERMAN_DATE: Final = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:uhr|h)?", re.IGNORECASE)


def typed_times(starts_at: str, ends_at: str | None, *, all_day: bool) -> dict[str, str]:
    """What stands in the fields about when something takes place."""
    first = date.fromisoformat(starts_at) if all_day else _local(starts_at).date()
    last = _last_day(starts_at, ends_at, all_day=all_day)
    return {
        "date": first.isoformat(),
        "last_day": last.isoformat() if last else "",
        "all_day": "yes" if all_day else "",
        "starts": "" if all_day else f"{_local(starts_at):%H:%M}",
        "ends": "" if all_day or not ends_at else f"{_local(ends_at):%H:%M}",
    }


def times(
    form: Typed, time_zone: str, errors: list[FieldError], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """When the form says that something takes place, as a submission has it; ``errors`` gets what cannot be read.

    A time of ``before`` stays where nobody typed another: a form cannot say which of two equal hours.
    """
    first = day_typed(form, "date", errors, needed=True)
    last = day_typed(form, "last_day", errors)
    all_day = bool(form["all_day"])
    starts = None if all_day else _clock_typed(form, "starts", errors)
    ends = None if all_day else _clock_typed(form, "ends", errors)
    if not all_day and not form["starts"]:
        errors.append(reason("starts", "start-missing", "is required, or the event takes place all day"))
    if first and last and last < first:
        errors.append(reason("last_day", "before-first-day", "lies before the first day"))
    if first is None or errors:
        return {}
    found: dict[str, Any] = {"time_zone": time_zone}
    if all_day:
        end = last + timedelta(days=1) if last else None
        found |= {"all_day": True, "starts_at": first.isoformat(), "ends_at": end.isoformat() if end else None}
    elif starts:
        goes_into_night = ends is not None and _is_next_morning(starts, ends)
        day = last or (first + timedelta(days=1) if goes_into_night else first)
        end_at = datetime.combine(day, ends) if ends else datetime.combine(last, starts) if last else None
        typed_in, zone = {"starts_at": datetime.combine(first, starts), "ends_at": end_at}, ZoneInfo(time_zone)
        keeps_all = before is not None and _shows_times_of(form, before)
        for name, wall in typed_in.items():
            was = before[name] if before is not None else None
            keeps = keeps_all or (wall is not None and was is not None and len(was) > 10 and _shown(was) == wall)
            found[name] = _in_zone(was, zone) if keeps else wall.isoformat() if wall else None
        if end_at and found["ends_at"] == end_at.isoformat():
            meant = wall_clock.not_before(wall_clock.read(found["starts_at"], zone), end_at, zone)
            found["ends_at"] = wall_clock.written(meant, zone) if meant.fold else end_at.isoformat()
    return found


def day_typed(form: Typed, name: str, errors: list[FieldError], *, needed: bool = False) -> date | None:
    """The day in the field ``name``; None where there is none, or none that can be read, which ``errors`` gets then."""
    text = form[name]
    if not text:
        if needed:
            errors.append(reason(name, "missing", "is required"))
        return None
    german = _GERMAN_DATE.fullmatch(text)
    try:
        return date(int(german[3]), int(german[2]), int(german[1])) if german else date.fromisoformat(text)
    except ValueError:
        errors.append(reason(name, "day-unreadable", "must be a date such as 2026-12-03"))
        return None


def _last_day(starts_at: str, ends_at: str | None, *, all_day: bool) -> date | None:
    """What is to be typed as the last day: nothing where the form means this end without it."""
    if not ends_at:
        return None
    if all_day:
        last = date.fromisoformat(ends_at) - timedelta(days=1)
        return last if last != date.fromisoformat(starts_at) else None
    start, end = _local(starts_at), _local(ends_at)
    if end.date() == start.date():
        return None
    is_next_day = end.date() == start.date() + timedelta(days=1)
    return None if is_next_day and _is_next_morning(start.time(), end.time()) else end.date()


def _shows_times_of(form: Typed, document: Mapping[str, Any]) -> bool:
    starts_at, ends_at = document["starts_at"], document["ends_at"]
    shown = typed_times(starts_at, ends_at, all_day=len(starts_at) == 10)
    return all(form[name] == text for name, text in shown.items())


def _in_zone(text: str | None, zone: ZoneInfo) -> str | None:
    return wall_clock.written(wall_clock.read(text, zone), zone) if text else None


def _is_next_morning(starts: time, ends: time) -> bool:
    """A dance until two in the morning ends on the next day."""
    return ends <= starts and ends <= _NIGHT_ENDS


def _shown(text: str) -> datetime:
    """A time as a form shows it: to the minute, by the clock alone."""
    return _local(text).replace(second=0, tzinfo=None)


def _local(text: str) -> datetime:
    return local(datetime.fromisoformat(text))


def _clock_typed(form: Typed, name: str, errors: list[FieldError]) -> time | None:
    if not form[name]:
        return None
    match = _CLOCK.fullmatch(form[name])
    try:
        if match is None:
            raise ValueError(name)
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        errors.append(reason(name, "clock-unreadable", "must be a time of day such as 16:00"))
        return None
