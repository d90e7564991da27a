"""Reads events from iCalendar (RFC 5545, 7986): VEVENTs become submissions, changed occurrences overrides.

No organiser, attendee, contact or comment is kept, nor any e-mail address out of a text (see ``privacy``).
"""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, Final
from zoneinfo import ZoneInfo

from shared.calendars.entries import Entry, UnreadableFileError, submission
from shared.calendars.ics_event import Vevent, read_event
from shared.calendars.ics_text import calendars
from shared.calendars.ics_time import UTC_ZONE, Zones, exact, fitted, written, zone_of, zones_of
from shared.calendars.text import UID, cut, derived_uid

_MOST_OVERRIDES: Final = 200
_OVERRIDE_PROSE: Final = 2_000


def _go_on() -> None:
    """Nothing is to be done between two events."""


def submissions(
    data: bytes, name: str = "calendar", *, quoting: bool = True, between: Callable[[], None] = _go_on
) -> list[Entry]:
    """The entries of a calendar, in the order of its VEVENTs; pure, for files and fetched feeds alike.

    Each VEVENT is in exactly one entry: as an event, as an override in the event of its series, or as an
    entry that says why it is not published (private, replaced by a newer version, unreadable). Without
    ``quoting`` its problems show nothing of what stands in the calendar. ``between`` is called before each event;
    what it raises ends the reading.

    Raises:
        UnreadableFileError: there is no calendar in it, a login page for example.
    """
    found = calendars(data)
    if not found:
        raise UnreadableFileError(f"{name}: holds neither a VCALENDAR nor a VEVENT")
    groups: dict[str, list[tuple[Vevent, Zones]]] = {}
    for calendar in found:
        zones = zones_of(calendar.zone, calendar.zones)
        for text in calendar.events:
            between()
            event = read_event(text, zones, calendar.method, quoting=quoting)
            _name(event)
            groups.setdefault(event.uid or f"\0{event.position}", []).append((event, zones))
    entries = [entry for group in groups.values() for entry in _group(group, name)]
    if not entries:
        return [Entry(name, kind="note", note="holds no events")]
    return [entry for _, entry in sorted(entries, key=lambda one: one[0])]


def _name(event: Vevent) -> None:
    """Make sure of a uid that the contract takes, and that stays the same tomorrow."""
    if not event.uid and event.start and not event.problems:
        start = written(event.start)
        event.uid = derived_uid(str(event.document.get("title", "")), start, start[10:])
        event.notes.append("uid derived from title, date and time")
    event.uid = _short(event.uid)


def _short(uid: str) -> str:
    return uid if len(uid) <= UID else f"{uid[: UID - 9]}-{hashlib.sha256(uid.encode()).hexdigest()[:8]}"


def _group(group: list[tuple[Vevent, Zones]], name: str) -> Iterator[tuple[int, Entry]]:
    """The entries of all VEVENTs with one UID."""
    zones = {event.position: zone for event, zone in group}
    master, old = _newest([event for event, _ in group if event.recurrence_id is None])
    changes: dict[str, list[Vevent]] = {}
    for event, _ in group:
        if event.recurrence_id is not None:
            changes.setdefault(_compact(event.recurrence_id), []).append(event)
    newest = [_newest(versions) for versions in changes.values()]
    old += [event for _, versions in newest for event in versions]
    for event in old:
        replaced = "replaced by a newer version of it in this file"
        yield event.position, _reported(event, name) if event.problems else _told(event, name, replaced)
    overrides = sorted((event for event, _ in newest if event), key=attrgetter("position"))
    if master is None:
        for event in overrides:
            uid = _short(f"{event.uid}_{_compact(event.recurrence_id)}") if event.uid else ""
            alone = dataclasses.replace(event, uid=uid)
            alone.notes.append("its series is not in this file, so it becomes an event of its own")
            yield event.position, _entry(alone, [], zones[event.position], name)
        return
    usable = []
    for event in overrides:
        if reason := event.left_out or master.left_out:
            yield event.position, _told(event, name, f"left out: {reason}")
        elif event.problems or master.problems:
            event.problems = event.problems or {"": "its series could not be read"}
            yield event.position, _reported(event, name)
        else:
            usable.append(event)
    yield master.position, _entry(master, usable, zones[master.position], name)


def _newest(versions: list[Vevent]) -> tuple[Vevent | None, list[Vevent]]:
    """The version that counts and the others: readable before unreadable, then by revision (RFC 5545, 3.8.7)."""
    order = sorted(versions, key=lambda event: (not event.problems, event.sequence or 0, *event.stamps, event.position))
    return (order[-1], order[:-1]) if order else (None, [])


