"""The office's form for an event: what was typed becomes a submission, and an event becomes what is typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.gateway.pages.times import local
from shared import wall_clock
from shared.calendars.text import ascii_slug
from shared.contracts.base import FieldError

Document = Mapping[str, Any]

LANGUAGES: Final = ("de", "en", "ar", "fa", "ku", "uk", "ru", "tr", "pl", "cs", "vi", "fr", "es")
REPEATS: Final = ("weekly", "monthly", "kept")
STATUSES: Final = ("scheduled", "cancelled", "postponed", "rescheduled", "moved-online")
_LINES: Final = ("title", "cost", "url", "registration_url")
_PLACE: Final = {"place_name": "name", "street": "street", "postal_code": "postal_code", "municipality": "municipality"}
_WORDS: Final = ("target_groups", "accessibility")
_KEPT: Final = ("image_url", "series")
_NIGHT_ENDS: Final = time(6)
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_GERMAN_DATE: Final = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(?:uhr|h)?", re.IGNORECASE)
_UNTIL: Final = re.compile(r"UNTIL=(\d{4})(\d{2})(\d{2})")
_TYPED_AT: Final = {
    "starts_at": "date",
    "ends_at": "ends",
    "recurrence": "repeat",
    "place": "place_name",
    **{f"place.{name}": typed for typed, name in _PLACE.items()},
    "name": "new_partner",
    "id": "partner",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form's fields. ``several``: of fields that can be ticked more than once."""

    values: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Whether ``value`` is ticked."""
        return value in self.several.get(name, ())


def typed(fields: Mapping[str, Sequence[str]], several: Sequence[str] = ("topics", "languages")) -> Typed:
    """The form as it was sent. ``several``: its fields that can be ticked more than once."""
    values = {name: texts[-1].replace("\r\n", "\n").strip() for name, texts in fields.items() if name not in several}
    return Typed(values, {name: tuple(fields.get(name, ())) for name in several})


def typed_from(document: Document) -> Typed:
    """The form that would make this event, from its fact."""
    all_day = document["all_day"]
    first = date.fromisoformat(document["starts_at"]) if all_day else _local(document["starts_at"]).date()
    rule = (document["recurrence"] or {}).get("rrule")
    until = _UNTIL.search(rule or "")
    place = document["place"] or {}
    values = {
        **{name: document[name] or "" for name in (*_LINES, "description")},
        **{name: ", ".join(document[name]) for name in _WORDS},
        **{name: place.get(of) or "" for name, of in _PLACE.items()},
        "partner": document["partner"],
        "uid": document["uid"],
        "status": document["status"],
        **typed_times(document["starts_at"], document["ends_at"], all_day=all_day),
        "until": "-".join(until.groups()) if until else "",
        "repeat": _repeat_of(document["recurrence"], first),
    }
    return Typed(values, {name: tuple(document[name]) for name in ("topics", "languages")})


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


def submission(form: Typed, time_zone: str, before: Document | None = None) -> tuple[dict[str, Any], list[FieldError]]:
    """The submission that the form asks for, and what cannot be read in it, by the form's own fields.

    Times are wall-clock times of ``time_zone``. ``before``: the fact that is being changed, for what no field shows.
    """
    errors: list[FieldError] = []
    when = times(form, time_zone, errors, before)
    place = {of: form[name] for name, of in _PLACE.items() if form[name]}
    was = (before or {}).get("place") or {}
    if before and place == {name: was[name] for name in _PLACE.values() if was.get(name)}:
        place = dict(was)
    body: dict[str, Any] = {
        **{name: form[name] for name in (*_LINES, "description") if form[name]},
        **{name: before[name] for name in _KEPT if before and before[name]},
        **when,
        "status": form["status"] or "scheduled",
        "topics": list(form.several.get("topics", ())),
        "languages": list(form.several.get("languages", ())),
        **{name: [word.strip() for word in form[name].split(",") if word.strip()] for name in _WORDS},
    }
    if place:
        body["place"] = place
    if form["repeat"] == "kept" and before:
        body["recurrence"] = before["recurrence"]
    if not form["title"]:
        errors.append(_error("title", "missing", "is required"))
    return body, errors


def typed_at(error_field: str) -> str:
    """The form's field that an error of the submission belongs to; empty for the form as a whole."""
    while error_field:
        if error_field in _TYPED_AT:
            return _TYPED_AT[error_field]
        if error_field in (*_LINES, *_WORDS, "description", "topics", "languages", "status"):
            return error_field
        error_field = error_field.rpartition(".")[0]
    return ""


