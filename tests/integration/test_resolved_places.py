"""With another file of places the events in the calendar are resolved anew: each once, whoever else is running."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.events import app, handlers
from shared import db
from shared.contracts.events import EventFact
from shared.contracts.partner import event_id
from shared.places import Place, Places
from tests.integration.calendar_base import PARTNER, RULES, registration, request, withdrawal
from tests.integration.workbench import as_received, taker

STARTED = datetime(2026, 11, 1, tzinfo=UTC)
MIDDLE_MOVED = replace(
    RULES,
    places=Places([(Place("14524330", "Zwickau", ("08056",), 50.7, 12.5), ())], digest="moved"),
)


@pytest.fixture
async def calendar(pool: db.Pool) -> db.Pool:
    """The events of a partner, taken with the places of the first alliance; nothing waits to be sent."""
    calendar = taker(app.SUBSCRIPTION, partial(handlers.handle, rules=RULES), pool)
    zwickau = {"municipality": "Zwickau"}
    await calendar.take(
        as_received(
            registration(),
            *(request(f"in-zwickau-{number}", place=zwickau) for number in range(5)),
            request("elsewhere", place={"municipality": "Entenhausen"}),
            request("online"),
            request("gone", place=zwickau),
            withdrawal("gone"),
        )
    )
    async with db.transaction(pool) as connection:
        await connection.execute("truncate outbox")
    return pool


async def resolve(pool: db.Pool, rules: Any = MIDDLE_MOVED, started_at: datetime = STARTED) -> None:
    """What the timer of an instance does."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with db.transaction(pool) as connection:
            after = await handlers.resolve_places(connection, rules, started_at, after)


async def published(pool: db.Pool) -> list[EventFact]:
    """The facts that wait to be sent."""
    async with db.reading(pool) as connection:
        rows = await connection.fetch("select value from outbox where topic = 'events.facts' order by id")
    return [EventFact.model_validate_json(row["value"]) for row in rows]


async def test_places_that_are_in_use_already_change_nothing(calendar: db.Pool) -> None:
    await resolve(calendar, RULES)
    assert await published(calendar) == []


async def test_each_event_with_a_place_is_published_once_with_its_new_municipality(calendar: db.Pool) -> None:
    await resolve(calendar)
    await resolve(calendar)

    facts = await published(calendar)
    latitudes = {fact.uid: fact.place and fact.place.resolved and fact.place.resolved.latitude for fact in facts}
    assert latitudes == {f"in-zwickau-{number}": 50.7 for number in range(5)} | {"elsewhere": None}
    assert {(fact.version, fact.changed) for fact in facts} == {(2, ("place.resolved",))}
    assert len(facts) == len(latitudes)


async def test_events_from_before_places_were_resolved_are_published_with_them(calendar: db.Pool) -> None:
    async with db.transaction(calendar) as connection:
        await connection.execute("update event set places_digest = null")
    await resolve(calendar, RULES)

    facts = await published(calendar)
    assert sum(1 for fact in facts if fact.place and fact.place.resolved) == 5
    assert "gone" not in {fact.uid for fact in facts}


async def test_instances_share_the_work_in_rounds_and_publish_each_event_once(
    calendar: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "PER_ROUND", 2)
    await asyncio.gather(*(resolve(calendar) for _ in range(3)))

    assert set(Counter(fact.uid for fact in await published(calendar)).values()) == {1}
    assert len(await published(calendar)) == 6


async def test_in_a_roll_out_the_instance_that_was_started_last_decides(calendar: db.Pool) -> None:
    await resolve(calendar, MIDDLE_MOVED, STARTED + timedelta(minutes=1))
    renewed = len(await published(calendar))
    await resolve(calendar, RULES, STARTED)
    assert len(await published(calendar)) == renewed == 6

    await resolve(calendar, RULES, STARTED + timedelta(minutes=2))
    assert len(await published(calendar)) == 2 * renewed


async def test_what_is_sent_to_an_instance_with_the_older_places_is_resolved_by_the_newer_ones(
    calendar: db.Pool,
) -> None:
    await resolve(calendar)
    older = taker(app.SUBSCRIPTION, partial(handlers.handle, rules=RULES), calendar)
    await older.take(as_received(request("late", place={"municipality": "Zwickau"}), first_offset=20))
    await resolve(calendar)

    late = [fact for fact in await published(calendar) if fact.uid == "late"]
    points = [fact.place and fact.place.resolved and fact.place.resolved.latitude for fact in late]
    assert points == [50.719, 50.7]


async def test_a_withdrawn_event_is_resolved_when_it_comes_back(calendar: db.Pool) -> None:
    await resolve(calendar)
    current = taker(app.SUBSCRIPTION, partial(handlers.handle, rules=MIDDLE_MOVED), calendar)
    await current.take(as_received(request("gone", place={"municipality": "Zwickau"}), first_offset=20))
    await resolve(calendar)

    (back,) = [fact for fact in await published(calendar) if fact.uid == "gone"]
    assert back.place
    assert back.place.resolved
    assert back.place.resolved.latitude == 50.7


async def test_an_event_that_cannot_be_read_any_more_does_not_hold_up_the_others(calendar: db.Pool) -> None:
    async with db.transaction(calendar) as connection:
        await connection.execute(
            "update event set content = content || $2::jsonb where id = $1",
            event_id(PARTNER, "in-zwickau-0"),
            orjson.dumps({"time_zone": "Atlantis/Sunken"}).decode(),
        )
    await resolve(calendar)
    await resolve(calendar)

    assert {fact.uid for fact in await published(calendar)} == {
        *(f"in-zwickau-{number}" for number in range(1, 5)),
        "elsewhere",
    }