def _entry(event: Vevent, overrides: list[Vevent], zones: Zones, name: str) -> Entry:
    if event.left_out:
        return _told(event, name, f"left out: {event.left_out}")
    if event.problems or event.start is None:
        return _reported(event, name)
    zone = zone_of(event.start) or zones.home
    if zone is UTC_ZONE and not event.recurring:
        # One instant: people read it in the calendar's own time. A series in UTC has to repeat in UTC.
        zone = zones.home
    notes = list(event.notes)
    document: dict[str, Any] = {"uid": event.uid, **event.document, "time_zone": zone.key}
    document["all_day"] = not isinstance(event.start, datetime)
    if event.sequence is not None:
        document["sequence"] = event.sequence
    document["starts_at"] = _shown(event.start, zone)
    if event.end is not None:
        document["ends_at"] = _shown(event.end, zone)
    if event.recurring:
        document["recurrence"] = _recurrence(event, zone)
    if overrides:
        ordered = sorted(overrides, key=lambda one: _compact(one.recurrence_id))
        if len(ordered) > _MOST_OVERRIDES:
            notes.append(f"only the latest {_MOST_OVERRIDES} of {len(ordered)} changed occurrences are kept")
        document["overrides"] = [_override(one, event, zone) for one in ordered[-_MOST_OVERRIDES:]]
        notes += [f"event {one.position}: {note}" for one in ordered for note in one.notes]
    return submission(document, _source(event, name), notes=notes)


def _source(event: Vevent, name: str) -> str:
    return f"{name}, event {event.position}" if name else f"event {event.position}"


def _reported(event: Vevent, name: str) -> Entry:
    return Entry(_source(event, name), uid=event.uid or None, problems=tuple(event.problems.values()))


def _told(event: Vevent, name: str, note: str) -> Entry:
    return Entry(_source(event, name), uid=event.uid or None, kind="note", note=note)


def _recurrence(event: Vevent, zone: ZoneInfo) -> dict[str, object]:
    recurrence: dict[str, object] = {}
    if event.rule:
        recurrence["rrule"] = event.rule
    if event.rdates:
        recurrence["rdates"] = [_shown(one, zone) for one in event.rdates]
    if event.exdates:
        recurrence["exdates"] = [_shown(one, zone) for one in event.exdates]
    return recurrence


def _override(change: Vevent, master: Vevent, zone: ZoneInfo) -> dict[str, object]:
    """Only what differs from the master, as DESIGN 3 wants it."""
    # Both were read without a problem, so both have a start.
    assert change.recurrence_id is not None
    assert change.start is not None
    assert master.start is not None
    original = fitted(change.recurrence_id, master.start, zone)
    override: dict[str, object] = {"recurrence_id": written(original)}
    for name in ("title", "description", "status", "place"):
        value = change.document.get(name)
        if value is not None and value != master.document.get(name):
            override[name] = cut(value, _OVERRIDE_PROSE) if name == "description" else value
    start, end = _alike(change.start, change.end, master.start, zone)
    if written(start) != written(original) or _length(change) != _length(master):
        override["starts_at"] = written(start)
        if end is not None:
            override["ends_at"] = written(end)
    return override


def _alike(start: date, end: date | None, like: date, zone: ZoneInfo) -> tuple[date, date | None]:
    """Times of an occurrence in the kind of its series, which alone the contract allows."""
    if isinstance(like, datetime):
        if not isinstance(start, datetime):
            return _midnight(start, zone), _midnight(end, zone) if end else None
        return start.astimezone(zone), end.astimezone(zone) if isinstance(end, datetime) else None
    if isinstance(start, datetime):
        first = start.astimezone(zone).date()
        return first, first + timedelta(days=1)
    return start, end


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _length(event: Vevent) -> object:
    """How long it lasts, for comparison only."""
    if event.start is None or event.end is None:
        return None
    return exact(event.end) - exact(event.start)


def _shown(value: date, zone: ZoneInfo) -> str:
    return written(value.astimezone(zone) if isinstance(value, datetime) else value)


def _compact(value: date | None) -> str:
    """A time as RFC 5545 writes it, in UTC: for the uid of an occurrence that stands alone."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC_ZONE):%Y%m%dT%H%M%SZ}"
    return f"{value:%Y%m%d}"
