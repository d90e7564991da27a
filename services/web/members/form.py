"""The office's form for a member's entry: what was typed becomes the entry, and an entry becomes what is typed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.web.common import forms
from services.web.common.form_times import day_typed
from services.web.common.forms import Typed, reason
from shared.calendars.text import listed
from shared.contracts.base import FieldError
from shared.contracts.members.organisations import ASKED_BY_DEFAULT
from shared.places import Places

Document = Mapping[str, Any]

SEVERAL: Final = ("topics", "languages", "districts", "takes")
"""Fields that can be ticked more than once."""
_LINES: Final = ("name", "url", "description")
_NUMBERS: Final = ("capacity", "response_days")
_TYPED_AT: Final = {"areas": "municipalities", "id": "name"}
_FIELDS: Final = (
    *("name", "description", "url", "topics", "kinds", "languages", *_NUMBERS, "listed", "on", "takes"),
    "paused_until",
)


def typed(fields: Mapping[str, Sequence[str]]) -> Typed:
    """The form as it was sent."""
    return forms.typed(fields, SEVERAL)


def typed_from(fact: Document, places: Places) -> Typed:
    """The form that would make this entry, from the organisation's fact."""
    area = fact["areas"]
    values = {
        **{name: fact[name] or "" for name in _LINES},
        **{name: "" if fact[name] is None else str(fact[name]) for name in _NUMBERS},
        "kinds": ", ".join(fact["kinds"]),
        "municipalities": "\n".join(written(ags, places) for ags in area["municipalities"]),
        "listed": "yes" if fact["listed"] else "",
        "paused_until": fact["paused_until"] or "",
        "version": str(fact["version"]),
    }
    several = {"topics": fact["topics"], "languages": fact["languages"], "districts": area["districts"]}
    several["takes"] = ASKED_BY_DEFAULT if fact["takes"] is None else fact["takes"]
    return Typed(values, several)


def entry(form: Typed, places: Places, before: Document | None = None) -> tuple[dict[str, Any], list[FieldError]]:
    """The entry that the form asks for, and what cannot be read in it, by the form's own fields.

    ``before``: the fact that is being changed, for the circles around places, which no field shows.
    """
    errors: list[FieldError] = []
    area = {
        "municipalities": _municipalities(form["municipalities"], places, errors),
        "districts": list(form.several.get("districts", ())),
        "around": before["areas"]["around"] if before else [],
    }
    paused_until = day_typed(form, "paused_until", errors)
    takes = tuple(form.several.get("takes", ()))
    fields: dict[str, Any] = {
        "name": form["name"],
        **{name: form[name] or None for name in ("description", "url")},
        "areas": area,
        "topics": list(form.several.get("topics", ())),
        "kinds": listed(form["kinds"]),
        "languages": list(form.several.get("languages", ())),
        **{name: _number(form, name, errors) for name in _NUMBERS},
        "listed": bool(form["listed"]),
        "takes": None if set(takes) == set(ASKED_BY_DEFAULT) else list(takes),
        "paused_until": paused_until.isoformat() if paused_until else None,
    }
    if not form["name"]:
        errors.append(reason("name", "missing", "is required"))
    return fields, errors


def typed_at(error_field: str) -> str:
    """The form's field that an error of the entry belongs to; empty for the form as a whole."""
    first = error_field.partition(".")[0]
    found = _TYPED_AT.get(first, first)
    return found if found in (*_FIELDS, "municipalities") else ""


def written(ags: str, places: Places) -> str:
    """A municipality as a person would write it, so that it means no other; its key where it has no name here."""
    place = places.by_ags(ags)
    if place is None:
        return ags
    return place.name if len(places.meant(place.name)) == 1 else " ".join([*place.postal_codes[:1], place.name])


def _municipalities(text: str, places: Places, errors: list[FieldError]) -> list[str]:
    found: dict[str, None] = {}
    for name in listed(text):
        meant = places.meant(name)
        if len(meant) == 1:
            found[meant[0].ags] = None
        elif len(name) == 8 and name.isascii() and name.isdigit():
            found[name] = None
        elif meant:
            error = reason("municipalities", "municipality-unclear", "names several places with {name}", name=name)
            errors.append(error)
        else:
            errors.append(reason("municipalities", "municipality-unknown", "names {name}, unknown here", name=name))
    return list(found)


def _number(form: Typed, name: str, errors: list[FieldError]) -> int | None:
    text = form[name]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        errors.append(reason(name, "int-parsing", "must be a whole number"))
        return None
    return int(text)
