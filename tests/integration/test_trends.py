"""Worries are counted once a week is over: senders and not texts, by one instance, before any word is forgotten."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from services.referrals import repository, timers
from services.referrals.domain.state import AGGREGATES, StoredConcern
from services.referrals.domain.trends import WeekCount
from shared import db
from shared.aggregates import store
from shared.contracts.referrals.concerns import EraseConcern, SubmitConcern
from shared.contracts.referrals.trends import TREND_ROSE
from tests.integration.test_referrals import ZWICKAU, Clock, Instance, clock, two

__all__ = ["clock", "two"]
pytestmark = pytest.mark.platform

WERDAU = "14524300"
MONDAY = date(2026, 11, 23)
_ONE, _OTHER = "1" * 32, "2" * 32


def worry(number: int, **fields: Any) -> SubmitConcern:
    """Somebody in Zwickau who is worried about democracy."""
    usual: dict[str, Any] = {"ags": ZWICKAU, "topics": ("demokratie",), "text": "Canary"}
    return SubmitConcern(**{"id": str(UUID(int=number)), **usual, **fields})


async def counted(instance: Instance) -> list[WeekCount]:
    """Count all weeks that are over; what was counted."""
    done = 1
    while done:
        async with db.transaction(instance.pool) as connection:
            done = await timers.count_week(connection, instance.alliance)
    async with db.reading(instance.pool) as connection:
        return await repository.list_counts(connection)


async def test_whoever_writes_again_counts_once_wherever_they_say_they_are(
    two: tuple[Instance, Instance], clock: Clock
) -> None:
    await two[0].take(
        worry(1, sender=_ONE),
        worry(2, sender=_ONE, ags=WERDAU),
        worry(3, sender=_OTHER, ags=WERDAU, topics=("demokratie", "integration")),
        worry(4),
        worry(5),
    )
    assert await counted(two[0]) == []
    clock.now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    await two[0].take(worry(6, sender=_ONE), worry(7, sender="3" * 32), first_offset=9)
    assert await counted(two[0]) == [
        WeekCount(MONDAY, "demokratie", WERDAU, 1),
        WeekCount(MONDAY, "demokratie", ZWICKAU, 3),
        WeekCount(MONDAY, "integration", WERDAU, 1),
    ]
    clock.now += timedelta(days=7)
    next_week = [one for one in await counted(two[0]) if one.monday > MONDAY]
    assert next_week == [WeekCount(MONDAY + timedelta(days=7), "demokratie", ZWICKAU, 1)]
    clock.now += timedelta(days=21)
    await two[0].take(worry(8, sender="3" * 32), first_offset=20)
    clock.now += timedelta(days=7)
    assert (await counted(two[0]))[-1].number == 1


async def test_what_was_deleted_again_is_not_counted(two: tuple[Instance, Instance], clock: Clock) -> None:
    await two[0].take(*(worry(number) for number in range(1, 7)))
    await two[0].take(*(EraseConcern(id=str(UUID(int=number))) for number in range(1, 5)), first_offset=9)
    clock.now += timedelta(days=7)
    assert [one.number for one in await counted(two[0])] == [2]


async def test_a_rise_is_told_once_by_two_instances_and_nothing_is_forgotten_uncounted(
    two: tuple[Instance, Instance], clock: Clock
) -> None:
    number = 1
    for week in range(16):
        most = 20 if week == 15 else 4
        await two[0].take(*(worry(number + one) for one in range(most)), first_offset=number)
        number += most
        clock.now += timedelta(days=7)
    clock.now += timedelta(days=120)
    async with db.transaction(two[0].pool) as connection:
        assert await timers.forget_words(connection, two[0].alliance) == 0
    await asyncio.gather(*(counted(one) for one in two))
    rises = [body for kind, _, body in await two[0].published() if kind == TREND_ROSE]
    [rise] = rises
    assert (rise["topic"], rise["area"], rise["since"]) == ("demokratie", ZWICKAU, "2027-03-08")
    assert [week["number"] for week in rise["weeks"]] == [20]
    assert "quiet" not in rise
    async with db.reading(two[0].pool) as connection:
        weeks = await repository.counted_weeks(connection)
    assert [b - a for a, b in pairwise(weeks)] == [timedelta(days=7)] * (len(weeks) - 1)
    async with db.transaction(two[0].pool) as connection:
        assert await timers.forget_words(connection, two[0].alliance) > 0


async def test_who_wrote_is_forgotten_with_the_words(two: tuple[Instance, Instance]) -> None:
    await two[0].take(worry(1, sender=_ONE))
    assert [body for _, _, body in await two[0].published() if _ONE in str(body)] == []
    await two[0].take(EraseConcern(id=str(UUID(int=1))), first_offset=5)
    async with db.reading(two[0].pool) as connection:
        [concern] = await store.read_all(connection, AGGREGATES, StoredConcern)
        assert await connection.fetchval("select count(*) from concern where sender is not null") == 0
    assert concern.sender is None
