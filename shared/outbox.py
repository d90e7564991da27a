"""The transactional outbox: messages are written with the effect, and a relay sends what was committed.

Order: the writer locks its aggregate first, so within a key the ids are in commit order. One relay at a time
holds a shard (a session advisory lock) and sends its rows by id; a key stops at its first failure, others go
on. Only what Kafka acknowledged is removed, so taking over a shard may repeat messages, never lose one.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple
from zlib import crc32

import orjson
import structlog

from shared import db, shards
from shared.broker import Producer, Record
from shared.envelope import Message, text_headers
from shared.observability import MESSAGES_OUT, OUTBOX_OLDEST, OUTBOX_SHARDS, OUTBOX_WAITING
from shared.shards import SHARDS

log = structlog.get_logger()

PER_ROUND: Final = 2_000
BYTES_PER_ROUND: Final = 16 * 1024 * 1024
POLL_S: Final = 0.25
CLAIM_S: Final = 2.0
KEY_REST_S: Final = 5.0
ROUND_S: Final = 20.0  # rows read longer ago may be another's by now: with one send, below shards.FROZEN_S
LAST_ROUND_S: Final = 5.0  # what a round under way gets to end in good order
LARGEST_MESSAGE: Final = 1024 * 1024 - 32 * 1024  # what topics take, less key and headers


class MessageTooLargeError(ValueError):
    """A message that no topic takes; raised while its transaction can still be rolled back."""


async def add(connection: db.Connection, messages: Iterable[tuple[str, str, Message]]) -> None:
    """Write ``(topic, key, message)`` rows, to be sent after the commit of the surrounding transaction.

    A message without data is sent as a tombstone.

    Raises:
        MessageTooLargeError: a message exceeds what Kafka takes.
    """
    rows = []
    for topic, key, message in messages:
        if len(message.data) > LARGEST_MESSAGE:
            raise MessageTooLargeError(f"message of type {message.type} has {len(message.data)} bytes")
        headers = orjson.dumps(text_headers(message)).decode()
        raw_key = key.encode()
        rows.append((crc32(raw_key) % SHARDS, topic, raw_key, headers, message.data or None))
    if rows:
        await connection.copy_records_to_table(
            "outbox", records=rows, columns=["shard", "topic", "key", "headers", "value"]
        )


class Row(NamedTuple):
    """One waiting message."""

    id: int
    record: Record


class Relay:
    """Sends its share of the outbox of one database. Run it as a task; ``wake`` it after each commit."""

    def __init__(self, database_url: str, producer: Producer, *, service: str) -> None:
        self._url = database_url
        self._producer = producer
        self._service = service
        self._woken = asyncio.Event()
        self._committed = False
        self._resting: dict[bytes, float] = {}

    def wake(self) -> None:
        """Say that something was committed, so that it is sent at once instead of at the next poll."""
        self._committed = True
        self._woken.set()

    async def run(self) -> None:
        """Relay until cancelled, whatever goes wrong meanwhile; a round under way is ended first."""
        await db.keep_session(self._url, self._relay, name=f"{self._service}-relay")

    async def _relay(self, connection: db.Session) -> None:
        own = await shards.join(connection, self._woken.set)
        claim_at, pause = 0.0, 0.2
        while True:
            self._woken.clear()
            if time.monotonic() >= claim_at:
                await own.share()
                OUTBOX_SHARDS.labels(self._service).set(len(own.held))
                await self._measure(connection)
                claim_at = time.monotonic() + CLAIM_S
            if self._committed:
                self._committed = False
                await own.wake_others()
            latest = time.monotonic() + ROUND_S
            rows = await waiting(connection, own.held, self._stopped_keys())
            if not rows:
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._woken.wait()
            elif await _to_its_end(self._round(connection, rows, latest)):
                pause = 0.2
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 2.0)

    async def _round(self, connection: db.Session, rows: Sequence[Row], latest: float) -> bool:
        """Send ``rows`` and remove what was acknowledged; whether anything was."""
        sent = await self._send(rows, latest)
        if sent:
            await connection.execute("delete from outbox where id = any($1::bigint[])", sent)
            MESSAGES_OUT.labels(self._service).inc(len(sent))
        return bool(sent)

    async def _send(self, rows: Sequence[Row], latest: float) -> list[int]:
        """Send ``rows`` and return the ids that were acknowledged; no wave begins after ``latest``.

        Rows of one key go out one after the other: were they pipelined, a later one could be acknowledged
        while an earlier one fails.
        """
        acknowledged: list[int] = []
        failures: dict[str, int] = {}
        for wave in waves(rows):
            ready = [row for row in wave if row.record.key not in self._resting]
            if not ready or time.monotonic() > latest:
                break
            results = await self._producer.send([row.record for row in ready])
            for row, error in zip(ready, results, strict=True):
                if error is None:
                    acknowledged.append(row.id)
                else:
                    self._resting[row.record.key or b""] = time.monotonic() + KEY_REST_S
                    kind = type(error).__name__
                    failures[kind] = failures.get(kind, 0) + 1
        if failures:
            log.warning("kafka did not take messages", failures=failures, sent=len(acknowledged))
        return acknowledged

    def _stopped_keys(self) -> list[bytes]:
        now = time.monotonic()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        return list(self._resting)

    async def _measure(self, connection: db.Session) -> None:
        row = await connection.fetchrow(
            "select count(*) as waiting, coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as oldest"
            " from (select created_at from outbox order by id limit 100000) as first"
        )
        if row is not None:
            OUTBOX_WAITING.labels(self._service).set(row["waiting"])
            OUTBOX_OLDEST.labels(self._service).set(row["oldest"])


async def waiting(
    connection: db.Connection, shards: Iterable[int], without: Sequence[bytes], limit: int = PER_ROUND
) -> list[Row]:
    """The oldest unpublished rows of ``shards``, by id, leaving out the keys that are stopped.

    At most ``limit`` rows, and no more after ``BYTES_PER_ROUND``: large messages must not fill the memory.
    """
    rows = await connection.fetch(
        "select id, topic, key, headers, value from ("
        " select *, sum(size) over (order by id) - size as before from ("
        "  select id, topic, key, headers, value, coalesce(octet_length(value), 0) as size from outbox"
        "  where shard = any($1::smallint[]) and not key = any($2::bytea[]) order by id limit $3) as oldest"
        " ) as sized where before < $4 order by id",
        list(shards),
        without,
        limit,
        BYTES_PER_ROUND,
    )
    return [
        Row(id_, Record(topic, key, value, [(k, v.encode()) for k, v in orjson.loads(headers).items()]))
        for id_, topic, key, headers, value in rows
    ]


def waves(rows: Sequence[Row]) -> list[list[Row]]:
    """Split ``rows`` so that a key stands at most once in each part, order kept."""
    parts: list[list[Row]] = []
    seen: dict[bytes, int] = {}
    for row in rows:
        key = row.record.key or b""
        turn = seen.get(key, 0)
        seen[key] = turn + 1
        if turn == len(parts):
            parts.append([])
        parts[turn].append(row)
    return parts


async def _to_its_end(work: Coroutine[Any, Any, bool]) -> bool:
    """Await ``work``; when cancelled, only after giving it time to end, so that what was sent is removed, too."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=LAST_ROUND_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
