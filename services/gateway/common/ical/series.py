"""When an event takes place, as calendar programs read it, also in the two nights in which clocks change.

A program expands a rule by the clock of DTSTART's zone. A time that the clocks leave out means the moment an hour
later, of one that comes twice the first (RFC 5545, 3.3.5); the second can only be told in UTC. Where programs disagree,
an occurrence is told by a component of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.gateway.common.documents import Document
from services.gateway.common.ical.lines import duration, line, local, times

_FIRST_OF_MANY: Final = 1_000  # with that many occurrences the first ones may be missing (contract of EventFact)
_COUNT: Final = re.compile(r"COUNT=(\d+)")
_UNTIL: Final = re.compile(r"UNTIL=(\w+)")


def start_and_end(document: Document, zone: ZoneInfo) -> list[str]:
    """DTSTART, and DTEND where it is later, as it must be."""
    start, end = document["starts_at"], document["ends_at"]
    values = [_moment(text, zone) for text in ((start,) if end in (None, start) else (start, end))]
    if any(map(_is_in_utc, values)):  # then both, as some programs subtract what clocks show
        values = [_exact(value) for value in values]
    return [times(name, [value]) for name, value in zip(("DTSTART", "DTEND"), values, strict=False)]


@dataclass(frozen=True, slots=True)
class Series:
    """How a recurring event is told. ``hour``: the clock time of ``rule``, empty for days; ``named``: what a program
    calls an original start that its rule reads as another time than was meant."""

    zone: ZoneInfo
    start: date
    length: timedelta
    rule: str | None
    hour: str
    added: tuple[str, ...]
    left_out: tuple[str, ...]
    named: dict[str, date] = field(default_factory=dict)

    def original(self, written: str) -> date:
        """How a program calls the occurrence that was to begin at ``written``."""
        if written in self.named:
            return self.named[written]
        found = _moment(written, self.zone)
        if self.hour and written[11:19] != self.hour and found > self.start:
            by_rule = datetime.fromisoformat(f"{written[:10]}T{self.hour}").replace(tzinfo=self.zone)
            if _exact(by_rule) == _exact(found):  # which the clocks leave out
                return by_rule
        return found

    def lines(self) -> Iterator[str]:
        """The times of the event itself."""
        yield times("DTSTART", [self.start])
        if self.length > timedelta():
            # Programs take the length for all occurrences; in a night of changing clocks an end says two of them.
            is_clear = _exact(self.start + self.length) == _exact(self.start) + self.length
            yield times("DTEND", [self.start + self.length]) if is_clear else duration("DURATION", self.length)
        if self.rule:
            yield line("RRULE", self.rule)
        for name, texts in (("RDATE", self.added), ("EXDATE", self.left_out)):
            values = [self.original(text) for text in texts]
            for in_utc in (False, True):
                if group := [value for value in values if _is_in_utc(value) is in_utc]:
                    yield times(name, group)

    def differs(self, occurrence: Document) -> bool:
        """Whether an occurrence takes place at other times than every program makes of the rule.

        Programs disagree whether a night in which clocks change is an hour longer, so its end is told, too.
        """
        written, start, end = occurrence["recurrence_id"], occurrence["starts_at"], occurrence["ends_at"]
        if (
            start == written
            and start[11:19] == self.hour
            and start not in self.named
            and end
            and end[19:] == start[19:]
        ):
            # As of nearly all: between equal offsets, what clocks show and what has passed are the same.
            return datetime.fromisoformat(end) - datetime.fromisoformat(start) != self.length
        original = self.original(written)
        ends = {_exact(original + self.length), _exact(original) + self.length}  # by what clocks show, and by hours
        return original != _moment(start, self.zone) or (end is not None and ends != {_exact(_moment(end, self.zone))})


def series(document: Document) -> Series:
    """The times of a recurring event (``EventFact``)."""
    zone, recurrence = ZoneInfo(document["time_zone"]), document["recurrence"]
    added, left_out, named = list(recurrence["rdates"]), list(recurrence["exdates"]), dict[str, date]()
    originals = [one["recurrence_id"] for one in document["occurrences"]]
    rdates = set(added)
    by_rule = [one for one in originals if one not in rdates]
    stays = {one["recurrence_id"] for one in document["occurrences"] if one["starts_at"] == one["recurrence_id"]}
    first, rule = _first(document, originals, by_rule, zone), recurrence["rrule"]
    if first is None:
        first, rule = originals[0], None
    start, hour = _moment(first, zone), ""
    # What the rule yields before DTSTART, because clocks leave its hour out, or without DTSTART at all.
    before = by_rule[: by_rule.index(first)] if rule and first in by_rule else by_rule if rule is None else []
    added += [one for one in before if one in stays and one != first]
    if rule and isinstance(start, datetime):
        if _is_in_utc(start):
            start = start.astimezone(zone).replace(fold=0)
            if (twin := start.isoformat()) in originals:
                added.append(first)
            else:
                named[first] = start
                added, left_out = ([one for one in texts if one != twin] for texts in (added, left_out))
        hour = f"{start:%H:%M:%S}"
    if rule:
        rule = _until(rule, zone, hour)
        last = next((one for one in reversed(by_rule) if one in stays), None)
        if last and _is_unclear(document, rule, first, by_rule):
            rule = _COUNT.sub(f"UNTIL={_written(_moment(last, zone))}", rule)
    return Series(zone, start, _length(document, zone), rule, hour, tuple(added), tuple(left_out), named)


def _first(document: Document, originals: list[str], by_rule: list[str], zone: ZoneInfo) -> str | None:
    """The first time an event takes place, for DTSTART; None: none of them comes from its rule.

    DTSTART counts as the first of COUNT in any case, ``starts_at`` only if the rule says so.
    """
    start = str(document["starts_at"])
    if not originals or len(originals) >= _FIRST_OF_MANY or start in {*originals, *document["recurrence"]["exdates"]}:
        return start
    wall = _moment(start, zone)
    return next((one for one in by_rule if _moment(one, zone) > wall and one[11:19] == start[11:19]), None)


def _is_unclear(document: Document, rule: str, first: str, by_rule: list[str]) -> bool:
    """Whether a program could find more or less occurrences by COUNT than there are, all of which are known.

    Whether the rule yields its start does not show where that is left out or added besides, nor for times that are
    left out before the first that takes place. Some programs do not count what the clocks leave out (RFC 5545, 3.3.10).
    """
    count = _COUNT.search(rule)
    start, recurrence = document["starts_at"], document["recurrence"]
    rdates, exdates = recurrence["rdates"], recurrence["exdates"]
    if count is None or int(count[1]) > len(by_rule) + len(rdates) + len(exdates):
        return False
    is_start_unclear = start in rdates or start in exdates
    return is_start_unclear or (first != start and bool(exdates)) or any(one[11:19] != start[11:19] for one in by_rule)


def _until(rule: str, zone: ZoneInfo, hour: str) -> str:
    """The rule with UNTIL of the kind that RFC 5545 (3.3.10) asks for: a date includes that day.

    It is the latest time that the rule can yield, the same for programs that compare moments and what clocks show.
    """
    found = _UNTIL.search(rule)
    if found is None:
        return rule
    until = datetime.fromisoformat(found[1])
    # Away from the ends of the calendar, as in 99991231T235959Z, which have no time in another zone.
    until = until.replace(year=min(max(until.year, 2), 9998))
    is_day = len(found[1]) == 8
    there = until.astimezone(zone) if until.tzinfo else until.replace(tzinfo=zone)
    last: date = there.date()
    if hour:
        last = datetime.combine(last, time.fromisoformat(hour), zone)
        if not is_day and _exact(last) > _exact(there):
            last -= timedelta(days=1)
    return rule.replace(found[0], f"UNTIL={_written(last)}")


def _length(document: Document, zone: ZoneInfo) -> timedelta:
    if document["ends_at"] is None:
        return timedelta()
    return _exact(_moment(document["ends_at"], zone)) - _exact(_moment(document["starts_at"], zone))


def _moment(written: str, zone: ZoneInfo) -> date:
    """A date, or a time in the zone in which the event repeats; the second of two equal hours in UTC."""
    if len(written) == 10:
        return date.fromisoformat(written)
    wall = datetime.fromisoformat(written).astimezone(zone)
    return wall.astimezone(UTC) if wall.fold else wall


def _exact(value: date) -> date:
    """A time in UTC, where an hour is an hour; a day as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _is_in_utc(value: date) -> bool:
    return isinstance(value, datetime) and value.tzinfo is UTC


def _written(value: date) -> str:
    return f"{local(value.astimezone(UTC))}Z" if isinstance(value, datetime) else f"{value:%Y%m%d}"
