"""Several relays on one outbox: they share the work evenly, and whoever comes or goes, a key keeps its order."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import db, outbox, shards
from shared.broker import Record
from shared.shards import SHARDS, share_of
from tests.integration.relays import empty, fact, left, relaying, said, until, write
from tests.integration.workbench import Post
from tests.support.bus import eventually


class Road:
    """Where all relays of a test meet: what was sent, in order, and keys that two of them had at once."""

    def __init__(self) -> None:
        self.log: list[tuple[str, int]] = []
        self.under_way: set[bytes | None] = set()
        self.clashes: set[bytes | None] = set()

    def versions(self) -> dict[str, list[int]]:
        """What was sent of each key, in order."""
        found: dict[str, list[int]] = defaultdict(list)
        for key, version in self.log:
            found[key].append(version)
        return found


class Van(Post):
    """A producer that takes its time on a road that others use, too."""

    def __init__(self, road: Road, takes_s: float = 0.01) -> None:
        super().__init__(takes_s=takes_s)
        self.road = road

    async def send(self, records: Sequence[Record]) -> list[Exception | None]:
        """Look around, then send."""
        keys = {record.key for record in records}
        self.road.clashes |= keys & self.road.under_way
        self.road.under_way |= keys
        results = await super().send(records)
        self.road.log += map(said, records)
        self.road.under_way -= keys
        return results


async def held(url: str) -> dict[str, int]:
    """How many shards each relay holds, by name, as PostgreSQL has it."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select application_name as name, count(*) filter (where objid < $2) as shards"
            " from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory' and classid = $1"
            " and datname = current_database() group by application_name",
            shards.LOCK_CLASS,
            SHARDS,
        )
    finally:
        await connection.close()
    return {row["name"].removesuffix("-relay"): row["shards"] for row in rows}


async def shared_among(url: str, *names: str) -> None:
    """Wait until exactly these relays are there and all shards are shared evenly among them."""

    async def look() -> bool:
        found = await held(url)
        counts = sorted(found.values())
        return set(found) == set(names) and sum(counts) == SHARDS and counts[-1] - counts[0] <= 1

    await eventually(look, within=20, what=f"even shares of {names}")


@given(st.integers(1, 40))
def test_the_shares_of_all_relays_make_all_shards_and_differ_by_one_at_most(relays: int) -> None:
    shares = [share_of(place, relays) for place in range(relays)]
    assert sum(shares) == SHARDS
    assert max(shares) - min(shares) <= 1


async def test_relays_that_join_leave_and_die_share_the_shards_evenly(database: str, pool: db.Pool) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(relaying(database, Post(), "a"))
        await shared_among(database, "a")
        leaves = await stack.enter_async_context(AsyncExitStack())
        await leaves.enter_async_context(relaying(database, Post(), "b"))
        await stack.enter_async_context(relaying(database, Post(), "c"))
        await shared_among(database, "a", "b", "c")
        await leaves.aclose()
        await shared_among(database, "a", "c")
        dies = await stack.enter_async_context(AsyncExitStack())
        await dies.enter_async_context(relaying(database, Post(), "d"))
        await shared_among(database, "a", "c", "d")
        await terminate(database, "d")
        await dies.aclose()
        await shared_among(database, "a", "c")


async def test_whoever_joins_and_leaves_each_key_is_sent_once_and_in_order(database: str, pool: db.Pool) -> None:
    chance, road, keys, versions = random.Random(18), Road(), 40, 60
    done = asyncio.Event()

    async def publish() -> None:
        for version in range(1, versions + 1):
            await write(pool, *[fact(f"k{n}", version) for n in range(keys)])
            await asyncio.sleep(0.1)
        await empty(pool, within=60)
        done.set()

    async def come_and_go() -> None:
        while not done.is_set():
            await asyncio.sleep(chance.uniform(0, 1))
            async with relaying(database, Van(road)) as relay:
                relay.wake()
                await asyncio.sleep(chance.uniform(0.5, 4))

    await asyncio.gather(publish(), *[come_and_go() for _ in range(3)])
    assert road.clashes == set()
    assert road.versions() == {f"k{n}": list(range(1, versions + 1)) for n in range(keys)}


