"""The part of ``referrals`` in the ``buendnisbus`` command: what the office looks at, as it stands in the database."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from services.referrals import repository
from services.referrals.domain.overview import Overview
from services.referrals.domain.state import AGGREGATES, StoredConcern, StoredReferral
from services.referrals.settings import Settings
from shared.aggregates import reading, store
from shared.clock import utc_now
from shared.contracts.referrals.concerns import ConcernWords
from shared.contracts.referrals.facts import OPEN, PersonAsking
from shared.places import places
from shared.routing.directory import Candidate
from shared.routing.rules import rules


class Request(NamedTuple):
    """A request with who asks (None: erased), and the networks that would be asked next, the first of them first."""

    fact: StoredReferral
    person: PersonAsking | None
    next: Sequence[Candidate]


async def list_requests(settings: Settings) -> list[StoredReferral]:
    """All requests, without who asks, by id."""
    return await reading.list_all(settings.database_url, AGGREGATES, StoredReferral)


async def read_request(settings: Settings, id_: str) -> Request | None:
    """One request with who asks: personal data, for the terminal of the office alone; None: there is none."""
    # Imported here: what services consume with is long to load.
    from services.referrals.networks import KnownNetworks

    async with reading.connected(settings.database_url) as connection:
        fact = await store.read_one(connection, AGGREGATES, StoredReferral, id_)
        if fact is None:
            return None
        person = await store.read_one(connection, AGGREGATES, PersonAsking, id_)
        directory = await KnownNetworks(rules(), places()).follow(connection)
        overview = Overview(directory, places(), await repository.read_loads(connection))
    could = overview.candidates(fact, utc_now().date()) if fact.state in OPEN else []
    return Request(fact, person, [one for one in could if one.network.id != fact.network])


async def list_concerns(settings: Settings) -> list[StoredConcern]:
    """All worries, without their words, the latest first."""
    found = await reading.list_all(settings.database_url, AGGREGATES, StoredConcern)
    return sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)


async def read_words(settings: Settings, id_: str) -> ConcernWords | None:
    """The words of a worry; None: they were deleted."""
    return await reading.read_one(settings.database_url, AGGREGATES, ConcernWords, id_)


async def list_erased(settings: Settings) -> list[dict[str, Any]]:
    """What was erased, the latest first: ``id``, ``kind``, ``erased_at``, ``repeated_at``; nothing else is known."""
    return await reading.list_erased(settings.database_url)


async def knows_networks(settings: Settings, ids: Collection[str]) -> bool:
    """Whether the service has heard of all these organisations, so that they can be asked."""
    async with reading.connected(settings.database_url) as connection:
        return await repository.known_networks(connection, ids) == set(ids)
