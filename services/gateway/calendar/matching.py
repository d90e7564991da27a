"""Whether an event has an occurrence that a filter wants: what ``list_store`` asks in SQL, in memory; not its words."""

from dataclasses import dataclass
from typing import Self

from services.gateway.calendar.documents import OccurrenceRow, occurrence_rows
from services.gateway.calendar.filters import EventFilter
from services.gateway.common.documents import Document
from shared.circle import Circle


@dataclass(frozen=True, slots=True)
class Facets:
    """What of a public event is filtered by. The sets, over all occurrences, tell soon that none will do."""

    topics: frozenset[str]
    target_groups: frozenset[str]
    organisers: frozenset[str]
    statuses: frozenset[str]
    low_threshold: bool
    keys: frozenset[str | None]
    municipalities: frozenset[str | None]
    occurrences: tuple[OccurrenceRow, ...]

    @classmethod
    def of(cls, document: Document) -> Self:
        """The facets of a public event's fact."""
        rows = occurrence_rows(document)
        return cls(
            topics=frozenset(document["topics"]),
            target_groups=frozenset(document["target_groups"]),
            organisers=frozenset(organiser["id"] for organiser in document["organisers"]),
            statuses=frozenset(row.status for row in rows),
            low_threshold=any(row.low_threshold for row in rows),
            keys=frozenset(row.ags for row in rows),
            municipalities=frozenset(_lower(row.municipality) for row in rows),
            # The latest first: they are asked for, and those before are past.
            occurrences=tuple(sorted(rows, key=lambda row: row.starts_at, reverse=True)),
        )


def matches(event: Facets, wanted: EventFilter) -> bool:
    """Whether the list would show an occurrence of ``event`` under ``wanted``, less its cursor, changes and words."""
    municipality = _lower(wanted.municipality)
    return (
        _meet(wanted.topics, event.topics)
        and _meet(wanted.target_groups, event.target_groups)
        and _meet(wanted.organisers, event.organisers)
        and _meet(wanted.statuses, event.statuses)
        and (event.low_threshold or not wanted.low_threshold)
        and (wanted.ags is None or wanted.ags in event.keys)
        and (municipality is None or municipality in event.municipalities)
        and any(_is_wanted(occurrence, wanted, municipality) for occurrence in event.occurrences)
    )


def _is_wanted(occurrence: OccurrenceRow, wanted: EventFilter, municipality: str | None) -> bool:
    return (
        occurrence.last_moment >= wanted.since
        and (wanted.before is None or occurrence.starts_at < wanted.before)
        and (not wanted.statuses or occurrence.status in wanted.statuses)
        and (wanted.ags is None or occurrence.ags == wanted.ags)
        and (municipality is None or _lower(occurrence.municipality) == municipality)
        and (wanted.near is None or _is_near(occurrence, wanted.near))
    )


def _is_near(occurrence: OccurrenceRow, circle: Circle) -> bool:
    latitude, longitude = occurrence.latitude, occurrence.longitude
    return latitude is not None and longitude is not None and circle.holds(latitude, longitude)


def _meet(wanted: tuple[str, ...], given: frozenset[str]) -> bool:
    return not wanted or not given.isdisjoint(wanted)


def _lower(name: str | None) -> str | None:
    return None if name is None else name.lower()
