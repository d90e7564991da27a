"""When an event takes place: reading a partner's times, and expanding them into occurrences.

Inside, times are moments in UTC, so that the two equal hours of a night in autumn are told apart; the clocks of the
event's zone are asked only where they matter: a weekly café stays at 16:00 when they change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.events.recurrence import Rule, UnsupportedRuleError, expand, is_exhausted, parse_rule
from shared.times import Reasons, TimeReader, zone_of
from shared.wall_clock import instant, wall_clock

AHEAD: Final = timedelta(days=400)
MOST: Final = 1_000

Content = dict[str, Any]
"""An event's fields as in ``EventSubmission``, without uid and sequence, as JSON values."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times of an event: moments in UTC, or of an all-day event days, as naive midnights. ``end`` is exclusive.
    ``overrides``: original start → what is different, its times as they are written."""

    zone: ZoneInfo
    all_day: bool
    start: datetime
    end: datetime | None
    rule: Rule | None
    extra: tuple[datetime, ...]
    left_out: frozenset[datetime]
    overrides: Mapping[datetime, Mapping[str, Any]]

    @property
    def recurs(self) -> bool:
        """Whether it can take place more than once."""
        return self.rule is not None or bool(self.extra)

    @property
    def clocks(self) -> tzinfo | None:
        """Those by which it repeats; days need none."""
        return None if self.all_day else self.zone

    def text(self, time: datetime) -> str:
        """A time as the contracts write it: a date, or RFC 3339 with the zone's offset."""
        return time.date().isoformat() if self.all_day else time.astimezone(self.zone).isoformat()

    def read(self, text: str) -> datetime:
        """A time that was written so."""
        time = datetime.fromisoformat(text)
        return time if self.all_day else time.astimezone(UTC)

    def at(self, moment: datetime) -> datetime:
        """``moment`` as its times are: of days, what the clocks of the zone show then."""
        return wall_clock(moment, self.zone) if self.all_day else moment

    def instant(self, time: datetime) -> datetime:
        """A time as a moment in UTC: of days, when the clocks of the zone show it."""
        return instant(time, self.zone) if self.all_day else time

    def end_of(self, start: datetime) -> datetime | None:
        """When the occurrence that begins at ``start`` ends: days stay days, hours stay hours (RFC 5545, 3.8.5.3)."""
        return None if self.end is None else start + (self.end - self.start)


def read_schedule(content: Content, default_zone: str, reasons: Reasons) -> Schedule | None:
    """The times in ``content``; None where ``reasons`` say what is wrong with them."""
    before = len(reasons.errors)
    zone = zone_of(content["time_zone"], content["starts_at"], default_zone, reasons)
    if zone is None:
        return None
    all_day = bool(content["all_day"]) or len(content["starts_at"]) == 10
    reader = TimeReader(zone, all_day, named=content["time_zone"] is not None, reasons=reasons)
    start = reader.moment("starts_at", content["starts_at"])
    end = reader.moment("ends_at", content["ends_at"], is_end=True) if content["ends_at"] else None
    if start and end:
        reader.check_order("ends_at", start, end)
    recurrence = content["recurrence"] or {}
    rule = None
    if recurrence.get("rrule"):
        try:
            rule = parse_rule(recurrence["rrule"], zone)
        except UnsupportedRuleError as error:
            reasons.add("recurrence.rrule", "rule-not-supported", "{why}", why=str(error))
    extra = reader.moments("recurrence.rdates", recurrence.get("rdates", ()))
    left_out = reader.moments("recurrence.exdates", recurrence.get("exdates", ()))
    overrides = {}
    for place, override in enumerate(content["overrides"]):
        original, changes = _read_override(reader, f"overrides.{place}", override)
        if original is not None:
            overrides[original] = changes
    if start is None or len(reasons.errors) > before:
        return None
    if all_day and end is None:
        end = start + timedelta(days=1)
    # Of what takes place once nothing can be left out.
    return Schedule(zone, all_day, start, end, rule, extra, frozenset(left_out if rule or extra else ()), overrides)


