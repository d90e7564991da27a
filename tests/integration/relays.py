"""What the tests of the outbox work with: facts with versions, and relays that run for a while."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import orjson

from shared import db, outbox
from shared.broker import Producer, Record
from shared.contracts.base import Contract
from shared.envelope import Message, new_message
from shared.outbox import Relay
from tests.support.bus import eventually

STATE = "test.state.v1"


class State(Contract):
    """A fact: the whole state of its key, with a version."""

    key: str
    version: int


def fact(key: str, version: int = 1, kind: str = STATE) -> Message:
    """A message that says a version of a key."""
    return new_message(kind, State(key=key, version=version).model_dump_json().encode(), source="urn:t", subject=key)


def said(record: Record) -> tuple[str, int]:
    """Which version of which key a record says."""
    body = orjson.loads(record.value or b"")
    return body["key"], body["version"]


async def write(pool: db.Pool, *facts: Message, topic: str = "t") -> None:
    """Put ``facts`` into the outbox, in one transaction."""
    async with db.transaction(pool) as connection:
        await outbox.add(connection, [(topic, message.subject or "", message) for message in facts])


async def left(pool: db.Pool) -> int:
    """How many rows wait."""
    async with db.reading(pool) as connection:
        count: int = await connection.fetchval("select count(*) from outbox")
        return count


@asynccontextmanager
async def relaying(url: str, producer: Producer, name: str = "") -> AsyncIterator[Relay]:
    """A relay while the block runs, asked to end at its end."""
    relay = Relay(url, producer, service=name or f"test-{uuid4().hex[:6]}")
    task = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(come: Callable[[], object], within: float = 15.0) -> None:
    """Wait until ``come`` is true."""

    async def look() -> bool:
        return bool(come())

    await eventually(look, within=within)


async def empty(pool: db.Pool, within: float = 20.0, *, but_for: int = 0) -> None:
    """Wait until the outbox holds no more than ``but_for`` rows."""

    async def look() -> bool:
        return await left(pool) == but_for

    await eventually(look, within=within, what=f"an outbox with {but_for} rows")
