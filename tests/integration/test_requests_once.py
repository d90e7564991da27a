"""A request has its effect and its outcome once, however often and by however many it is delivered (DESIGN 2, 4)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

import asyncpg
import orjson
import pytest
from faststream.exceptions import NackMessage

from services.events import app, handlers
from shared import consume as consume_module
from shared import db, inbox
from shared.broker import GRACE_S, KafkaRecord
from shared.consume import Subscription
from shared.contracts.partner import event_id
from tests.integration.calendar_base import PARTNER, RULES, registration, request
from tests.integration.workbench import (
    MARK,
    Mark,
    Marking,
    Post,
    Taken,
    as_received,
    effects,
    mark,
    taker,
    without,
)

SUBSCRIPTION = Subscription(group="once", types={MARK: Mark})
handle = partial(handlers.handle, rules=RULES)


@pytest.fixture
def calendar(pool: db.Pool) -> Taken:
    """The calendar's own way in."""
    return taker(app.SUBSCRIPTION, handle, pool)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Pauses of the consumer take no time; how long they would have been is kept."""
    pauses: list[float] = []

    class NoPauses:
        async def sleep(self, seconds: float) -> None:
            pauses.append(seconds)

    monkeypatch.setattr(consume_module, "asyncio", NoPauses())
    return pauses


async def outcomes(pool: db.Pool) -> list[tuple[str, dict[str, Any]]]:
    async with db.reading(pool) as connection:
        rows = await connection.fetch("select id, outcome from inbox order by decided_at, id")
    return [(row["id"], orjson.loads(row["outcome"])) for row in rows]


async def waiting(pool: db.Pool) -> list[asyncpg.Record]:
    async with db.reading(pool) as connection:
        return await connection.fetch("select topic, key, value from outbox order by id")


async def versions(pool: db.Pool) -> dict[str, int]:
    async with db.reading(pool) as connection:
        return {row["uid"]: row["version"] for row in await connection.fetch("select uid, version from event")}


async def test_a_batch_that_is_delivered_again_changes_nothing(calendar: Taken, pool: db.Pool) -> None:
    batch = as_received(registration(), request("a"), request("b"), request("a", title="neu"))

    await calendar.take(batch)
    told = await waiting(pool)
    await calendar.take(batch)
    await calendar.take(batch[1:3])

    assert await versions(pool) == {"a": 2, "b": 1}
    assert len(await outcomes(pool)) == 4
    assert await waiting(pool) == told


async def test_of_two_deliveries_at_the_same_time_one_has_the_effect_and_the_other_looks_again(
    calendar: Taken, pool: db.Pool, no_pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = as_received(registration("first"), registration("second"))
    both_looked, looked = asyncio.Barrier(2), inbox.taken

    async def look_together(
        connection: db.Connection, requests: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], bytes]:
        found = await looked(connection, requests)
        await both_looked.wait()
        return found

    monkeypatch.setattr(inbox, "taken", look_together)
    ends = await asyncio.gather(calendar.take(batch), calendar.take(batch), return_exceptions=True)
    monkeypatch.setattr(inbox, "taken", looked)

    [failed] = [end for end in ends if end is not None]
    assert isinstance(failed, NackMessage)
    assert isinstance(failed.__cause__, inbox.ConcurrentDeliveryError)
    told = await waiting(pool)
    assert sorted(row["topic"] for row in told) == ["events.facts"] * 2 + ["events.outcomes"] * 2
    await calendar.take(batch)  # the delivery that follows
    assert await waiting(pool) == told
    assert len(no_pauses) == 1


async def test_the_same_id_with_another_body_is_refused_and_the_first_keeps_its_outcome(
    calendar: Taken, pool: db.Pool
) -> None:
    first, other = request("a", "id-1"), request("a", "id-1", title="anders")
    await calendar.take(as_received(registration(), first))

    await calendar.take(as_received(other, first, other, first_offset=2))
    await calendar.take(as_received(request("b", "id-2"), request("b", "id-2", title="anders"), other, first_offset=5))

    results = {id_.partition("#")[::2]: outcome for id_, outcome in await outcomes(pool)}
    by_id = [(id_, bool(rest), outcome["result"]) for (id_, rest), outcome in results.items() if "id-" in id_]
    assert sorted(by_id) == [
        ("id-1", False, "created"),
        ("id-1", True, "refused"),
        ("id-2", False, "created"),
        ("id-2", True, "refused"),
    ]
    refused = [outcome["problem"] for outcome in results.values() if outcome["result"] == "refused"]
    assert {problem["errors"][0]["code"] for problem in refused} == {"id-reused"}
    assert await versions(pool) == {"a": 1, "b": 1}


async def test_partners_may_use_the_same_id_without_harm_to_each_other(calendar: Taken, pool: db.Pool) -> None:
    mine, theirs = request("a", "id-1"), request("a", "id-1", partner="andere")

    await calendar.take(as_received(registration(), registration("andere"), mine))
    await calendar.take(as_received(theirs, first_offset=3))

    assert [outcome["result"] for _, outcome in await outcomes(pool)] == ["created"] * 4
    async with db.reading(pool) as connection:
        ids = {row["id"] for row in await connection.fetch("select id from event")}
    assert ids == {event_id(PARTNER, "a"), event_id("andere", "a")}


async def test_what_is_old_enough_is_forgotten_and_nothing_else(calendar: Taken, pool: db.Pool) -> None:
    await calendar.take(as_received(registration("old"), registration("new")))
    async with db.transaction(pool) as connection:
        await connection.execute("update inbox set decided_at = now() - interval '31 days' where outcome::text ~ 'old'")

        assert await inbox.forget(connection, timedelta(days=30)) == 1

    [(_, kept)] = await outcomes(pool)
    assert kept["partner"] == "new"


# How a batch is searched for what fails


async def test_pauses_grow_while_it_fails_and_stay_below_the_time_that_a_stop_may_take(
    pool: db.Pool, no_pauses: list[float]
) -> None:
    async def fail(_: list[str]) -> None:
        raise ConnectionError

    taken = taker(SUBSCRIPTION, Marking(then=fail), pool)
    for _ in range(12):
        with pytest.raises(NackMessage):
            await taken.take(as_received(mark("t", "x")))

    assert no_pauses[0] < 1
    assert 2 < max(no_pauses) < GRACE_S


async def test_a_bug_that_meets_a_whole_batch_does_not_hold_it_longer_than_half_a_minute(
    pool: db.Pool, no_pauses: list[float]
) -> None:
    async def fail(_: list[str]) -> None:
        raise ZeroDivisionError

    post = Post()
    taken = taker(SUBSCRIPTION, Marking(then=fail), pool, post)

    await taken.take(as_received(*[mark("t", f"{number}") for number in range(200)]))

    assert len(post.sent) == 200
    assert sum(no_pauses) < 30  # DESIGN 4, poison; Kafka takes the partitions away after five minutes


async def test_records_around_several_that_fail_keep_their_order(pool: db.Pool, no_pauses: list[float]) -> None:
    bad = {"03", "04", "11", "15"}

    async def fail(marks: list[str]) -> None:
        if bad & set(marks):
            raise ZeroDivisionError

    post, order = Post(), list[str]()
    names = [f"{number:02}" for number in range(16)]
    taken = taker(SUBSCRIPTION, handle := Marking(then=fail), pool, post)

    await taken.take(as_received(*[mark("t", name) for name in names]))

    for call in handle.calls:
        order += [] if bad & set(call) else call
    assert order == await effects(pool) == [name for name in names if name not in bad]
    assert [orjson.loads(letter.value or b"")["mark"] for letter in post.sent] == sorted(bad)


async def test_a_failure_that_passes_is_tried_in_place_before_a_record_is_given_up(
    pool: db.Pool, no_pauses: list[float]
) -> None:
    failures = iter([ZeroDivisionError(), ZeroDivisionError()])

    async def fail(_: list[str]) -> None:
        for failure in failures:
            raise failure

    post = Post()
    await taker(SUBSCRIPTION, Marking(then=fail), pool, post).take(as_received(mark("t", "x")))

    assert await effects(pool) == ["x"]
    assert post.sent == []
    assert len(no_pauses) == 2


async def test_a_batch_is_not_done_while_kafka_refuses_its_dead_letters(pool: db.Pool, no_pauses: list[float]) -> None:
    post = Post(refuses=lambda _: TimeoutError())
    taken = taker(SUBSCRIPTION, Marking(), pool, post)

    with pytest.raises(NackMessage):
        await taken.take(as_received(without(mark("t", "x"), value=b"no JSON")))

    post.refuses = lambda _: None
    await taken.take(as_received(without(mark("t", "x"), value=b"no JSON")))
    assert len(post.sent) == 1


async def test_after_a_commit_the_relay_is_woken_and_after_a_failure_it_is_not(
    pool: db.Pool, no_pauses: list[float]
) -> None:
    woken = 0
    fails = True

    def wake() -> None:
        nonlocal woken
        woken += 1

    async def fail(_: list[str]) -> None:
        if fails:
            raise ConnectionError

    taken = Taken()
    consume_module.consume(
        cast("Any", taken), SUBSCRIPTION, Marking(then=fail), pool=pool, producer=Post(), committed=wake
    )
    batch: tuple[KafkaRecord, ...] = as_received(mark("t", "x"))
    with pytest.raises(NackMessage):
        await taken.take(batch)
    assert woken == 0
    fails = False
    await taken.take(batch)
    assert woken == 1


@pytest.mark.parametrize("trouble", ["wrong-password", "no-database", "no-table", "no-permission", "read-only"])
async def test_no_message_is_given_up_because_the_database_is_not_as_it_should_be(
    database: str, no_pauses: list[float], trouble: str
) -> None:
    owner = await asyncpg.connect(database)
    url = {
        "wrong-password": database.replace(":", ":x", 2).replace(":x", ":", 1),
        "no-database": f"{database}-is-gone",
    }.get(trouble, database)
    spoil = {
        "no-table": "alter table effect rename to effect_of_a_later_schema",
        "no-permission": "revoke all on effect from current_user",
        "read-only": f'alter database "{database.rpartition("/")[2]}" set default_transaction_read_only = on',
    }
    if trouble in spoil:
        await owner.execute(spoil[trouble])
    await owner.close()
    post = Post()
    async with db.create_pool(url, name="test", size=2) as pool:
        with pytest.raises(NackMessage):
            await taker(SUBSCRIPTION, Marking(), pool, post).take(as_received(mark("t", "x")))
    assert post.sent == []
