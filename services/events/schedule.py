"""When an event takes place: reading a partner's times, and expanding them into occurrences.

Inside, times are wall-clock times of the event's zone: a weekly café stays at 16:00 when the clocks change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.events.recurrence import Rule, UnsupportedRuleError, expand, is_exhausted, parse_rule
from shared import wall_clock
from shared.times import Reasons, TimeReader, zone_of

AHEAD: Final = timedelta(days=400)
MOST: Final = 1_000

Content = dict[str, Any]
"""An event's fields as in ``EventSubmission``, without uid and sequence, as JSON values."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times of an event. ``start`` and ``end`` are naive, in ``zone``; of an all-day event midnights,
    ``end`` exclusive. ``overrides``: original start → what is different."""

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

    def text(self, wall: datetime) -> str:
        """``wall``, which exists, as the contracts write it: a date, or RFC 3339 with the zone's offset."""
        return wall.date().isoformat() if self.all_day else wall_clock.text(wall, self.zone)

    def instant(self, wall: datetime) -> datetime:
        """``wall`` in UTC."""
        return wall_clock.instant(wall, self.zone)

    def existing(self, wall: datetime) -> datetime:
        """``wall``, a day or a time that clocks show."""
        return wall if self.all_day else wall_clock.existing(wall, self.zone)

    def end_of(self, start: datetime) -> datetime | None:
        """When the occurrence that begins at ``start`` ends: days stay days, hours stay hours (RFC 5545, 3.8.5.3)."""
        if self.end is None:
            return None
        if self.all_day:
            return start + (self.end - self.start)
        length = self.instant(self.end) - self.instant(self.start)
        return wall_clock.wall_clock(self.instant(start) + length, self.zone)


def read_schedule(content: Content, default_zone: str, reasons: Reasons) -> Schedule | None:
    """The times in ``content``; None where ``reasons`` say what is wrong with them."""
    before = len(reasons.errors)
    zone = zone_of(content["time_zone"], content["starts_at"], default_zone, reasons)
    if zone is None:
        return None
    all_day = bool(content["all_day"]) or len(content["starts_at"]) == 10
    reader = TimeReader(zone, all_day, named=content["time_zone"] is not None, reasons=reasons)
    start = reader.wall("starts_at", content["starts_at"])
    end = reader.wall("ends_at", content["ends_at"]) if content["ends_at"] else None
    if start and end:
        reader.check_order("ends_at", start, end)
    recurrence = content["recurrence"] or {}
    rule = None
    if recurrence.get("rrule"):
        try:
            rule = parse_rule(recurrence["rrule"], zone)
        except UnsupportedRuleError as error:
            reasons.add("recurrence.rrule", "rule-not-supported", "{why}", why=str(error))
    extra = reader.walls("recurrence.rdates", recurrence.get("rdates", ()))
    left_out = reader.walls("recurrence.exdates", recurrence.get("exdates", ()))
    overrides = {}
    for place, override in enumerate(content["overrides"]):
        original, changes = _read_override(reader, f"overrides.{place}", override)
        if original is not None:
            overrides[original] = changes
    if start is None or len(reasons.errors) > before:
        return None
    if all_day and end is None:
        end = start + timedelta(days=1)
    return Schedule(zone, all_day, start, end, rule, extra, frozenset(left_out), overrides)


def horizon(schedule: Schedule, now: datetime) -> datetime:
    """Up to where occurrences are published, as wall-clock time: 400 days from now, or from a later start."""
    return max(wall_clock.wall_clock(now, schedule.zone), schedule.start) + AHEAD


def goes_on_after(schedule: Schedule, until: datetime) -> bool:
    """Whether occurrences can follow after ``until``."""
    by_rule = schedule.rule is not None and not is_exhausted(schedule.rule, schedule.start, until)
    return by_rule or any(extra > until for extra in schedule.extra)


def starts(schedule: Schedule, until: datetime) -> list[datetime]:
    """The original starts up to ``until``, sorted; the latest 1,000.

    A changed occurrence that is not among them, because its rule was cut short since, still takes place.
    """
    if not schedule.recurs:
        return [schedule.start]
    by_rule: Iterator[datetime] = (
        expand(schedule.rule, schedule.start, until) if schedule.rule else iter((schedule.start,))
    )
    moved = (wall for wall, override in schedule.overrides.items() if override.get("starts_at") and wall <= until)
    found = set(chain(map(schedule.existing, by_rule), (extra for extra in schedule.extra if extra <= until), moved))
    return sorted(found - schedule.left_out)[-MOST:]


def occurrences(schedule: Schedule, event: str, status: str, until: datetime) -> list[dict[str, Any]]:
    """The occurrences (``Occurrence``) of the event with id ``event``, sorted by original start."""
    return [_occurrence(schedule, event, status, wall) for wall in starts(schedule, until)]


def _occurrence(schedule: Schedule, event: str, status: str, wall: datetime) -> dict[str, Any]:
    override = schedule.overrides.get(wall, {})
    start, end = schedule.text(wall), schedule.end_of(wall)
    stamp = wall.strftime("%Y%m%d") if schedule.all_day else schedule.instant(wall).strftime("%Y%m%dT%H%M%SZ")
    ends_at = schedule.text(end) if end else None
    if override.get("starts_at"):
        shifted = schedule.end_of(wall_clock.read(override["starts_at"], schedule.zone))
        ends_at = schedule.text(shifted) if shifted else None
    return {
        "occurrence_id": f"{event}_{stamp}" if schedule.recurs else event,
        "recurrence_id": start if schedule.recurs else None,
        "starts_at": override.get("starts_at") or start,
        "ends_at": override.get("ends_at") or ends_at,
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
            "exdates": sorted(schedule.text(wall) for wall in schedule.left_out),
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
    original = reader.wall(f"{field}.recurrence_id", override["recurrence_id"])
    starts_at, ends_at = override.get("starts_at"), override.get("ends_at")
    start = reader.wall(f"{field}.starts_at", starts_at) if starts_at else original
    end = reader.wall(f"{field}.ends_at", ends_at) if ends_at else None
    if start and end:
        reader.check_order(f"{field}.ends_at", start, end)
    times = {"recurrence_id": original, "starts_at": start if starts_at else None, "ends_at": end}
    texts = {name: reader.text(wall) for name, wall in times.items() if wall}
    return original, {**override, **texts}
