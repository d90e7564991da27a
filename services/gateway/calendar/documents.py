"""From a fact to what the view keeps and what clients see; pure functions."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from services.gateway.common.documents import Document
from services.gateway.common.times import instant

# Fields for the organiser alone; in lists also those about the last change, and those that are of each occurrence.
_NOT_PUBLIC: Final = frozenset(("visibility", "partner", "refused_because"))
_NOT_IN_ITEMS: Final = _NOT_PUBLIC | {"changed", "previous", "occurrences", "starts_at", "ends_at", "status"}
_OVERRIDDEN: Final = ("title", "description", "place")
_MICROSECOND: Final = timedelta(microseconds=1)


class OccurrenceRow(NamedTuple):
    """A row of the table ``occurrence``; where it takes place in WGS 84, degrees, None where that is not known."""

    id: str
    event: UUID
    starts_at: datetime
    last_moment: datetime
    status: str
    topics: list[str]
    target_groups: list[str]
    organisers: list[str]
    ags: str | None
    municipality: str | None
    latitude: float | None
    longitude: float | None
    low_threshold: bool
    base: str | None
    words: str
    times: str


def item_base(document: Document) -> str:
    """The members of a list item that all occurrences of an event share, as JSON without the braces."""
    return _members({name: value for name, value in document.items() if name not in _NOT_IN_ITEMS})


def occurrence_rows(document: Document) -> list[OccurrenceRow]:
    """The rows for a public event's occurrences; what their places leave out is taken from their municipality."""
    zone = ZoneInfo(document["time_zone"])
    return [_row(document, occurrence, zone) for occurrence in document["occurrences"]]


def overridden(document: Document, occurrence: Document) -> Document:
    """The members of an event that are different in one of its occurrences."""
    return {name: occurrence[name] for name in _OVERRIDDEN if occurrence.get(name) is not None}


def public(document: Document) -> Document:
    """An event as ``GET /v1/events/{id}`` shows it."""
    return {name: value for name, value in document.items() if name not in _NOT_PUBLIC}


def _row(document: Document, occurrence: Document, zone: ZoneInfo) -> OccurrenceRow:
    different = overridden(document, occurrence)
    place = different.get("place") or document["place"] or {}
    municipality = place.get("resolved") or {}
    point = (place.get("latitude"), place.get("longitude"))
    if None in point:
        point = (municipality.get("latitude"), municipality.get("longitude"))
    starts_at = instant(occurrence["starts_at"], zone).astimezone(UTC)
    ends_at = instant(occurrence["ends_at"], zone) if occurrence["ends_at"] else starts_at
    times = {name: occurrence[name] for name in ("occurrence_id", "recurrence_id", "starts_at", "ends_at", "status")}
    return OccurrenceRow(
        id=occurrence["occurrence_id"],
        event=UUID(document["id"]),
        starts_at=starts_at,
        last_moment=max(starts_at, ends_at - _MICROSECOND),
        status=occurrence["status"],
        topics=document["topics"],
        target_groups=document["target_groups"],
        organisers=[organiser["id"] for organiser in document["organisers"]],
        ags=place.get("ags") or municipality.get("ags"),
        municipality=place.get("municipality"),
        latitude=point[0],
        longitude=point[1],
        low_threshold=bool(document.get("low_threshold")),
        base=item_base(document | different) if different else None,
        words=occurrence["occurrence_id"] if different else "",
        times=_members(times),
    )


def _members(part: Document) -> str:
    return orjson.dumps(part).decode()[1:-1]
