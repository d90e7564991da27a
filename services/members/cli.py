"""The members' part of the ``buendnisbus`` command: what the office looks at, as it stands in the database."""

from typing import Any, NamedTuple

from services.members import repository
from services.members.domain.state import AGGREGATES, StoredContribution, StoredMultiplier
from services.members.settings import Settings
from shared.aggregates import reading, store
from shared.aggregates.state import F
from shared.clock import utc_now
from shared.contracts.members.contributions import TrainingFact
from shared.contracts.members.goals import CharterFact, GoalFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import MinutesFact, PersonFact


async def list_organisations(settings: Settings) -> list[OrganisationFact]:
    """All organisations by id: members, those that were, and those that want to be."""
    return await _all(settings, OrganisationFact)


async def list_people(settings: Settings) -> list[PersonFact]:
    """All people by id: personal data, for the terminal of the office alone."""
    return await _all(settings, PersonFact)


async def list_meetings(settings: Settings) -> list[MeetingFact]:
    """All meetings by day, the oldest first."""
    return sorted(await _all(settings, MeetingFact), key=lambda one: (one.starts_at, one.id))


async def read_minutes(settings: Settings, meeting: str) -> MinutesFact | None:
    """The words of a meeting's minutes; None: there are none."""
    return await reading.read_one(settings.database_url, AGGREGATES, MinutesFact, meeting)


async def list_contributions(settings: Settings) -> list[StoredContribution]:
    """All contributions by day, the oldest first."""
    return sorted(await _all(settings, StoredContribution), key=lambda one: (one.on, one.id))


async def list_trainings(settings: Settings) -> list[TrainingFact]:
    """All trainings by day, the oldest first."""
    return sorted(await _all(settings, TrainingFact), key=lambda one: (one.starts_at, one.id))


async def list_multipliers(settings: Settings) -> list[StoredMultiplier]:
    """The registry of multipliers by id, with the person behind each."""
    return await _all(settings, StoredMultiplier)


async def list_goals(settings: Settings) -> list[GoalFact]:
    """All goals and measures by id."""
    return await _all(settings, GoalFact)


async def list_charters(settings: Settings) -> list[CharterFact]:
    """The papers of the alliance by kind."""
    return sorted(await _all(settings, CharterFact), key=lambda one: one.kind)


class Kept(NamedTuple):
    """What an import is compared with."""

    organisations: list[OrganisationFact]
    people: list[PersonFact]
    meetings: list[MeetingFact]
    contributions: list[StoredContribution]


async def read_kept(settings: Settings) -> Kept:
    """Organisations, people, meetings and contributions, all of one moment."""
    async with (
        reading.connected(settings.database_url) as connection,
        # One snapshot: a meeting whose organisations are missing would be told as an error.
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        return Kept(
            await store.read_all(connection, AGGREGATES, OrganisationFact),
            await store.read_all(connection, AGGREGATES, PersonFact),
            await store.read_all(connection, AGGREGATES, MeetingFact),
            await store.read_all(connection, AGGREGATES, StoredContribution),
        )


async def list_erased(settings: Settings) -> list[dict[str, Any]]:
    """What was erased, the latest first: ``id``, ``kind``, ``erased_at``, ``repeated_at``; nothing else is known."""
    return await reading.list_erased(settings.database_url)


async def is_all_assessed(settings: Settings) -> bool:
    """Whether no member's activity is to be looked at now, so that all that was sent is taken into account."""
    async with reading.connected(settings.database_url) as connection:
        return not await repository.to_assess(connection, utc_now(), 1)


async def _all(settings: Settings, model: type[F]) -> list[F]:
    return await reading.list_all(settings.database_url, AGGREGATES, model)