def new_uid(title: str, day: str, token: str) -> str:
    """A name for an event that people can read: ``office-sommerfest-2027-06-03-k3x9q2``."""
    return "-".join(part for part in ("office", ascii_slug(title)[:60].strip("-"), day, token) if part)


def is_offices(uid: str) -> bool:
    """Whether the office entered an event by this form."""
    return uid.startswith("office-")


def times(
    form: Typed, time_zone: str, errors: list[FieldError], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """When the form says that something takes place, as a submission has it; ``errors`` gets what cannot be read.

    A time of ``before`` stays where nobody typed another: a form cannot say which of two equal hours.
    """
    first = _date(form, "date", errors, needed=True)
    last, until = _date(form, "last_day", errors), _date(form, "until", errors)
    all_day = bool(form["all_day"])
    starts = None if all_day else _clock(form, "starts", errors)
    ends = None if all_day else _clock(form, "ends", errors)
    if not all_day and not form["starts"]:
        errors.append(_error("starts", "start-missing", "is required, or the event takes place all day"))
    if first and last and last < first:
        errors.append(_error("last_day", "before-first-day", "lies before the first day"))
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
    return found | _recurrence(form, first, until, errors)


def _recurrence(form: Typed, first: date, until: date | None, errors: list[FieldError]) -> dict[str, Any]:
    if form["repeat"] not in ("weekly", "monthly"):
        return {}
    if until is None:
        errors.append(_error("until", "until-missing", "is required, as the event is repeated"))
        return {}
    if until < first:
        errors.append(_error("until", "before-first-day", "lies before the first day"))
    return {"recurrence": {"rrule": f"{_rule(form['repeat'], first)};UNTIL={until:%Y%m%d}"}}


def _rule(repeat: str, first: date) -> str:
    if repeat == "weekly":
        return "FREQ=WEEKLY"
    # The fifth of a month is not there in most: its last is meant.
    place = (first.day - 1) // 7 + 1
    return f"FREQ=MONTHLY;BYDAY={-1 if place == 5 else place}{_DAYS[first.weekday()]}"


def _repeat_of(recurrence: Document | None, first: date) -> str:
    if recurrence is None:
        return ""
    rule = recurrence["rrule"] or ""
    is_plain = not recurrence["rdates"] and not recurrence["exdates"] and _UNTIL.search(rule)
    for repeat in ("weekly", "monthly"):
        if is_plain and re.fullmatch(rf"{re.escape(_rule(repeat, first))};UNTIL=\d{{8}}", rule):
            return repeat
    return "kept"


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


def _date(form: Typed, name: str, errors: list[FieldError], *, needed: bool = False) -> date | None:
    text = form[name]
    if not text:
        if needed:
            errors.append(_error(name, "missing", "is required"))
        return None
    german = _GERMAN_DATE.fullmatch(text)
    try:
        return date(int(german[3]), int(german[2]), int(german[1])) if german else date.fromisoformat(text)
    except ValueError:
        errors.append(_error(name, "day-unreadable", "must be a date such as 2026-12-03"))
        return None


def _clock(form: Typed, name: str, errors: list[FieldError]) -> time | None:
    if not form[name]:
        return None
    match = _CLOCK.fullmatch(form[name])
    try:
        if match is None:
            raise ValueError(name)
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        errors.append(_error(name, "clock-unreadable", "must be a time of day such as 16:00"))
        return None


def _error(name: str, code: str, detail: str) -> FieldError:
    return FieldError(field=name, code=code, detail=detail)