async def test_a_shard_is_not_given_away_while_its_rows_are_being_sent(database: str, pool: db.Pool) -> None:
    road = Road()
    async with relaying(database, slow := Van(road), "slow"):
        await shared_among(database, "slow")
        slow.takes_s = 5
        await write(pool, *[fact(f"k{n}") for n in range(40)])
        await until(lambda: slow.under_way)
        async with relaying(database, quick := Van(road), "quick"):

            async def both() -> bool:
                return set(await held(database)) == {"slow", "quick"}

            await eventually(both)
            await write(pool, *[fact(f"k{n}", 2) for n in range(40)])
            slow.takes_s = 0
            await shared_among(database, "slow", "quick")
            await empty(pool)
    assert road.clashes == set()
    assert quick.sent
    assert road.versions() == {f"k{n}": [1, 2] for n in range(40)}


async def test_a_relay_that_is_asked_to_end_removes_what_it_has_sent(database: str, pool: db.Pool) -> None:
    async with relaying(database, post := Post(takes_s=0.5)):
        await write(pool, *[fact(f"k{n}") for n in range(10)])
        await until(lambda: post.under_way)
    assert len(post.sent) == 10
    assert await left(pool) == 0


async def test_what_one_instance_commits_in_a_shard_of_another_is_sent_at_once(
    database: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with relaying(database, a := Post(), "a") as relay, relaying(database, b := Post(), "b"):
        await shared_among(database, "a", "b")
        await asyncio.sleep(2 * outbox.CLAIM_S)  # both have seen that
        monkeypatch.setattr(outbox, "POLL_S", 60.0)
        await asyncio.sleep(0.5)  # and have begun to wait for so long
        began = time.monotonic()
        await write(pool, *[fact(f"k{n}") for n in range(40)])
        relay.wake()
        await empty(pool)
        assert time.monotonic() - began < 15
    assert a.sent
    assert b.sent


async def test_the_shards_of_a_relay_that_is_frozen_are_free_after_a_while(
    database: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "FROZEN_S", 2)
    monkeypatch.setattr(outbox, "LAST_ROUND_S", 0.1)
    async with relaying(database, frozen := Post(takes_s=120), "frozen"):
        await write(pool, fact("a"))
        await until(lambda: frozen.under_way)
        async with relaying(database, other := Post(), "other"):
            await until(lambda: other.sent, within=30)
            await shared_among(database, "other")
            await empty(pool)


async def test_a_relay_that_was_frozen_sends_nothing_more_of_what_it_had_read(
    database: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "ROUND_S", 0.2)

    class Freezes(Post):
        async def send(self, records: Sequence[Record]) -> list[Exception | None]:
            """Meanwhile another one sends and removes everything."""
            results = await super().send(records)
            async with db.reading(pool) as connection:
                await connection.execute("delete from outbox where key = 'a'")
            await asyncio.sleep(0.5)
            return results

    await write(pool, *[fact("a", version) for version in (1, 2, 3)])
    async with relaying(database, post := Freezes()):
        await until(lambda: post.sent)
        await write(pool, fact("b"))
        await empty(pool)
        await until(lambda: len(post.sent) > 1)
    assert [said(record) for record in post.sent] == [("a", 1), ("b", 1)]


async def terminate(url: str, name: str) -> None:
    """Cut a relay's connection as the death of its process would."""
    owner = await asyncpg.connect(url)
    await owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", f"{name}-relay"
    )
    await owner.close()


async def test_when_a_relays_connection_dies_another_takes_over_its_keys(
    database: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "LAST_ROUND_S", 0.1)
    first, second = Post(), Post()
    async with relaying(database, first, "first"):
        await write(pool, fact("a", 1))
        await until(lambda: first.sent)
        first.takes_s = 60  # hangs in Kafka from now on
        await write(pool, fact("a", 2))
        await until(lambda: first.under_way)
        async with relaying(database, second, "second"):
            await asyncio.sleep(0.5)
            assert second.sent == []
            owner = await asyncpg.connect(database)
            await owner.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'first-relay'"
            )
            await owner.close()
            await until(lambda: second.sent)
            assert [said(record) for record in second.sent] == [("a", 2)]
            await empty(pool)
