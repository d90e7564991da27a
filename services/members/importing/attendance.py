"""Attendance from a table: organisations down and meetings across, or a row for each time somebody was there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from services.members.importing.known import Known, Meeting
from services.members.importing.meetings import kind_of
from services.members.importing.plan import Line, Planned, RefusedRowError, words
from shared import wall_clock
from shared.calendars.text import one_line
from shared.commands.ask import Command
from shared.commands.results import Outcome
from shared.contracts.members.meetings import ATTEND, Attendance, RecordAttendance
from shared.tables.columns import Columns, Headings, by_key, first_names, heading_key, understand
from shared.tables.reading import Layout, Row, read_table
from shared.tables.times import Moment, UnclearTimeError, span
from shared.times import YEARS

HEADINGS: Final[Headings] = {
    "organisation": "Organisation, Mitglied, Verein, Name, Einrichtung, Institution, Member",
    "date": "Datum, Tag, Sitzung, Date",
    "time": "Uhrzeit, Zeit, Time",
    "kind": "Art, Typ, Kind",
    "presence": "Anwesenheit, anwesend, Teilnahme, Attendance, Presence",
}
PRESENCE: Final = {
    "present": "anwesend, x, a, ja, da, 1, teilgenommen, vor Ort, present, yes, y",
    "online": "online, o, digital, zugeschaltet, per Video, hybrid",
    "excused": "entschuldigt, e, entsch., abgemeldet, excused",
    "absent": "abwesend, fehlt, nein, n, f, u, unentschuldigt, 0, absent, no",
}
_FIELDS: Final = by_key(HEADINGS)
_PRESENCE: Final = words(PRESENCE)
# Signs that no word is made of.
_MARKS: Final[Mapping[str, str]] = {"✓": "present", "✔": "present", "+": "present", "–": "absent", "-": "absent"}
_KNOWN: Final = "x or anwesend, online, e or entschuldigt, - or abwesend"


@dataclass(slots=True)
class _Found:
    """What the table says of one meeting, by organisation, and where it stands."""

    meeting: Meeting
    source: str
    presence: dict[str, str] = field(default_factory=dict)


def plan_attendance(data: bytes, name: str, known: Known) -> Iterator[Planned]:
    """What a table of attendance leads to: the rows and cells that cannot be taken, then what it does to each meeting.

    What is recorded already of organisations that the table does not name stays. An empty cell says nothing.

    Raises:
        UnreadableFileError: neither dates as headings are there nor columns for date and attendance.
    """
    layout = Layout(_columns_of, _is_complete, "the organisation and dates of meetings", _understood())
    columns, rows = read_table(data, name, layout)
    if columns.unknown:
        yield Planned(name, "note", name=f"columns not understood: {', '.join(columns.unknown)}")
    found: dict[str, _Found] = {}
    if _days(columns):
        meetings: dict[str, Meeting] = {}
        for day in _days(columns):
            try:
                meetings[day] = _meeting(known, columns.headings[day], None)
            except RefusedRowError as refused:
                yield Planned(f"{name}, column {columns.headings[day]}", "refused", details=refused.reasons)
        yield from _read_matrix(name, columns, rows, known, meetings, found)
    else:
        yield from _read_rows(name, columns, rows, known, found)
    for one in sorted(found.values(), key=lambda one: one.meeting.starts):
        yield _decide(one, known)


def _columns_of(header: Sequence[str]) -> Columns:
    def field_of(heading: str, _: int, at: Mapping[str, int]) -> str | None:
        return _FIELDS.get(heading_key(heading)) or (f"on {heading}" if _moment(heading) else None)

    return understand(header, field_of)


def _is_complete(columns: Columns) -> bool:
    return "organisation" in columns.at and (bool(_days(columns)) or {"date", "presence"} <= columns.at.keys())


def _days(columns: Columns) -> list[str]:
    return [name for name in columns.at if name.startswith("on ")]


def _understood() -> str:
    return f"{', '.join(first_names(HEADINGS))}; or Organisation and a date such as 03.12.2026 for each meeting"


def _read_matrix(
    name: str,
    columns: Columns,
    rows: Iterator[Row],
    known: Known,
    meetings: Mapping[str, Meeting],
    found: dict[str, _Found],
) -> Iterator[Planned]:
    for row in rows:
        line = Line(f"{name}, row {row.line}", columns.given(row.cells), columns.headings)
        if row.fault:
            yield Planned(line.source, "unreadable", details=(row.fault,))
            continue
        wrong: list[str] = []
        try:
            organisation = known.organisation_of(line)
        except RefusedRowError as refused:
            yield Planned(line.source, "refused", name=line.text("organisation") or None, details=refused.reasons)
            continue
        for day in (day for day in meetings if day in line.given):
            try:
                source = f"{name}, column {columns.headings[day]}"
                _note(found, meetings[day], source, organisation, _presence(line, day))
            except RefusedRowError as refused:
                wrong += refused.reasons
        if wrong:
            yield Planned(line.source, "refused", organisation, known.names[organisation], tuple(sorted(wrong)))


def _read_rows(
    name: str, columns: Columns, rows: Iterator[Row], known: Known, found: dict[str, _Found]
) -> Iterator[Planned]:
    for row in rows:
        line = Line(f"{name}, row {row.line}", columns.given(row.cells), columns.headings)
        if row.fault:
            yield Planned(line.source, "unreadable", details=(row.fault,))
            continue
        try:
            organisation = known.organisation_of(line)
            when = " ".join(filter(None, (line.needed("date"), line.text("time"))))
            meeting = _meeting(known, when, line.text("kind") or None)
            if "presence" in line.given:
                source = f"{name}, meeting of {meeting.starts:%Y-%m-%d}"
                _note(found, meeting, source, organisation, _presence(line, "presence"))
        except RefusedRowError as refused:
            yield Planned(line.source, "refused", name=line.text("organisation") or None, details=refused.reasons)


def _note(found: dict[str, _Found], meeting: Meeting, source: str, organisation: str, presence: str) -> None:
    one = found.setdefault(meeting.id, _Found(meeting, source))
    if one.presence.setdefault(organisation, presence) != presence:
        raise RefusedRowError(f"{organisation} stands twice for {meeting.starts:%Y-%m-%d}, and differently")


def _presence(line: Line, column: str) -> str:
    cell = line.text(column)
    if mark := _MARKS.get(cell):
        return mark
    found = line.word(column, _PRESENCE, _KNOWN)
    if found is None:
        raise line.wrong(column, f"known are {_KNOWN}")
    return found


def _moment(text: str) -> tuple[Moment, str] | None:
    """The day, perhaps with the time of day, in a text such as ``Klausur 03.12.2026``, and the words beside it."""
    parts = one_line(text).split()
    for length in range(len(parts), 0, -1):
        for begin in range(len(parts) - length + 1):
            try:
                start = span(" ".join(parts[begin : begin + length])).start
            except UnclearTimeError:
                continue
            if start.day is not None:
                return start, " ".join(parts[:begin] + parts[begin + length :])
    return None


def _meeting(known: Known, text: str, kind: str | None) -> Meeting:
    """The meeting that a date means, told apart by its time or kind where there are several that day.

    Raises:
        RefusedRowError: there is none, or several; or it is still to come, or cancelled.
    """
    moment = _moment(text)
    if moment is None or moment[0].day is None:
        raise RefusedRowError(f"“{text[:60]}” holds no date")
    start, beside = moment
    day: date = moment[0].day
    named = kind_of(kind or beside) if kind or beside else None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise RefusedRowError(f"“{text[:60]}” lies outside the years {YEARS[0]} to {YEARS[1]}")
    typed = None if start.minutes is None else wall_clock.read(start.at(day), known.zone)
    if start.offset and typed:
        day = typed.date()
    found = [meeting for meeting in known.meetings.values() if meeting.starts.date() == day]
    if typed:
        # By the clock, as people name what is there; an offset tells two equal hours apart.
        found = [one for one in found if one.starts == typed and (not start.offset or one.starts.fold == typed.fold)]
    if named and len(found) > 1:
        found = [one for one in found if one.kind == named[0] and named[1] in (None, one.group)]
    if len(found) != 1:
        choices = ", ".join(sorted(f"{one.starts:%H:%M} {one.title}" for one in found))
        what = f"there are several meetings on {day}: {choices}; add time or kind" if found else f"no meeting on {day}"
        raise RefusedRowError(what if found else f"there is {what}; import it with --meetings")
    if day > known.today:
        raise RefusedRowError(f"the meeting of {day} is still to come")
    if found[0].status == "cancelled":
        raise RefusedRowError(f"the meeting of {day} was cancelled")
    return found[0]


def _decide(found: _Found, known: Known) -> Planned:
    meeting, before = found.meeting, found.meeting.attendance
    changes = {id_: is_ for id_, is_ in sorted(found.presence.items()) if before.get(id_) != is_}
    name = f"{meeting.title}, {meeting.starts:%Y-%m-%d}"
    if not changes:
        return Planned(found.source, "unchanged", meeting.id, name)
    details = [f"{id_}: {f'{before[id_]} → ' if id_ in before else ''}{is_}" for id_, is_ in changes.items()]
    attendance = tuple(
        Attendance(organisation=id_, presence=is_, person=meeting.people.get(id_))  # type: ignore[arg-type]
        for id_, is_ in changes.items()
    )
    command = RecordAttendance(id=meeting.id, attendance=attendance, complete=False)
    counted = f"new or changed: {len(changes)} of {len(found.presence)} organisations"
    shown = details if len(details) <= 5 else [*details[:5], f"and {len(details) - 5} more"]
    result: Outcome = "changed" if before else "new"
    return Planned(found.source, result, meeting.id, name, (counted, *shown), (Command(ATTEND, meeting.id, command),))
