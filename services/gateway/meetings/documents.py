"""From the facts of meetings to what everyone, members and the office see. Pure functions."""

from collections.abc import Iterable, Mapping
from typing import Final

from services.gateway.common.access.insight import Insight
from services.gateway.common.documents import Document, named

_MEETING: Final = (
    *("id", "version", "kind", "title", "working_group", "status", "starts_at", "ends_at", "time_zone", "agenda"),
    *("cancelled_because", "public", "has_minutes", "updated_at"),
)


_OF_AN_AREA: Final = ("postal_code", "municipality", "ags", "visibility")


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
        return {"organisation": named(id_, names), **told}

    return {
        **{name: fact[name] for name in _MEETING},
        "place": place,
        "invited": [by_organisation(one) for one in fact["invited"]],
        "replies": [by_organisation(one, "reply", "at") for one in fact["replies"]],
        "attendance": [by_organisation(one, "presence") for one in fact["attendance"]],
        "decisions": fact["decisions"],
        "tasks": [
            {**task, "organisation": named(task["organisation"], names) if task["organisation"] else None}
            for task in fact["tasks"]
        ],
    }


def meeting_of(fact: Document, organisation: str, presence: str | None) -> Document:
    """A meeting as it concerns ``organisation``, which took part as ``presence`` says."""
    replies = {one["organisation"]: one["reply"] for one in fact["replies"]}
    return {
        **{name: fact[name] for name in ("id", "title", "kind", "status", "starts_at", "ends_at")},
        "invited": any(one["organisation"] == organisation for one in fact["invited"]),
        "reply": replies.get(organisation),
        "presence": presence,
    }


def organisations_in(meetings: Iterable[Document]) -> list[str]:
    """Ids of all organisations that ``meeting_item`` names of these meetings."""
    parts = ("invited", "replies", "attendance", "tasks")
    return sorted({one["organisation"] for fact in meetings for part in parts for one in fact[part]} - {None})


def _shown(place: Document | None) -> Document | None:
    """A place as everyone may know it: where its address is held back, the town alone."""
    if place is None or place["visibility"] != "area":
        return place
    return {name: place[name] if name in _OF_AN_AREA else None for name in place}
