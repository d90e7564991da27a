"""Nothing waits for ever for PostgreSQL: not a probe, not a statement, not a free connection."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from shared import db
from shared.outbox import Relay
from shared.service import PROBE_S, probes
from tests.integration.workbench import Post, Tap


@pytest.fixture
async def tap(database: str) -> AsyncIterator[Tap]:
    """A way to the database that can be frozen with all its connections open."""
    address = urlsplit(database)
    async with Tap(address.hostname or "", address.port or 0) as tap:
        yield tap


def through(tap: Tap, database: str) -> str:
    address = urlsplit(database)
    return urlunsplit(address._replace(netloc=f"{address.username}:{address.password}@127.0.0.1:{tap.port}"))


async def ready(pool: db.Pool) -> tuple[int, float]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(probes(partial(db.check, pool))), base_url="http://probe"
    ) as http:
        began = time.monotonic()
        answer = await http.get("/readyz")
        return answer.status_code, time.monotonic() - began


async def test_readiness_says_no_in_time_when_the_database_freezes_and_yes_when_it_thaws(
    database: str, tap: Tap
) -> None:
    async with db.create_pool(through(tap, database), name="test", size=2) as pool:
        assert (await ready(pool))[0] == 200
        tap.freeze()
        for _ in range(2):  # on the open connection, then on a new one
            status, took = await ready(pool)
            assert status == 503
            assert took < PROBE_S + 2
        tap.thaw()
        assert (await ready(pool))[0] == 200


async def test_readiness_says_no_in_time_when_the_database_never_answered(database: str) -> None:
    async with Tap() as silent, db.create_pool(through(silent, database), name="test", size=1) as pool:
        status, took = await ready(pool)
    assert status == 503
    assert took < PROBE_S + 2


async def test_readiness_says_no_without_the_tables(database: str, pool: db.Pool) -> None:
    async with db.transaction(pool) as connection:
        await connection.execute("drop table inbox")

    assert (await ready(pool))[0] == 503


async def test_nobody_waits_for_ever_for_a_free_connection(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "ACQUIRE_S", 0.5)
    async with db.create_pool(database, name="test", size=1) as pool, db.transaction(pool):
        began = time.monotonic()
        with pytest.raises(db.DatabaseAwayError) as failure:
            async with db.transaction(pool):
                pass
        assert time.monotonic() - began < 4
        assert db.is_passing(failure.value)
        with pytest.raises(db.DatabaseAwayError):
            async with db.reading(pool):
                pass


async def test_a_statement_has_a_deadline(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "STATEMENT_S", 0.5)
    async with db.create_pool(database, name="test", size=1) as pool:
        with pytest.raises(TimeoutError) as failure:
            async with db.transaction(pool) as connection:
                await connection.execute("select pg_sleep(20)")
        assert db.is_passing(failure.value)
        async with db.transaction(pool) as connection:  # and the connection is of use again
            assert await connection.fetchval("select 1") == 1


async def test_a_transaction_ends_when_the_database_freezes_under_it(
    database: str, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "STATEMENT_S", 0.5)
    monkeypatch.setattr(db, "ACQUIRE_S", 1.0)
    pool = db.create_pool(through(tap, database), name="test", size=1)
    await pool
    try:
        began = time.monotonic()
        with pytest.raises((OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresError)) as failure:  # noqa: PT012
            async with db.transaction(pool) as connection:
                await connection.execute("insert into effect (mark) values ('lost')")
                tap.freeze()
                await connection.execute("insert into effect (mark) values ('lost')")
        assert time.monotonic() - began < 4
        assert db.is_passing(failure.value)
        tap.thaw()

        async def count() -> int:
            async with db.reading(pool) as connection:
                found: int = await connection.fetchval("select count(*) from effect")
                return found

        assert await asyncio.wait_for(count(), 10) == 0
    finally:
        pool.terminate()


async def test_a_lock_is_not_waited_for_for_ever(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with db.create_pool(database, name="test", size=2) as pool:
        async with db.reading(pool) as connection:
            assert await connection.fetchval("show lock_timeout") == "10s"
            assert await connection.fetchval("show idle_in_transaction_session_timeout") == "1min"
            assert await connection.fetchval("show application_name") == "test"
        async with db.transaction(pool) as first, db.transaction(pool) as second:
            await first.execute("lock table effect")
            await second.execute("set local lock_timeout = '200ms'")
            with pytest.raises(asyncpg.LockNotAvailableError) as failure:
                await second.execute("insert into effect (mark) values ('x')")
            assert db.is_passing(failure.value)
            with pytest.raises(asyncpg.InFailedSQLTransactionError):
                await second.execute("select 1")


async def test_the_relay_goes_on_after_its_connection_was_lost_without_a_word(
    database: str, tap: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "STATEMENT_S", 0.5)
    monkeypatch.setattr(db, "CONNECT_S", 0.5)
    post = Post()
    relay = asyncio.create_task(Relay(through(tap, database), post, service="lost").run())
    owner = await asyncpg.connect(database)
    write = "insert into outbox (shard, topic, key, headers, value) values (1, 't', $1, '{}', '')"
    try:
        await owner.execute(write, b"before")
        await asyncio.wait_for(_until(lambda: len(post.sent) == 1), 30)
        tap.lose()
        # The server has noticed, or it would hold the shards for the session that is no more.
        ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lost-relay'"
        await owner.execute(ended)
        await owner.execute(write, b"afterwards")
        # What was sent but not yet removed when the connection was lost may go out again: at least once, never less.
        await asyncio.wait_for(_until(lambda: post.sent[-1].key == b"afterwards"), 30)
    finally:
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await owner.close()


async def _until(come: Callable[[], bool]) -> None:
    while not come():
        await asyncio.sleep(0.05)