def horizon(schedule: Schedule, now: datetime) -> datetime:
    """Up to where occurrences are published, as its times are: 400 days by its clocks from now, or a later start."""
    latest = max(schedule.at(now), schedule.start)
    if schedule.all_day:
        return latest + AHEAD
    return instant(wall_clock(latest, schedule.zone) + AHEAD, schedule.zone)


def goes_on_after(schedule: Schedule, until: datetime) -> bool:
    """Whether occurrences can follow after ``until``."""
    rule = schedule.rule
    by_rule = rule is not None and not is_exhausted(rule, schedule.start, until, schedule.clocks)
    return by_rule or any(extra > until for extra in schedule.extra)


def starts(schedule: Schedule, until: datetime) -> list[datetime]:
    """The original starts up to ``until``, sorted; the latest 1,000.

    A changed occurrence that is not among them, because its rule was cut short since, still takes place.
    """
    if not schedule.recurs:
        return [schedule.start]
    by_rule: Iterator[datetime] = (
        expand(schedule.rule, schedule.start, until, schedule.clocks) if schedule.rule else iter((schedule.start,))
    )
    moved = (start for start, override in schedule.overrides.items() if override.get("starts_at") and start <= until)
    found = set(chain(by_rule, (extra for extra in schedule.extra if extra <= until), moved))
    return sorted(found - schedule.left_out)[-MOST:]


def occurrences(schedule: Schedule, event: str, status: str, until: datetime) -> list[dict[str, Any]]:
    """The occurrences (``Occurrence``) of the event with id ``event``, sorted by original start."""
    return [_occurrence(schedule, event, status, original) for original in starts(schedule, until)]


def _occurrence(schedule: Schedule, event: str, status: str, original: datetime) -> dict[str, Any]:
    override = schedule.overrides.get(original, {})
    start, stamp = schedule.text(original), "%Y%m%d" if schedule.all_day else "%Y%m%dT%H%M%SZ"
    end = schedule.end_of(schedule.read(override["starts_at"]) if override.get("starts_at") else original)
    return {
        "occurrence_id": f"{event}_{original.strftime(stamp)}" if schedule.recurs else event,
        "recurrence_id": start if schedule.recurs else None,
        "starts_at": override.get("starts_at") or start,
        "ends_at": override.get("ends_at") or (schedule.text(end) if end else None),
        "status": "cancelled" if status == "cancelled" else override.get("status") or status,
        "title": override.get("title"),
        "description": override.get("description"),
        "place": override.get("place"),
    }


def normalise(content: Content, schedule: Schedule) -> Content:
    """``content`` with every time written in the event's zone, so that equal events are equal text."""
    recurrence = content["recurrence"]
    return content | {
        "all_day": schedule.all_day,
        "time_zone": schedule.zone.key,
        "starts_at": schedule.text(schedule.start),
        "ends_at": schedule.text(schedule.end) if schedule.end else None,
        "recurrence": {
            "rrule": recurrence["rrule"].upper().removeprefix("RRULE:").strip(";") if recurrence["rrule"] else None,
            "rdates": [schedule.text(extra) for extra in schedule.extra],
            "exdates": [schedule.text(start) for start in sorted(schedule.left_out)],
        }
        if schedule.recurs
        else None,
        "overrides": [
            {name: value for name, value in override.items() if value is not None}
            for original, override in sorted(schedule.overrides.items())
        ],
    }


def _read_override(
    reader: TimeReader, field: str, override: Mapping[str, Any]
) -> tuple[datetime | None, dict[str, Any]]:
    """The original start that an override is about, and the override with its times checked and normalised."""
    original = reader.moment(f"{field}.recurrence_id", override["recurrence_id"])
    starts_at, ends_at = override.get("starts_at"), override.get("ends_at")
    start = reader.moment(f"{field}.starts_at", starts_at) if starts_at else original
    end = reader.moment(f"{field}.ends_at", ends_at, is_end=True) if ends_at else None
    if start and end:
        reader.check_order(f"{field}.ends_at", start, end)
    times = {"recurrence_id": original, "starts_at": start if starts_at else None, "ends_at": end}
    texts = {name: reader.text(time) for name, time in times.items() if time}
    return original, {**override, **texts}
