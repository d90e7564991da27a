"""The form by which somebody asks for help: from its fields to what the interface takes, and back."""

from collections.abc import Iterable
from typing import Final

from services.web.client import Document
from services.web.common.forms import Typed

CONSENT: Final = "2026-11"
"""Version of the text beside the box; who changes the sentence changes it."""
KINDS: Final = ("offer-help", "seek-help", "question", "moderator")
_FIELDS: Final = {
    "contact": "email",
    "contact.name": "name",
    "contact.email": "email",
    "contact.phone": "phone",
    "occasion": "occasion_on",
    "occasion.on": "occasion_on",
    "occasion.what": "occasion_what",
}


def body(form: Typed) -> Document:
    """What the interface takes."""
    contact = {name: form[name] for name in ("name", "email", "phone") if form[name]}
    occasion = {"on": form["occasion_on"], "what": form["occasion_what"]}
    said = {name: form[name] for name in ("message", "availability") if form[name]}
    return {
        "kind": form["kind"],
        "place": {"municipality": form["place"]},
        "topics": list(form.several.get("topics", ())),
        "languages": list(form.several.get("languages", ())),
        **said,
        **({"contact": contact} if contact else {}),
        **({"consent": CONSENT} if form["consent"] else {}),
        **({"occasion": occasion} if form["kind"] == "moderator" and any(occasion.values()) else {}),
        "wait": bool(form["wait"]),
        "website": form["website"],
    }


def correction(form: Typed) -> Document:
    """What the interface takes where a request is corrected; what is left empty stays."""
    contact = {name: form[name] for name in ("name", "email", "phone") if form[name]}
    said = {name: form[name] for name in ("message", "availability") if form[name]}
    topics = list(form.several.get("topics", ()))
    return {**said, **({"contact": contact} if contact else {}), "topics": topics}


def by_field(errors: Iterable[Document]) -> dict[str, str]:
    """The sentences that stand beside the fields of the form, by their names there."""
    return {_FIELDS.get(error["field"], error["field"].split(".")[0]): str(error["detail"]) for error in errors}
