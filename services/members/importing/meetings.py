"""Meetings from a table: when, which kind, what about, where, with which agenda."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from services.members.importing.known import Known, meeting_of
from services.members.importing.plan import Line, Planned, plan_rows, word_key, words
from shared import wall_clock
from shared.calendars.text import one_line, place_of
from shared.commands.ask import Command
from shared.contracts.members.meetings import PLAN, MeetingFact, PlanMeeting
from shared.tables.cells import NO, YES, address
from shared.tables.columns import Headings, by_key, first_names, heading_key, understand
from shared.tables.reading import Layout
from shared.tables.times import Moment
from shared.times import YEARS

HEADINGS: Final[Headings] = {
    "date": "Datum, Tag, Termin, Date",
    "time": "Uhrzeit, Zeit, Beginn, von, Start, Time",
    "end": "Ende, bis, End, Until",
    "kind": "Art, Typ, Form, Kind, Type",
    "title": "Titel, Bezeichnung, Thema, Betreff, Title",
    "working_group": "Arbeitsgruppe, AG, Working group",
    "place": "Ort, Treffpunkt, Raum, Veranstaltungsort, Place, Venue",
    "agenda": "Tagesordnung, TO, TOP, Tagesordnungspunkte, Agenda",
    "public": "öffentlich, Public",
}
KINDS: Final = {
    "session": "Sitzung, Treffen, Bündnissitzung, Plenum, Mitgliederversammlung, session, meeting",
    "retreat": "Klausur, Klausurtagung, Klausursitzung, retreat",
    "working-group": "AG, Arbeitsgruppe, AG-Treffen, AG-Sitzung, working group",
}
_TITLES: Final = {"session": "Sitzung", "retreat": "Klausur", "working-group": "Arbeitsgruppe"}
_FIELDS: Final = by_key(HEADINGS)
_KINDS: Final = words(KINDS)
_GROUP: Final = re.compile(r"(?:AG|Arbeitsgruppe|working group)[\s:]+(?P<group>\S.*)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?:TOP\s*\d{1,2}\s*[.):–-]?|\d{1,2}\s*[.):]|[-–•*])\s+", re.IGNORECASE)
_COMPARED: Final = ("kind", "title", "working_group", "starts_at", "ends_at", "place", "agenda", "public")


def plan_meetings(data: bytes, name: str, known: Known) -> Iterator[Planned]:
    """What a table of meetings leads to.

    Raises:
        UnreadableFileError: no row has a heading for the date.
    """
    layout = Layout(
        lambda header: understand(header, lambda heading, _, __: _FIELDS.get(heading_key(heading))),
        lambda columns: "date" in columns.at and len(columns.at) > 1,
        "a date and something more",
        ", ".join(first_names(HEADINGS)),
    )
    seen: dict[str, str] = {}

    def decide(line: Line) -> Planned:
        planned = _decide(line, known)
        if planned.id in seen:
            raise line.wrong("date", f"the same meeting stands in {seen[planned.id]} already")
        seen[planned.id or ""] = line.source
        return planned

    yield from plan_rows(data, name, layout, decide, label="title")


def kind_of(text: str) -> tuple[str, str | None] | None:
    """The kind of meeting that a text names, with the working group if it is one; None: no known kind."""
    if kind := _KINDS.get(word_key(text)):
        return kind, None
    if group := _GROUP.fullmatch(one_line(text)):
        return "working-group", group["group"]
    return None


def _decide(line: Line, known: Known) -> Planned:
    kind, group = _kind(line)
    starts, ends = _times(line, known.zone)
    id_ = _id(known, kind, group, starts)
    fact = known.facts.get(id_)
    zone = known.zone.key
    document: dict[str, Any] = {"id": id_, "time_zone": zone, "kind": kind, "working_group": group, "starts_at": starts}
    if fact:
        document = {**_as_is(fact), **document, "version": fact.version}
    document["title"] = line.text("title") or document.get("title") or _title(kind, group)
    if ends:
        document["ends_at"] = ends
    if "place" in line.given:
        document["place"] = _place(line.given["place"])
    if "agenda" in line.given:
        papers = {item["title"]: item for item in document.get("agenda", ())}
        document["agenda"] = [papers.get(title, {"title": title}) for title in _agenda(line.given["agenda"])]
    if "public" in line.given:
        answer = line.text("public").casefold()
        if answer not in YES | NO:
            raise line.wrong("public", "known are ja and nein")
        document["public"] = answer in YES
    plan = line.build(PlanMeeting, document)
    if fact and fact.status == "cancelled":
        told = ("is cancelled here and stays so; to plan it anew: buendnisbus members meetings plan",)
        return Planned(line.source, "unchanged", id_, plan.title, told)
    command = Command(PLAN, id_, plan)
    if fact is None:
        known.meetings[id_] = meeting_of(plan, known.zone)
        return Planned(line.source, "new", id_, plan.title, tuple(line.notes), (command,))
    changed = [one for one in _COMPARED if _differs(getattr(plan, one), getattr(fact, one), one, known)]
    if not changed:
        return Planned(line.source, "unchanged", id_, plan.title, tuple(line.notes))
    details = (f"changed: {', '.join(changed)}", *line.notes)
    return Planned(line.source, "changed", id_, plan.title, details, (command,))


def _as_is(fact: MeetingFact) -> dict[str, Any]:
    """The plan of a meeting as it stands."""
    plan = fact.model_dump(mode="json")
    return {name: plan[name] for name in PlanMeeting.model_fields if name in plan}


def _differs(new: Any, old: Any, name: str, known: Known) -> bool:
    if name in ("starts_at", "ends_at") and new and old and len(new) > 10 and len(old) > 10:
        new, old = (wall_clock.written(wall_clock.read(text, known.zone), known.zone) for text in (new, old))
    return bool(new != old)


def _id(known: Known, kind: str, group: str | None, starts: str) -> str:
    """That of the same meeting if it is known, else one that the same row gives again."""
    begin = wall_clock.instant(wall_clock.read(starts, known.zone), known.zone)
    for meeting in known.meetings.values():
        same = (meeting.kind, meeting.group) == (kind, group)
        if same and wall_clock.instant(meeting.starts, known.zone) == begin:
            return meeting.id
    what = f"{kind}:{group}" if group else kind
    return str(uuid5(NAMESPACE_URL, f"urn:buendnisbus:meetings:{what}:{starts}"))


def _kind(line: Line) -> tuple[str, str | None]:
    text = line.text("kind")
    group = line.text("working_group") or None
    found = kind_of(text) if text else ("working-group" if group else "session", group)
    if found is None:
        raise line.wrong("kind", "known are Sitzung, Klausur, AG and AG with its name")
    kind, named = found
    return kind, (named or group) if kind == "working-group" else None


def _title(kind: str, group: str | None) -> str:
    return f"AG {group}" if group else _TITLES[kind]


def _times(line: Line, zone: ZoneInfo) -> tuple[str, str | None]:
    """Start and end as the contract takes them: times by the clocks of ``zone``, those with an offset as they were
    written, or dates with an exclusive end."""
    line.needed("date")
    spans = [line.when("date"), line.when("time")]
    last = line.when("end")
    day = spans[0].start.day
    if day is None:
        raise line.wrong("date", "holds no date")
    clock = next((one.start for one in spans if one.start.minutes is not None), None)
    stops = [last.start, *(one.end for one in spans if one.end)]
    final = next((stop.day for stop in stops if stop.day), None)
    if not all(YEARS[0] <= each.year <= YEARS[1] for each in (day, final or day)):
        raise line.wrong("date", f"lies outside the years {YEARS[0]} to {YEARS[1]}")
    if clock is None:
        return day.isoformat(), (final + timedelta(days=1)).isoformat() if final and final > day else None
    stop = next((stop for stop in stops if stop.minutes is not None), None)
    if stop is None:
        return clock.at(day), None
    return clock.at(day), _end(line, clock.at(day), stop, final or day, zone, is_day_known=final is not None)


def _end(line: Line, starts: str, stop: Moment, day: date, zone: ZoneInfo, *, is_day_known: bool) -> str:
    """An end, on the next day where it else came before the start."""
    begin, end = wall_clock.read(starts, zone), wall_clock.read(stop.at(day), zone)
    is_before = wall_clock.instant(end, zone) < wall_clock.instant(begin, zone) if stop.offset else end < begin
    if is_before and not is_day_known:
        line.notes.append("ends after midnight: the next day assumed")
        return stop.at(day + timedelta(days=1))
    meant = wall_clock.not_before(begin, end, zone)
    return stop.at(day) if stop.offset or meant.fold == end.fold else wall_clock.written(meant, zone)


def _place(cell: str) -> dict[str, object]:
    link = address(one_line(cell))
    return {"online_url": link} if link.startswith(("https://", "http://")) else place_of(cell)


def _agenda(cell: str) -> list[str]:
    """The items in a cell, a line or a part for each; their numbers are left out, as the order says them."""
    parts = cell.split("\n") if "\n" in cell.strip() else re.split(r"[;|]", cell)
    return [title for part in parts if (title := _without_number(one_line(part)))]


def _without_number(title: str) -> str:
    found = _NUMBER.match(title)
    return title[found.end() :] if found else title
