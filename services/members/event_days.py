"""The view of ``events.facts``: on which days which organisation holds events, which count as contributions."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.members import repository
from services.members.repository import EventDay, EventSeen
from shared.clock import utc_now
from shared.consume import Received
from shared.contracts.events import EventFact, Occurrence
from shared.db import Connection
from shared.newest import newest

_DOES_NOT_TAKE_PLACE: Final = ("cancelled", "postponed")


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the view up to date with ``batch``: of each event its newest version stays. Never commits."""
    facts = newest(received.data for received in batch if isinstance(received.data, EventFact))
    if not facts:
        return
    await repository.lock_marks(connection)
    seen = [EventSeen(UUID(fact.id), fact.version, list(fact.topics)) for fact in facts]
    newer = await repository.see_events(connection, seen)
    days = [day for fact in facts if UUID(fact.id) in newer for day in event_days(fact)]
    concerned = await repository.replace_event_days(connection, newer, days)
    if concerned:
        await repository.assess_at(connection, concerned, utc_now())


def event_days(fact: EventFact) -> list[EventDay]:
    """The days on which an event takes place in public, for each of its organisers."""
    if fact.visibility != "public":
        return []
    times: Counter[date] = Counter()
    places: dict[date, set[str]] = defaultdict(set)
    for occurrence in fact.occurrences:
        if occurrence.status not in _DOES_NOT_TAKE_PLACE:
            day = date.fromisoformat(occurrence.starts_at[:10])
            times[day] += 1
            places[day] |= _municipality(fact, occurrence)
    return [
        EventDay(organiser.id, day, UUID(fact.id), number, sorted(places[day]))
        for organiser in {organiser.id: organiser for organiser in fact.organisers}.values()
        for day, number in times.items()
    ]


def _municipality(fact: EventFact, occurrence: Occurrence) -> set[str]:
    place = occurrence.place or fact.place
    if place is None:
        return set()
    name = place.ags or (place.resolved.ags if place.resolved else place.municipality)
    return {name} if name else set()
