"""Requests to any service: each is answered once, in that service's own name (``shared.requests``)."""

from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import pytest

from shared import db, inbox, outbox
from shared.consume import Received, Subscription, decode
from shared.contracts.requests import Outcome, id_reused
from shared.requests import Requests
from tests.integration.workbench import MARK, Mark, as_received, mark, without

NOW = datetime(2026, 11, 20, 17, 40, 12, tzinfo=UTC)
SUBSCRIPTION = Subscription("weather", {MARK: Mark})
TOPIC = "weather.commands"


def requests(*named: tuple[str, str]) -> list[Received]:
    """Requests of this id and content each, one after the other."""
    records = [without(mark(TOPIC, what), headers=[("ce_id", id_.encode())]) for id_, what in named]
    return [decode(SUBSCRIPTION, record) for record in as_received(*records)]


async def answer_all(connection: db.Connection, batch: Sequence[Received]) -> list[str | None]:
    """What a service's handler does, but for the effect; under which ids it answered, None: it did not."""
    answered = await Requests.load(connection, "weather", batch, NOW)
    ids: list[str | None] = []
    for request in batch:
        id_ = await answered.open(connection, request)
        ids.append(id_)
        if id_ is None:
            continue
        problem = id_reused() if id_ != request.message.id else None
        answered.answer(
            request,
            Outcome(
                request=id_,
                source=TOPIC,
                result="refused" if problem else "created",
                problem=problem,
                at=answered.at,
            ),
        )
    await answered.save(connection)
    await outbox.add(connection, answered.messages)
    return ids


async def handle(pool: db.Pool, batch: Sequence[Received]) -> list[str | None]:
    """Handle one batch in a transaction of its own."""
    async with db.transaction(pool) as connection:
        return await answer_all(connection, batch)


async def told(pool: db.Pool) -> list[tuple[str, str, str, Outcome]]:
    """The outcomes that wait to be sent: topic, key, type, content."""
    async with db.reading(pool) as connection:
        rows = await connection.fetch("select topic, key, headers, value from outbox order by id")
    return [
        (topic, key.decode(), orjson.loads(headers)["ce_type"], Outcome.model_validate_json(value))
        for topic, key, headers, value in rows
    ]


async def test_a_service_answers_in_its_own_name_on_its_own_topic(pool: db.Pool) -> None:
    assert await handle(pool, requests(("1", "sun"), ("2", "rain"))) == ["1", "2"]

    assert [(topic, key, kind) for topic, key, kind, _ in await told(pool)] == [
        ("weather.outcomes", "1", "weather.request.done.v1"),
        ("weather.outcomes", "2", "weather.request.done.v1"),
    ]
    assert [outcome.at for *_, outcome in await told(pool)] == ["2026-11-20T17:40:12.000Z"] * 2


async def test_an_answer_names_the_request_that_it_answers(pool: db.Pool) -> None:
    await handle(pool, requests(("1", "sun")))
    async with db.reading(pool) as connection:
        headers = orjson.loads(await connection.fetchval("select headers from outbox"))
    assert headers["ce_source"] == "urn:buendnisbus:weather"
    assert headers["ce_subject"] == headers["ce_causationid"] == headers["ce_correlationid"] == "1"


async def test_a_request_that_was_answered_is_not_opened_again(pool: db.Pool) -> None:
    batch = requests(("1", "sun"), ("1", "sun"), ("2", "rain"))
    assert await handle(pool, batch) == ["1", None, "2"]
    assert await handle(pool, batch) == [None, None, None]
    assert len(await told(pool)) == 2


@pytest.mark.parametrize("together", [True, False])
async def test_another_request_under_a_known_id_gets_an_answer_of_its_own_once(pool: db.Pool, together: bool) -> None:
    batch = requests(("1", "sun"), ("1", "rain"), ("1", "rain"))
    if together:
        ids = await handle(pool, batch)
    else:
        ids = [id_ for request in batch for id_ in await handle(pool, [request])]
    first, second, third = ids
    assert first == "1"
    assert (second or "").startswith("1#")
    assert third is None

    [_, (_, key, kind, outcome)] = await told(pool)
    assert (key, kind) == (second, "weather.request.refused.v1")
    assert outcome.problem == id_reused()


async def test_of_two_that_take_the_same_request_at_once_one_is_told_to_look_again(pool: db.Pool) -> None:
    [request] = requests(("1", "sun"))
    with pytest.raises(inbox.ConcurrentDeliveryError):  # noqa: PT012
        async with db.transaction(pool) as connection:
            slow = await Requests.load(connection, "weather", [request], NOW)
            assert await slow.open(connection, request) == "1"
            await handle(pool, [request])
            slow.answer(request, Outcome(request="1", source=TOPIC, result="created", at=slow.at))
            await slow.save(connection)
    assert await handle(pool, [request]) == [None]
    assert len(await told(pool)) == 1
