"""From the facts of members to what clients see: everyone, members, the office. Pure functions."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

from services.gateway.language import Language

Document = dict[str, Any]
Insight = Literal["public", "member", "office"]
"""Who is looking: each sees what the ones before see, and more."""

_ITEM: Final = ("id", "name", "status", "areas", "topics", "kinds", "languages", "description", "url", "response_days")
_OWN: Final = ("listed", "proposed", "applied_on", "admission", "declined_because", "left_on", "confirmation")
_MEETING: Final = (
    *("id", "version", "kind", "title", "working_group", "status", "starts_at", "ends_at", "time_zone", "agenda"),
    *("cancelled_because", "public", "has_minutes", "updated_at"),
)
_OF_AN_AREA: Final = ("postal_code", "municipality", "ags", "visibility")
_UNCONFIRMED: Final = {
    "code": "unconfirmed",
    "detail": "It stays active until the coordination office has decided otherwise.",
    "values": {},
}


def member_item(fact: Document, language: Language) -> Document:
    """A member as the directory shows it. ``reasons``: why its status is what it is."""
    admission = fact["admission"] or {}
    return {
        **{name: fact[name] for name in _ITEM},
        "reasons": reasons(fact, language),
        "since": admission.get("on"),
    }


def member_detail(fact: Document, language: Language) -> Document:
    """A member as its page shows it."""
    return {
        **member_item(fact, language),
        "version": fact["version"],
        "capacity": fact["capacity"],
        "activity": _activity(fact["activity"], language),
        "thanks": fact["thanks"],
        "updated_at": fact["updated_at"],
    }


def own_member(fact: Document, language: Language) -> Document:
    """An organisation as it and the office see it, whatever its status."""
    periods = [_period(period, language) for period in fact["periods"]]
    return {**member_detail(fact, language), **{name: fact[name] for name in _OWN}, "periods": periods}


def on_day(fact: Document, day: str, language: Language) -> Document:
    """What the log says of a member's ``status`` on ``day``, and the ``reasons``; None: it was no member then."""
    period: Document | None = None
    for one in fact["periods"]:
        if one["since"] <= day:
            period = one
    if period is None or (fact["left_on"] is not None and fact["left_on"] < day):
        return {"status": None, "reasons": []}
    return {"status": period["status"], "reasons": _said(period["because"], language)}


def reasons(fact: Document, language: Language) -> list[str]:
    """Why an organisation is active or passive: what the log says, or the office where it decided otherwise."""
    status, activity, confirmation = fact["status"], fact["activity"], fact["confirmation"]
    if activity is None or status not in ("active", "passive"):
        return []
    if activity["status"] == status:
        return _said(activity["because"], language)
    if confirmation and confirmation["status"] == status and confirmation["reason"]:
        return [confirmation["reason"]]
    return _said([_UNCONFIRMED], language) if fact["proposed"] else []


def meeting_item(fact: Document, insight: Insight, names: Mapping[str, str]) -> Document:
    """A meeting. Members see, by organisation, who is invited, replied and took part, with decisions and tasks;
    persons, by id, the office alone. ``names``: of the organisations, by id."""
    place = fact["place"]
    if insight == "public":
        return {**{name: fact[name] for name in _MEETING}, "place": _shown(place)}
    is_office = insight == "office"

    def by_organisation(one: Document, *fields: str) -> Document:
        own = ("person", "people") if is_office else ()
        id_ = one["organisation"]
        told = {name: one[name] for name in (*fields, *(name for name in own if name in one))}
        return {"organisation": _organisation(id_, names), **told}

    return {
        **{name: fact[name] for name in _MEETING},
        "place": place,
        "invited": [by_organisation(one) for one in fact["invited"]],
        "replies": [by_organisation(one, "reply", "at") for one in fact["replies"]],
        "attendance": [by_organisation(one, "presence") for one in fact["attendance"]],
        "decisions": fact["decisions"],
        "tasks": [
            {**task, "organisation": _organisation(task["organisation"], names) if task["organisation"] else None}
            for task in fact["tasks"]
        ],
    }


def organisations_in(meetings: Iterable[Document]) -> list[str]:
    """Ids of all organisations that ``meeting_item`` names of these meetings."""
    parts = ("invited", "replies", "attendance", "tasks")
    return sorted({one["organisation"] for fact in meetings for part in parts for one in fact[part]} - {None})


def charter_item(fact: Document, members: Mapping[str, tuple[str, bool]], count: int) -> Document:
    """A paper with all editions, and who agreed to the latest.

    ``members``: those among the organisations that agreed that are members now, with their name and whether everyone
    may see that they are; ``count``: how many members there are.
    """
    latest = fact["editions"][-1]
    agreed = [one for one in fact["assents"] if one["edition"] == latest["number"] and one["organisation"] in members]
    named = [
        {"id": one["organisation"], "name": members[one["organisation"]][0], "on": one["on"]}
        for one in agreed
        if members[one["organisation"]][1]
    ]
    return {
        "id": fact["id"],
        "version": fact["version"],
        "kind": fact["kind"],
        "latest": latest,
        "editions": [{name: edition[name] for name in edition if name != "text"} for edition in fact["editions"]],
        "assent": {
            "edition": latest["number"],
            "members": len(agreed),
            "of": count,
            "by": sorted(named, key=lambda one: (one["name"].casefold(), one["id"])),
        },
        "updated_at": fact["updated_at"],
    }


def _activity(given: Document | None, language: Language) -> Document | None:
    if given is None:
        return None
    return {
        "status": given["status"],
        "as_of": given["as_of"],
        "reasons": _said(given["because"], language),
        "until": given["until"],
        "unless": _said(given["unless"], language),
    }


def _period(given: Document, language: Language) -> Document:
    return {"since": given["since"], "status": given["status"], "reasons": _said(given["because"], language)}


def _said(explanations: Iterable[Document], language: Language) -> list[str]:
    return [language.explanation(one) for one in explanations]


def _organisation(id_: str, names: Mapping[str, str]) -> Document:
    return {"id": id_, "name": names.get(id_, id_)}


def _shown(place: Document | None) -> Document | None:
    """A place as everyone may know it: where its address is held back, the town alone."""
    if place is None or place["visibility"] != "area":
        return place
    return {name: place[name] if name in _OF_AN_AREA else None for name in place}
