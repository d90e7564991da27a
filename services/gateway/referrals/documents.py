"""From requests for help to what clients see: whoever asks, the network that is asked, the office. Pure functions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.gateway.common.documents import Document
from services.gateway.common.networks import network_item, said
from services.gateway.common.places.near import as_item
from services.gateway.referrals.coming import events_near
from services.gateway.referrals.views import due
from shared.contracts.base import Explanation
from shared.contracts.referrals.facts import CARED_FOR, OPEN
from shared.language import Language
from shared.places import places
from shared.routing.directory import Candidate

_PERSONS: Final = ("message", "availability", "contact", "occasion")
_ASKED_BACK: Final = ("question", "reply")
"""Notes that need no acceptance. Others may say who asks: a network that had accepted wrote them, or the person."""
_NETWORK_MAY: Final = {
    "routed": ["accept", "decline", "hand-on", "ask-back"],
    "accepted": ["progress", "done", "ask-back", "give-back"],
    "in-progress": ["progress", "done", "ask-back", "give-back"],
}
Names = dict[str, Document]
"""How those are shown whom a request names, by their ids."""


def multipliers_in(fact: Document) -> set[str]:
    """Ids of the multipliers that a request names."""
    return {one["network"] for one in fact["assignments"] if one.get("is_multiplier")}


def names_in(fact: Document) -> set[str]:
    """Ids of all whom a request names."""
    named = {step["network"] for step in fact["history"]} | {one["network"] for one in fact["assignments"]}
    return {one for one in (*named, fact["network"], fact["by"]) if one}


def status(
    fact: Document,
    person: Document | None,
    names: Names,
    language: Language,
    alternatives: Sequence[Candidate],
    coming: Sequence[Document] = (),
) -> Document:
    """A request as whoever made it sees it."""
    question = _last(person, "question") if fact["state"] == "asked-back" else None
    return {
        **_referral(fact, names),
        **_persons(person),
        "explanation": _explanation(fact, language),
        "question": question,
        "note": _last(person, "note", by="office") if fact["state"] == "closed" else None,
        "history": _history(fact, names),
        "alternatives": [network_item(one, language) for one in alternatives],
        "events": events_near(fact["ags"], fact["topics"]),
        "coming": list(coming),
        "may": _person_may(fact, person),
        "erased": person is None,
    }


def received(id_: str, now: str) -> Document:
    """The same while the request is on its way to the service."""
    return {
        "id": id_,
        "kind": None,
        "state": "received",
        "topics": [],
        "place": None,
        "languages": [],
        "network": None,
        "due": None,
        "version": 0,
        "created_at": now,
        **_persons(None),
        "explanation": [],
        "question": None,
        "note": None,
        "history": [],
        "alternatives": [],
        "may": [],
        "events": "/v1/events",
        "coming": [],
        "erased": False,
    }


def asked(
    fact: Document,
    person: Document | None,
    names: Names,
    language: Language,
    *,
    standing: str,
    others: Sequence[Document] = (),
    answer: str | None = None,
) -> Document:
    """A request as the network that is asked sees it: the contact once it has accepted; once it has gone elsewhere,
    without anything that was written."""
    is_open = standing == "open"
    told = person if is_open else None
    has_accepted = is_open and fact["assignments"][-1]["answer"] == "accepted"
    return {
        **_referral(fact, names),
        "standing": standing,
        **_persons(told),
        "contact": told["contact"] if told and has_accepted else None,
        "wants_answer": told is not None and told["contact"] is not None,
        "notes": [note for note in told["notes"] if has_accepted or note["kind"] in _ASKED_BACK] if told else [],
        "explanation": _explanation(fact, language) if is_open else [],
        "history": _history(fact, names) if is_open else [],
        "others": list(others),
        "may": _NETWORK_MAY.get(fact["state"], []) if is_open else [],
        "answer": answer if is_open else None,
    }


def item(fact: Document, names: Names, now: datetime) -> Document:
    """A request on the office's board."""
    promised = due(fact)
    return {
        **_referral(fact, names),
        "overdue": promised is not None and promised < now,
        "asked": len(fact["assignments"]),
        "updated_at": fact["updated_at"],
    }


def detail(
    fact: Document,
    person: Document | None,
    names: Names,
    language: Language,
    now: datetime,
    *,
    candidates: Sequence[Candidate],
    answer: str | None,
    link: str,
) -> Document:
    """A request as the office sees it."""
    return {
        **item(fact, names, now),
        **_persons(person),
        "notes": person["notes"] if person else [],
        "explanation": _explanation(fact, language),
        "history": _history(fact, names),
        "candidates": [network_item(one, language) | names.get(one.network.id, {}) for one in candidates],
        "may": _NETWORK_MAY.get(fact["state"], []),
        "answer": answer,
        "status": link,
        "on_behalf": fact["by"] == "office",
        "by": fact["by"],
    }


def standing_of(fact: Document, number: int) -> str:
    """How an assignment stands, counted from 1: ``open``, ``superseded`` by another, or ``over`` as all of it is."""
    if fact["state"] not in OPEN:
        return "over"
    # What the office lets rest may have no network: then the last one that was asked has it no more.
    is_current = fact["network"] is not None and number == len(fact["assignments"])
    return "open" if fact["state"] in CARED_FOR and is_current else "superseded"


def _referral(fact: Document, names: Names) -> Document:
    place = places().by_ags(fact["ags"])
    return {
        **{name: fact[name] for name in ("id", "kind", "state", "topics", "languages", "due", "version", "created_at")},
        "place": as_item(place) if place else None,
        "network": _named(fact["network"], names),
    }


def _persons(person: Document | None) -> Document:
    return {name: person[name] if person else None for name in _PERSONS}


def _named(id_: str | None, names: Names) -> Document | None:
    return names.get(id_, {"id": id_, "name": id_}) if id_ else None


def _history(fact: Document, names: Names) -> list[Document]:
    return [{**step, "network": _named(step["network"], names)} for step in fact["history"]]


def _explanation(fact: Document, language: Language) -> list[str]:
    if fact["state"] not in CARED_FOR or not fact["assignments"]:
        return []
    return [said(Explanation.model_validate(one), language) for one in fact["assignments"][-1]["because"]]


def _last(person: Document | None, kind: str, by: str | None = None) -> str | None:
    notes = person["notes"] if person else []
    found = [note["text"] for note in notes if note["kind"] == kind and by in (None, note["by"])]
    return found[-1] if found else None


def _person_may(fact: Document, person: Document | None) -> list[str]:
    if person is None:
        return []
    found = []
    if fact["state"] == "asked-back":
        found.append("reply")
    if fact["state"] in OPEN:
        found += ["correct", "cancel"]
    elif fact["closed_because"] != "abuse":
        found.append("reopen")
    if fact["state"] in ("accepted", "in-progress", "fulfilled"):
        found.append("feedback")
    return [*found, "erase"]
