"""Recurrence rules (RFC 5545, 3.3.10) that repeat at most daily, expanded by the clocks of a zone.

dateutil goes through all the years up to 9999 where a rule matches no day; a partner could stop the service with
one line. This expansion ends at its horizon, whatever the rule says; dateutil is the oracle in its tests.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from shared.wall_clock import instant, wall_clock

_WEEKDAYS: Final = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_DAY: Final = re.compile(r"^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$")
_PARTS: Final = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"))


MOST_DAYS: Final = 40


class UnsupportedRuleError(ValueError):
    """The rule is not one that this calendar expands; the text says why, for the partner."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. ``until`` is a moment (aware), included, and says itself what the clocks of the rule's zone show
    then; ``days`` are (ordinal or 0, weekday)."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    days: frozenset[tuple[int, int]] = frozenset()
    month_days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0


def parse_rule(text: str, zone: tzinfo) -> Rule:
    """Read an RRULE value; ``UNTIL`` is a moment in UTC, else a time by the clocks of ``zone``, or a whole day there.

    Raises:
        UnsupportedRuleError: it is malformed, repeats more than daily or uses parts this calendar does not know.
    """
    parts: dict[str, str] = {}
    for piece in text.upper().removeprefix("RRULE:").strip(";").split(";"):
        name, equals, value = piece.partition("=")
        if not equals or not value or name in parts:
            raise UnsupportedRuleError("each part must be a name with one value, such as FREQ=WEEKLY;COUNT=4")
        if name not in _PARTS:  # and it is not quoted, as nothing of the partner's text is
            raise UnsupportedRuleError(f"only the parts {', '.join(sorted(_PARTS))} are supported")
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise UnsupportedRuleError("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise UnsupportedRuleError("COUNT and UNTIL exclude each other")
    if parts.get("WKST", "MO") not in _WEEKDAYS:
        raise UnsupportedRuleError("WKST must be a weekday such as MO")
    rule = Rule(
        frequency=frequency,
        interval=_number("INTERVAL", parts.get("INTERVAL", "1"), 1, 1000),
        count=_number("COUNT", parts["COUNT"], 1, 100_000) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"], zone) if "UNTIL" in parts else None,
        days=_days(parts.get("BYDAY")),
        month_days=_numbers("BYMONTHDAY", parts.get("BYMONTHDAY"), 31),
        months=_numbers("BYMONTH", parts.get("BYMONTH"), 12),
        positions=_numbers("BYSETPOS", parts.get("BYSETPOS"), 366),
        week_start=_WEEKDAYS[parts.get("WKST", "MO")],
    )
    if any(month < 0 for month in rule.months):
        raise UnsupportedRuleError("BYMONTH must be 1 to 12")
    if any(ordinal for ordinal, _ in rule.days) and frequency in ("DAILY", "WEEKLY"):
        raise UnsupportedRuleError("a numbered weekday such as 2MO needs FREQ=MONTHLY or YEARLY")
    if rule.month_days and frequency == "WEEKLY":
        raise UnsupportedRuleError("BYMONTHDAY does not go with FREQ=WEEKLY")
    return rule


def expand(rule: Rule, start: datetime, horizon: datetime, clocks: tzinfo | None = None) -> Iterator[datetime]:
    """The starts of ``rule`` from ``start`` to ``horizon``, both included, in order.

    They are moments in UTC, as ``start`` and ``horizon``, which repeat by ``clocks``; without clocks all of them are
    naive, as days are. Only what the rule yields counts: a ``start`` that does not match it is no occurrence.
    """
    left = rule.count
    until = _until_like(horizon, rule)
    last = min(horizon, until) if until else horizon
    wall = wall_clock(start, clocks) if clocks else start
    first, hour = wall.date(), wall.time().replace(fold=0)
    # In no zone is it later than the next day of UTC.
    for period in _periods(rule, first, (last + timedelta(days=1)).date()):
        for day in period:
            if day < first:
                continue
            moment = start
            if day > first:
                moment = datetime.combine(day, hour)
                if clocks:
                    moment = instant(moment, clocks)
            if moment > last or left == 0:
                return
            yield moment
            if left is not None:
                left -= 1


def is_exhausted(rule: Rule, start: datetime, horizon: datetime, clocks: tzinfo | None = None) -> bool:
    """Whether nothing can follow after ``horizon``."""
    until = _until_like(horizon, rule)
    if until is not None:
        return until <= horizon
    return rule.count is not None and sum(1 for _ in expand(rule, start, horizon, clocks)) == rule.count


def _until_like(moment: datetime, rule: Rule) -> datetime | None:
    """The end of the rule as a moment in UTC, or naive where ``moment`` is."""
    if rule.until is None:
        return None
    return rule.until.astimezone(UTC) if moment.tzinfo else rule.until.replace(tzinfo=None)


def _periods(rule: Rule, first: date, last: date) -> Iterator[list[date]]:
    """The matching days of each period, sorted, from the period of ``first`` to that of ``last``."""
    if rule.frequency == "DAILY":
        for offset in range(0, (last - first).days + 1, rule.interval):
            yield _matching(rule, [first + timedelta(offset)], first)
    elif rule.frequency == "WEEKLY":
        week = first - timedelta((first.weekday() - rule.week_start) % 7)
        while week <= last:
            yield _matching(rule, [week + timedelta(n) for n in range(7)], first)
            week += timedelta(7 * rule.interval)
    elif rule.frequency == "MONTHLY":
        month = first.year * 12 + first.month - 1
        while month <= last.year * 12 + last.month - 1:
            yield _matching(rule, _days_of_month(month // 12, month % 12 + 1), first)
            month += rule.interval
    else:
        for year in range(first.year, last.year + 1, rule.interval):
            months = sorted(rule.months) or (
                [first.month] if not (rule.days or rule.month_days) else list(range(1, 13))
            )
            yield _matching(rule, [day for month in months for day in _days_of_month(year, month)], first)


def _matching(rule: Rule, days: list[date], first: date) -> list[date]:
    month_days, weekdays = rule.month_days, rule.days
    if not month_days and not weekdays:
        if rule.frequency == "WEEKLY":
            weekdays = frozenset(((0, first.weekday()),))
        elif rule.frequency in ("MONTHLY", "YEARLY"):
            month_days = frozenset((first.day,))
    found = [
        day
        for day in days
        if (not rule.months or day.month in rule.months)
        and (not month_days or day.day in month_days or day.day - monthrange(day.year, day.month)[1] - 1 in month_days)
        and (not weekdays or any(_is_weekday(rule, day, ordinal, weekday) for ordinal, weekday in weekdays))
    ]
    if rule.positions:
        chosen = {p - 1 if p > 0 else len(found) + p for p in rule.positions}
        found = [day for place, day in enumerate(found) if place in chosen]
    return found


def _is_weekday(rule: Rule, day: date, ordinal: int, weekday: int) -> bool:
    if day.weekday() != weekday:
        return False
    if ordinal == 0:
        return True
    if rule.frequency == "YEARLY" and not rule.months:
        of_year, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
        return ordinal == ((of_year - 1) // 7 + 1 if ordinal > 0 else -((length - of_year) // 7 + 1))
    length = monthrange(day.year, day.month)[1]
    return ordinal == ((day.day - 1) // 7 + 1 if ordinal > 0 else -((length - day.day) // 7 + 1))


def _days_of_month(year: int, month: int) -> list[date]:
    return [date(year, month, day) for day in range(1, monthrange(year, month)[1] + 1)]


def _number(name: str, text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", text) or not low <= int(text) <= high:
        raise UnsupportedRuleError(f"{name} must be a number from {low} to {high}")
    return int(text)


def _numbers(name: str, text: str | None, high: int) -> frozenset[int]:
    numbers = frozenset(_number(name, piece, -high, high) for piece in text.split(",")) if text else frozenset()
    if 0 in numbers:
        raise UnsupportedRuleError(f"{name} must not be 0")
    return numbers


def _days(text: str | None) -> frozenset[tuple[int, int]]:
    found = set()
    pieces = text.split(",") if text else []
    if len(pieces) > MOST_DAYS:
        raise UnsupportedRuleError("BYDAY holds too many weekdays")
    for piece in pieces:
        match = _DAY.match(piece)
        if not match or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise UnsupportedRuleError("BYDAY must hold weekdays such as MO or 2MO")
        found.add((int(match[1] or 0), _WEEKDAYS[match[2]]))
    return frozenset(found)


def _until(text: str, zone: tzinfo) -> datetime:
    match = re.fullmatch(r"(\d{8})(?:T(\d{6})(Z?))?", text)
    if match is None:
        raise UnsupportedRuleError("UNTIL must look like 20261231 or 20261231T225959Z")
    try:
        moment = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        raise UnsupportedRuleError("UNTIL is not a date of the calendar") from None
    # Away from the first and last day there is, as in 99991231T235959Z, which have no time in another zone.
    moment = moment.replace(year=min(max(moment.year, 2), 9998))
    if match[2] is None:  # to the end of that day, also where its last hour comes twice
        return (instant(moment + timedelta(days=1), zone) - timedelta(microseconds=1)).astimezone(zone)
    return moment.replace(tzinfo=UTC).astimezone(zone) if match[3] else instant(moment, zone).astimezone(zone)
