"""A calendar of many events over a real connection: to one that reads slowly, breaks off, or loses its database."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import pytest
import uvicorn

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.gateway.app import create_app
from services.gateway.calendar import list_store
from services.gateway.common.context import Context
from services.gateway.settings import Settings
from shared import db
from shared.measuring import REQUESTS
from shared.vocabulary import vocabulary
from tests.integration.workbench import throw_away
from tests.support.bus import eventually
from tests.support.facts import event_fact, project

MANY = 3_000
# Much less than the calendar has, so that whoever sends it has to wait for whoever reads it.
BUFFER = 32 * 1024
FIRST, LAST = UUID(int=0), UUID(int=MANY - 1)
PATH = "/v1/events.ics"
REQUEST = f"GET {PATH}?from=2030-01-01 HTTP/1.1\r\nHost: bus\r\nConnection: close\r\n\r\n".encode()


class Server(uvicorn.Server):
    """Signals are for those who run the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@pytest.fixture(scope="module")
async def tables(platform: Platform) -> AsyncIterator[str]:
    """A database with many events, to be copied."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway")) as url:
        migrate("gateway", url)
        async with db.create_pool(url, name="test", size=1) as pool, db.transaction(pool) as connection:
            for begin in range(0, MANY, 500):
                numbers = range(begin, begin + 500)
                await project(
                    connection,
                    *(event_fact(str(UUID(int=number)), description="Ein langer Text. " * 100) for number in numbers),
                )
        yield url.rpartition("/")[2]


@pytest.fixture
async def pool(platform: Platform, tables: str) -> AsyncIterator[db.Pool]:
    """A view of one's own."""
    async with (
        throw_away(platform.postgres.admin_url, platform.database_url("gateway"), tables) as url,
        db.create_pool(url, name="test", size=2) as pool,
    ):
        yield pool


@pytest.fixture
async def address(pool: db.Pool) -> AsyncIterator[tuple[str, int]]:
    """Where a gateway answers, without its other parts."""
    settings = Settings.model_validate(
        {"database_url": "postgresql://unused", "key_pepper": "x" * 40, "link_secret": "y" * 40}
    )
    absent: Any = None
    app = create_app(Context(settings, pool, absent, absent, absent, vocabulary()))
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    server = Server(uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2))
    serving = asyncio.create_task(server.serve([listening]))
    yield listening.getsockname()
    server.should_exit = True
    await serving


@asynccontextmanager
async def reading_slowly(address: tuple[str, int]) -> AsyncIterator[tuple[bytes, asyncio.StreamReader]]:
    """The beginning of the calendar, and the rest, which is not asked for before it is read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, address)
    reader, writer = await asyncio.open_connection(sock=client, limit=BUFFER)
    writer.write(REQUEST)
    try:
        yield await reader.readuntil(b"END:VEVENT\r\n"), reader
    finally:
        writer.close()


def without_chunks(answer: bytes) -> str:
    """The body of an answer in chunks (RFC 9112, 7.1)."""
    rest, body = answer.partition(b"\r\n\r\n")[2], b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        body, rest = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return body.decode()


async def test_one_that_reads_slowly_holds_no_connection_to_the_database(
    address: tuple[str, int], pool: db.Pool
) -> None:
    async with reading_slowly(address) as (begun, reader):

        async def none_is_used() -> bool:
            return pool.get_idle_size() == pool.get_size()

        await eventually(none_is_used, what="a pool whose connections are all free")
        answer = begun + await reader.read()

    assert b"END:VCALENDAR" not in begun
    assert answer.endswith(b"END:VCALENDAR\r\n\r\n0\r\n\r\n")
    uids = re.findall(r"^UID:(.+)@", without_chunks(answer), re.MULTILINE)
    assert sorted(uids) == [str(UUID(int=number)) for number in range(MANY)]


async def test_what_changes_meanwhile_is_there_once_with_the_zone_that_it_has_now(
    address: tuple[str, int], pool: db.Pool
) -> None:
    async with reading_slowly(address) as (begun, reader):
        async with db.transaction(pool) as connection:
            await project(
                connection, *(event_fact(str(each), 2, time_zone="America/New_York") for each in (FIRST, LAST))
            )
        body = without_chunks(begun + await reader.read())

    uids = re.findall(r"^UID:(.+)@", body, re.MULTILINE)
    assert sorted(uids) == [str(UUID(int=number)) for number in range(MANY)]
    assert body.count("TZID:America/New_York") == 1
    assert body.index("TZID:America/New_York") < body.index("TZID=America/New_York")
    assert body.rindex("SUMMARY:Titel 2") > body.rindex(f"UID:{LAST}")
    assert body.count("SUMMARY:Titel 2") == 1  # the first one had been written by then


async def test_a_database_that_fails_meanwhile_breaks_the_connection_off(
    address: tuple[str, int], pool: db.Pool
) -> None:
    async with reading_slowly(address) as (begun, reader):
        async with db.transaction(pool) as connection:
            await connection.execute("alter table event rename to event_elsewhere")
        answer = begun + await reader.read()

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"END:VCALENDAR" not in answer
    assert not answer.endswith(b"0\r\n\r\n")


async def test_nothing_more_is_read_for_one_that_has_gone(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read, asked = list_store.read_documents, 0

    async def counted(connection: db.Connection, ids: Any) -> list[str]:
        nonlocal asked
        asked += 1
        return await read(connection, ids)

    def answered() -> float:
        value: float = REQUESTS.labels("GET", PATH, 200)._value.get()
        return value

    monkeypatch.setattr(list_store, "read_documents", counted)
    before = answered()
    async with reading_slowly(address):
        pass

    async def is_over() -> bool:
        return answered() == before + 1

    await eventually(is_over, what="the end of the answer")
    assert 0 < asked < MANY / 100 / 2
