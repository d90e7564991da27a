"""The form by which somebody asks for help: from its fields to what the interface takes, and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from urllib.parse import urlencode

from services.web.client import Document
from services.web.common.forms import Typed, reason
from services.web.members.form import written
from services.web.members.networks import ASK, KINDS
from shared.contracts.base import FieldError
from shared.places import Place, Places, places

CONSENT: Final = "2026-11-27"
"""Version of the text beside the box; who changes the sentence changes it."""
MODERATOR: Final = "moderator"
ALL_KINDS: Final = (*KINDS, MODERATOR)
MOST_TOPICS: Final = 20
WHERE: Final = 1
TOPICS: Final = 2
REACH: Final = 3
"""The steps: where and what; about which topics, and who could be asked; how somebody can be reached."""
SEVERAL: Final = ("topics", "languages")
_KEY: Final = re.compile("[0-9]{8}")
_YEARS: Final = range(2000, 3000)
_CONTACT: Final = ("name", "email", "phone")
_BESIDE: Final = frozenset(
    [
        *_CONTACT,
        *("kind", "place", "topics", "languages", "message", "availability", "occasion_on", "occasion_what"),
        *("consent", "went", "comment", "reason", "to", "note", "answer", "network", "because"),
    ]
)
"""Fields of all forms about requests beside which something can be said."""
_FIELDS: Final = {
    "contact": "email",
    "contact.name": "name",
    "contact.email": "email",
    "contact.phone": "phone",
    "occasion": "occasion_on",
    "occasion.on": "occasion_on",
    "occasion.what": "occasion_what",
    "ags": "place",
}


def begun(kind: str, place: str, topics: Sequence[str], day: str = "") -> Typed:
    """What the first steps have said, for the form of the last one. A place named by its key gets its name.

    ``day``: for which a moderator is looked for.
    """
    known, typed = kind if kind in ALL_KINDS else KINDS[0], place.strip()
    if _KEY.fullmatch(typed):
        typed = written(typed, places())
    values = {"kind": known, "place": typed, "occasion_on": day}
    form = Typed(values, {"topics": tuple(topics[:MOST_TOPICS]), "languages": ()})
    return replace(form, values={**values, "occasion_on": day_of(form)})


def day_of(form: Typed) -> str:
    """The day for which a moderator is looked for, as far as it is one; empty for any other request."""
    try:
        day = date.fromisoformat(form["occasion_on"])
    except ValueError:
        return ""
    return day.isoformat() if form["kind"] == MODERATOR and day.year in _YEARS else ""


def step_url(form: Typed, step: int, place: str | None = None) -> str:
    """The page of a step with what the earlier ones have said, of which ``place`` may differ.

    Nothing else of a form ever stands in an address.
    """
    topics = [("topic", topic) for topic in form.several.get("topics", ())]
    day = [("on", day_of(form))] if day_of(form) else []
    pairs = [("kind", form["kind"]), ("place", form["place"] if place is None else place), *topics, *day]
    return f"{ASK}?{urlencode([*pairs, ('step', str(step))])}"


def step_asked(text: str, place: str) -> int:
    """The step that an address asks for: the one it names, else as far as what was said goes."""
    if not place.strip():
        return WHERE
    return int(text) if text in (str(WHERE), str(TOPICS)) else REACH


def body(form: Typed, language: str = "") -> Document:
    """What the interface takes. ``language``: in which the person is written to, empty where that is not known."""
    occasion = {"on": form["occasion_on"], "what": form["occasion_what"]}
    return {
        "kind": form["kind"],
        "place": {"municipality": form["place"]},
        "topics": list(form.several.get("topics", ())),
        "languages": list(form.several.get("languages", ())),
        **_said(form),
        **({"consent": CONSENT} if form["consent"] else {}),
        **({"occasion": occasion} if form["kind"] == MODERATOR and any(occasion.values()) else {}),
        **({"language": language} if language else {}),
        "wait": bool(form["wait"]),
        "website": form["website"],
    }


def correction(form: Typed, before: Document, known: Places) -> tuple[Document, list[FieldError]]:
    """What the interface takes where a request is corrected, and what cannot be read; what is left empty stays.

    ``before``: the request as its page shows it.
    """
    errors: list[FieldError] = []
    found = {**_said(form), **{name: list(form.several.get(name, ())) for name in SEVERAL}}
    if form["place"] and form["place"] != place_typed(before, known):
        meant = known.meant(form["place"])
        if len(meant) == 1:
            found["ags"] = meant[0].ags
        else:
            errors.append(_no_place(form["place"], meant))
    if occasion := before["occasion"]:
        found["occasion"] = {part: form[f"occasion_{part}"] or occasion[part] for part in ("on", "what")}
    return found, errors


def typed_from(found: Document, known: Places) -> Typed:
    """What stands in the form that corrects a request."""
    contact = found["contact"] or {}
    values = {name: contact.get(name) or "" for name in _CONTACT}
    values |= {name: found[name] or "" for name in ("message", "availability")}
    values |= {f"occasion_{part}": text for part, text in (found["occasion"] or {}).items()}
    return Typed(values | {"place": place_typed(found, known)}, {name: found[name] for name in SEVERAL})


def place_typed(found: Document, known: Places) -> str:
    """The place of a request as a person would write it; empty for none."""
    return written(str(found["place"]["ags"]), known) if found["place"] else ""


def by_field(errors: Iterable[Document]) -> dict[str, str]:
    """The sentences that stand beside the fields of the form, by their names there."""
    said: dict[str, str] = {}
    for error in errors:
        at = _FIELDS.get(error["field"], error["field"].split(".")[0])
        said[at] = f"{said[at]}; {error['detail']}" if at in said else str(error["detail"])
    return said


def are_beside(errors: Mapping[str, str]) -> bool:
    """Whether all that is wrong is said beside its field, so that nothing but that has to be said above."""
    return bool(errors) and errors.keys() <= _BESIDE


def _said(form: Typed) -> Document:
    """What was written, and how the person can be reached, where either was typed."""
    contact = {name: form[name] for name in _CONTACT if form[name]}
    texts = {name: form[name] for name in ("message", "availability") if form[name]}
    return {**texts, **({"contact": contact} if contact else {})}


def _no_place(name: str, meant: Sequence[Place]) -> FieldError:
    if meant:
        return reason("place", "municipality-unclear", "names several places with {name}", name=name)
    return reason("place", "municipality-unknown", "names {name}, unknown here", name=name)
