"""What these tests work with: databases and topics to throw away, a handler that fails as told, a port that hangs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer, ConsumerRecord
from confluent_kafka.admin import NewTopic
from faststream.kafka import KafkaBroker

from deploy.topics import admin_client, wait_for
from shared import db
from shared.broker import KafkaRecord, Producer, Record, create_broker, keep_connected
from shared.commands.topic_reader import read_all
from shared.consume import Handler, Received, Subscription, consume
from shared.contracts.base import Contract
from shared.envelope import binary_headers, new_message
from shared.settings import KafkaSettings
from shared.topics import TOPICS, dead_letter_topic
from tests.support.bus import eventually

MARK = "test.mark.v1"
_DEAD_LETTERS = next(topic for topic in TOPICS if topic.name == "dlq.events")
Headers = list[tuple[str, bytes | None]]


class Mark(Contract):
    """The smallest message: it only says which one it is."""

    mark: str


def unique(what: str) -> str:
    """A name that nothing else has."""
    return f"{what}-{uuid4().hex[:10]}"


def with_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@asynccontextmanager
async def throw_away(admin_url: str, role_url: str, template: str = "template1") -> AsyncIterator[str]:
    """The URL of a database of its own, which belongs to the role in ``role_url``."""
    name, role = unique("test"), urlsplit(role_url).username
    await _as_admin(admin_url, f'create database "{name}" owner "{role}" template "{template}"')
    yield with_database(role_url, name)
    await _as_admin(admin_url, f'drop database "{name}" with (force)')


async def _as_admin(admin_url: str, statement: str) -> None:
    """By a connection of its own: other tests restart the server while a database of the whole run is there."""
    admin = await asyncpg.connect(admin_url, command_timeout=30)
    try:
        await admin.execute(statement)
    finally:
        await admin.close()


async def make_topic(
    kafka: KafkaSettings, name: str = "", *, partitions: int = 1, config: dict[str, str] | None = None
) -> str:
    """A new topic that every client sees; returns its name."""
    name = name or unique("test")
    admin = admin_client(kafka)
    new = NewTopic(name, num_partitions=partitions, replication_factor=1, config=config or {})
    await asyncio.to_thread(wait_for, admin.create_topics([new], operation_timeout=20), "create a topic")

    async def is_seen() -> bool:
        # A busy broker takes its time until it knows the leaders of what the controller has made.
        known = (await asyncio.to_thread(admin.list_topics, name, timeout=20)).topics[name]
        return len(known.partitions) == partitions and all(one.leader >= 0 for one in known.partitions.values())

    await eventually(is_seen, what=f"the leaders of {name}")
    return name


async def make_subscription(
    kafka: KafkaSettings, *, topic: str = "", config: dict[str, str] | None = None, **options: Any
) -> Subscription:
    """A consumer group of its own, reading a topic of its own, with a topic for its dead letters as those declared."""
    group = unique("group")
    await make_topic(kafka, dead_letter_topic(group), config=_DEAD_LETTERS.config())
    where = {} if "pattern" in options else {"topics": (await make_topic(kafka, topic, config=config),)}
    return Subscription(group=group, **({"types": {MARK: Mark}} | where | options))


def mark(topic: str, name: str, *more: tuple[str, bytes | None], key: str = "k") -> Record:
    """A good message, with ``more`` headers."""
    message = new_message(MARK, orjson.dumps({"mark": name}), source="urn:test", subject=name)
    headers: Headers = [*binary_headers(message), *more]
    return Record(topic, key.encode(), message.data, headers)


def without(record: Record, *, value: bytes | None = b"", headers: Headers | None = None) -> Record:
    """The same record with another body, or with these headers in place of its own of the same name."""
    replaced = dict(headers or [])
    kept = [(name, replaced.get(name, content)) for name, content in record.headers]
    return Record(record.topic, record.key, record.value if value == b"" else value, kept)


async def put(sender: AIOKafkaProducer, *records: Record) -> None:
    """Write ``records`` as any outside program would, all acknowledged at the end."""
    futures = [
        await sender.send(record.topic, value=record.value, key=record.key, headers=list(record.headers))
        for record in records
    ]
    await asyncio.gather(*futures)


@dataclass
class Marking:
    """A handler that writes down every mark; ``then`` sees them before the commit and may raise."""

    then: Callable[[list[str]], Awaitable[None]] | None = None
    calls: list[list[str]] = field(default_factory=list)

    async def __call__(self, connection: db.Connection, batch: Sequence[Received]) -> None:
        """Handle one batch."""
        marks = [cast("Mark", received.data).mark for received in batch]
        self.calls.append(marks)
        await connection.executemany("insert into effect (mark) values ($1)", [(one,) for one in marks])
        if self.then is not None:
            await self.then(marks)


async def effects(pool: db.Pool) -> list[str]:
    """All marks that were written down and committed, sorted; one that had its effect twice is there twice."""
    async with db.reading(pool) as connection:
        return [row["mark"] for row in await connection.fetch("select mark from effect order by mark")]


@asynccontextmanager
async def consuming(
    kafka: KafkaSettings,
    subscription: Subscription,
    handle: Handler,
    pool: db.Pool,
    committed: Callable[[], None] = lambda: None,
) -> AsyncIterator[KafkaBroker]:
    """A service that does nothing but consume, wired as the real ones are."""
    async with Producer(kafka, client_id=subscription.group) as producer:
        broker = create_broker(kafka, client_id=subscription.group)
        consume(broker, subscription, handle, pool=pool, producer=producer, committed=committed)
        connected = asyncio.create_task(keep_connected(broker))
        try:
            yield broker
        finally:
            connected.cancel()
            await asyncio.gather(connected, return_exceptions=True)


class Taken:
    """Stands where the broker does, and keeps the function that would be given the batches."""

    take: Callable[[Sequence[KafkaRecord]], Awaitable[None]]
    options: dict[str, Any]

    def subscriber(self, *_: str, **options: Any) -> Callable[[Callable[..., Awaitable[None]]], None]:
        """What ``consume`` calls."""
        self.options = options

        def keep(take: Callable[..., Awaitable[None]]) -> None:
            self.take = take

        return keep


class Post(Producer):
    """A producer without Kafka: ``refuses`` says what fails; all that is acknowledged is kept in ``sent``."""

    def __init__(self, refuses: Callable[[Record], Exception | None] = lambda _: None, takes_s: float = 0) -> None:
        super().__init__(KafkaSettings(), client_id="test")
        self.refuses, self.takes_s = refuses, takes_s
        self.sent: list[Record] = []
        self.rounds: list[list[bytes | None]] = []
        self.under_way: list[bytes | None] = []

    async def send(self, records: Sequence[Record]) -> list[Exception | None]:
        """Take what is not refused."""
        keys = [record.key for record in records]
        self.rounds.append(keys)
        self.under_way += keys
        await asyncio.sleep(self.takes_s)
        results = [self.refuses(record) for record in records]
        self.sent += [record for record, error in zip(records, results, strict=True) if error is None]
        self.under_way = []
        return results


def taker(subscription: Subscription, handle: Handler, pool: db.Pool, producer: Producer | None = None) -> Taken:
    """The consuming end without Kafka, to be given batches by hand."""
    taken = Taken()
    consume(cast("KafkaBroker", taken), subscription, handle, pool=pool, producer=producer or Post())
    return taken


def as_received(*records: Record, first_offset: int = 0) -> tuple[KafkaRecord, ...]:
    """``records`` as they come out of Kafka."""
    return tuple(
        ConsumerRecord(
            topic=record.topic,
            partition=0,
            offset=first_offset + number,
            timestamp=0,
            timestamp_type=0,
            key=record.key,
            value=record.value,
            checksum=None,
            serialized_key_size=len(record.key or b""),
            serialized_value_size=len(record.value or b""),
            headers=tuple((name, cast("bytes", content)) for name, content in record.headers),
        )
        for number, record in enumerate(records)
    )


async def records_of(kafka: KafkaSettings, topic: str) -> list[KafkaRecord]:
    """All that is on a topic."""
    return await read_all(kafka, topic)


async def dead_letters_of(kafka: KafkaSettings, subscription: Subscription) -> list[KafkaRecord]:
    """All records among the dead letters of a group."""
    return await read_all(kafka, dead_letter_topic(subscription.group))


class Tap:
    """A TCP proxy that can be turned off while connections stay open: nothing is refused, nothing answered."""

    def __init__(self, host: str = "", port: int = 0) -> None:
        """Without a target it never answers at all."""
        self._target = (host, port) if host else None
        self._open = asyncio.Event()
        self._open.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def freeze(self) -> None:
        """From now on nothing passes."""
        self._open.clear()

    def thaw(self) -> None:
        """From now on everything passes, what waited first."""
        self._open.set()

    def lose(self) -> None:
        """What is connected now hears nothing any more, not even an end; new connections are as good as any."""
        self._open.clear()
        self._open = asyncio.Event()
        self._open.set()

    async def __aenter__(self) -> "Tap":
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        if self._target is None:
            return
        passable = self._open
        await passable.wait()
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._writers.add(far_writer)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink, passable))
            self._tasks.add(task)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, passable: asyncio.Event) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await passable.wait()
                sink.write(data)
                await sink.drain()
        await passable.wait()
        sink.close()
