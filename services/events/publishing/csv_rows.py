"""One row of a table as a submission."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from shared.calendars.text import LINE, derived_uid, listed, one_line, place_of, prose, slug, slugs, web_address
from shared.tables.cells import NO, YES, address, language, restore_zero
from shared.tables.columns import Columns
from shared.tables.times import Moment, Span, UnclearTimeError, span

ZONE: Final = "Europe/Berlin"

_STATUS: Final = {
    "scheduled": ("geplant", "findet statt", "bestätigt", "aktiv", "scheduled", "confirmed"),
    "cancelled": ("abgesagt", "Absage", "fällt aus", "entfällt", "cancelled", "canceled"),
    "postponed": ("verschoben", "postponed"),
    "rescheduled": ("neuer Termin", "verlegt", "rescheduled"),
    "moved-online": ("online", "jetzt online", "moved online", "moved-online"),
}
_STATUS_OF: Final = {slug(name): status for status, names in _STATUS.items() for name in names}
_ALL_DAY: Final = frozenset({"ganztaegig", "ganztags", "ganzer-tag", "all-day"})
# An evening that ends after midnight is common, one that lasts longer than this is a slip of the pen.
_LONGEST_NIGHT: Final = 12 * 60


@dataclass(slots=True)
class Row:
    """A submission in the making; ``problems`` by field."""

    document: dict[str, object] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def document_of(cells: Sequence[str], columns: Columns) -> Row:
    """Read a row. Its times are Europe/Berlin's unless it names a zone; without a time it is all-day."""
    given = columns.given(cells)
    row = Row()
    row.document["title"] = one_line(given.get("title", ""))
    if not row.document["title"]:
        row.problems["title"] = f"column {columns.headings['title']}: is empty"
    _read_times(row, given, columns)
    _read_place(row, given)
    _read_texts(row, given, columns)
    if "uid" in given:
        row.document["uid"] = given["uid"]
    elif row.problems:
        row.problems["uid"] = ""  # follows from the others
    else:
        row.document["uid"] = _derive_uid(row, given)
    return row


def _read_texts(row: Row, given: dict[str, str], columns: Columns) -> None:
    for name in ("cost", "series"):
        if name in given:
            row.document[name] = one_line(given[name])
    if "description" in given:
        row.document["description"] = prose(given["description"])
    for name in ("topics", "target_groups", "accessibility", "co_hosts"):
        if name in given:
            row.document[name] = slugs(listed(given[name]))
    if "low_threshold" in given:
        row.document["low_threshold"] = _said_yes(row, columns, "low_threshold", given["low_threshold"])
    if "languages" in given:
        row.document["languages"] = [language(name) for name in slugs(listed(given["languages"]))]
    for name in ("url", "image_url"):
        if name in given:
            row.document[name] = address(given[name])
    if "registration_url" in given:
        if link := web_address(address(given["registration_url"])):
            row.document["registration_url"] = link
        else:  # offices write "unter 0375 …" there, which is no reason to refuse the event
            row.notes.append(f"column {columns.headings['registration_url']} is no web address and is left out")
    if "status" in given:
        status = _STATUS_OF.get(slug(given["status"]))
        if status:
            row.document["status"] = status
        else:
            known = ", ".join(names[0] for names in _STATUS.values())
            row.problems["status"] = f"column {columns.headings['status']}: known are {known}"


def _said_yes(row: Row, columns: Columns, name: str, text: str) -> bool:
    if text.casefold() not in YES | NO:
        row.problems[name] = f"column {columns.headings[name]}: known are ja and nein"
    return text.casefold() in YES


def _read_place(row: Row, given: dict[str, str]) -> None:
    place: dict[str, object] = {}
    if "place.name" in given:
        # "Gasometer, Kleine Biergasse 3, 08056 Zwickau" in the one cell that many tables have for it.
        alone = not {"place.street", "place.postal_code", "place.municipality"} & given.keys()
        place = place_of(given["place.name"]) if alone else {"name": one_line(given["place.name"])[:LINE]}
    for name in ("street", "municipality"):
        if text := given.get(f"place.{name}"):
            place[name] = one_line(text)
    code, _, town = given.get("place.postal_code", "").partition(" ")
    if not code:
        code, town = _split_town(str(place.get("municipality", "")))
    if code:
        place["postal_code"] = restore_zero(code, 5, "postal code", row.notes)
        if town.strip():
            place["municipality"] = one_line(town)
    if ags := given.get("place.ags"):
        place["ags"] = restore_zero(ags.replace(" ", ""), 8, "AGS", row.notes)
    for name in ("latitude", "longitude"):
        if text := given.get(f"place.{name}"):
            place[name] = _number(text)
    if online := given.get("place.online_url"):
        place["online_url"] = address(online)
    if place:
        row.document["place"] = place


def _split_town(text: str) -> tuple[str, str]:
    code, _, town = text.partition(" ")
    return (code, town) if code.isdecimal() and len(code) == 5 else ("", "")


def _number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _derive_uid(row: Row, given: dict[str, str]) -> str:
    title = str(row.document["title"])
    starts = str(row.document.get("starts_at", ""))
    row.notes.append("uid derived from title, date, time and place")
    return derived_uid(title, starts, starts[10:], slug(given.get("place.name", "")))


def _read_times(row: Row, given: dict[str, str], columns: Columns) -> None:
    spans: dict[str, Span] = {}
    for name in ("date", "begin", "time", "end", "end_date"):
        if name in given and slug(given[name]) not in _ALL_DAY:
            try:
                spans[name] = span(given[name])
            except UnclearTimeError as unclear:
                at = "ends_at" if name.startswith("end") else "starts_at"
                row.problems[at] = f"column {columns.headings[name]}: {unclear}"
    if {"starts_at", "ends_at"} & row.problems.keys():
        return
    starts = [spans[name] for name in ("date", "begin", "time") if name in spans]
    day = _first_day(one.start for one in starts)
    if day is None:
        heading = columns.headings.get("date") or columns.headings["begin"]
        row.problems["starts_at"] = f"column {heading}: holds no date"
        return
    ends = [spans[name].start for name in ("end_date", "end") if name in spans]
    ends += [one.end for one in starts if one.end]
    clock = next((one.start for one in starts if one.start.minutes is not None), None)
    stop = next((moment for moment in ends if moment.minutes is not None), None)
    last = _first_day(ends)
    is_all_day = _said_yes(row, columns, "all_day", given.get("all_day", ""))
    if clock is None or is_all_day:
        row.document |= {"all_day": True, "starts_at": day.isoformat()}
        row.document["ends_at"] = _after(last or day)
    else:
        _timed(row, day, clock, last, stop)
        row.document["time_zone"] = given.get("time_zone", ZONE)


def _timed(row: Row, day: date, clock: Moment, last: date | None, stop: Moment | None) -> None:
    row.document["starts_at"] = clock.at(day)
    if stop is None and last is not None and last > day:
        row.document["ends_at"] = f"{_after(last)}T00:00:00"
        row.notes.append("no end time: until the end of the last day")
    elif stop is not None:
        begin, end = clock.minutes or 0, stop.minutes or 0
        if last is None and end < begin and end + 1440 - begin <= _LONGEST_NIGHT:
            last = day + timedelta(days=1)
            row.notes.append("ends after midnight: the next day assumed")
        row.document["ends_at"] = stop.at(last or day)


def _after(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()


def _first_day(moments: Iterable[Moment]) -> date | None:
    return next((moment.day for moment in moments if moment.day is not None), None)
