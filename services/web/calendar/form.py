"""The office's form for an event: what was typed becomes a submission, and an event becomes what is typed."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from services.web.common.form_times import day_typed, times, typed_times
from services.web.common.forms import Typed, reason
from services.web.common.times import local
from shared.calendars.text import ascii_slug
from shared.contracts.base import FieldError

Document = Mapping[str, Any]

REPEATS: Final = ("weekly", "monthly", "kept")
STATUSES: Final = ("scheduled", "cancelled", "postponed", "rescheduled", "moved-online")
_LINES: Final = ("title", "cost", "url", "registration_url")
_PLACE: Final = {"place_name": "name", "street": "street", "postal_code": "postal_code", "municipality": "municipality"}
_WORDS: Final = ("target_groups", "accessibility")
_KEPT: Final = ("image_url", "series")
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
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


def typed_from(document: Document) -> Typed:
    """The form that would make this event, from its fact."""
    all_day = document["all_day"]
    first = (
        date.fromisoformat(document["starts_at"])
        if all_day
        else local(datetime.fromisoformat(document["starts_at"])).date()
    )
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
        "low_threshold": "yes" if document.get("low_threshold") else "",
        **typed_times(document["starts_at"], document["ends_at"], all_day=all_day),
        "until": "-".join(until.groups()) if until else "",
        "repeat": _repeat_of(document["recurrence"], first),
    }
    return Typed(values, {name: tuple(document[name]) for name in ("topics", "languages")})


def submission(form: Typed, time_zone: str, before: Document | None = None) -> tuple[dict[str, Any], list[FieldError]]:
    """The submission that the form asks for, and what cannot be read in it, by the form's own fields.

    Times are wall-clock times of ``time_zone``. ``before``: the fact that is being changed, for what no field shows.
    """
    errors: list[FieldError] = []
    when = times(form, time_zone, errors, before)
    until = day_typed(form, "until", errors)
    place = {of: form[name] for name, of in _PLACE.items() if form[name]}
    was = (before or {}).get("place") or {}
    if before and place == {name: was[name] for name in _PLACE.values() if was.get(name)}:
        place = dict(was)
    body: dict[str, Any] = {
        **{name: form[name] for name in (*_LINES, "description") if form[name]},
        **{name: before[name] for name in _KEPT if before and before[name]},
        **when,
        **(_recurrence(form, date.fromisoformat(when["starts_at"][:10]), until, errors) if when else {}),
        "status": form["status"] or "scheduled",
        **({"low_threshold": True} if form["low_threshold"] else {}),
        "topics": list(form.several.get("topics", ())),
        "languages": list(form.several.get("languages", ())),
        **{name: [word.strip() for word in form[name].split(",") if word.strip()] for name in _WORDS},
    }
    if place:
        body["place"] = place
    if form["repeat"] == "kept" and before:
        body["recurrence"] = before["recurrence"]
    if not form["title"]:
        errors.append(reason("title", "missing", "is required"))
    return body, errors


def typed_at(error_field: str) -> str:
    """The form's field that an error of the submission belongs to; empty for the form as a whole."""
    while error_field:
        if error_field in _TYPED_AT:
            return _TYPED_AT[error_field]
        if error_field in (*_LINES, *_WORDS, "description", "topics", "languages", "status", "low_threshold"):
            return error_field
        error_field = error_field.rpartition(".")[0]
    return ""


def new_uid(title: str, day: str, token: str) -> str:
    """A name for an event that people can read: ``office-sommerfest-2027-06-03-k3x9q2``."""
    return "-".join(part for part in ("office", ascii_slug(title)[:60].strip("-"), day, token) if part)


def is_offices(uid: str) -> bool:
    """Whether the office entered an event by this form."""
    return uid.startswith("office-")


def _recurrence(form: Typed, first: date, until: date | None, errors: list[FieldError]) -> dict[str, Any]:
    if form["repeat"] not in ("weekly", "monthly"):
        return {}
    if until is None:
        errors.append(reason("until", "until-missing", "is required, as the event is repeated"))
        return {}
    if until < first:
        errors.append(reason("until", "before-first-day", "lies before the first day"))
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
