"""``visible``: from a partner's message to the gateway's view, beside a bare hop through Kafka in the same run."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy import topics
from deploy.local.platform import Platform
from shared.commands.ask import ask
from shared.contracts.events import REGISTER_PARTNER, RegisterPartner
from shared.contracts.partner import SUBMIT, event_id
from shared.envelope import binary_headers, new_message
from shared.settings import KafkaSettings
from shared.topics import Topic, partner_topic
from tests.benchmarks.beside import percentiles

MOST = 5_000  # messages that the maximum is taken from
IDLE_RATE = 20.0
IDLE_S = 15.0
LOADED_S = 15.0
PATIENCE_S = 120.0

Send = Callable[[int], Awaitable[str]]
Seen = dict[str, float]


async def measure(platform: Platform) -> dict[str, Any]:
    """Milliseconds, the median and the 99th of a hundred: idle, and at half of what comes through at most."""
    settings = platform.kafka.settings
    async with _through_the_bus(platform) as (send, seen):
        most = await _maximum(send, seen)
        ours = {"idle": await _hops(send, seen, IDLE_RATE, IDLE_S), "half": await _hops(send, seen, most / 2, LOADED_S)}
    async with _bare_hop(settings) as (send, seen):
        bare = {"idle": await _hops(send, seen, IDLE_RATE, IDLE_S), "half": await _hops(send, seen, most / 2, LOADED_S)}
    return {
        "most_per_second": round(most),
        **{
            load: {
                **{f"{name}_ms": value for name, value in ours[load].items()},
                **{f"bare_{name}_ms": value for name, value in bare[load].items()},
                "ratio": round(ours[load]["p50"] / bare[load]["p50"], 1),
            }
            for load in ours
        },
    }


@asynccontextmanager
async def _through_the_bus(platform: Platform) -> AsyncIterator[tuple[Send, Seen]]:
    """What sends one submission, and when each event, by its id, was first seen in the committed view."""
    settings = platform.kafka.settings
    partner = f"bench-{uuid4().hex[:8]}"
    topic = partner_topic(partner)
    await asyncio.to_thread(topics.apply_topics, settings, 1, (topic,))
    await ask(settings, "events", REGISTER_PARTNER, partner, RegisterPartner(id=partner, name="Bench", trusted=True))
    producer = await _producer(settings)
    connection = await asyncpg.connect(platform.database_url("gateway"))
    seen: Seen = {}

    async def send(number: int) -> str:
        uid = f"{uuid4().hex}-{number}"
        message = new_message(SUBMIT, _submission(uid), source="urn:bench", subject=uid)
        await producer.send(topic.name, message.data, key=uid.encode(), headers=list(binary_headers(message)))
        return str(event_id(partner, uid))

    looking = asyncio.create_task(_look(connection, seen))
    try:
        yield send, seen
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await connection.close()
        await producer.stop()


async def _look(connection: "asyncpg.Connection[asyncpg.Record]", seen: Seen) -> None:
    """Note what is new whenever the gateway says that its views have changed."""
    told = asyncio.Event()
    await connection.add_listener("views", lambda *_: told.set())
    newest = await connection.fetchval("select coalesce(max(change), 0) from event")
    while True:
        await told.wait()
        told.clear()
        # With the condition of the index by change: measuring is not to cost what is measured.
        rows = await connection.fetch(
            "select id, change from event where change > $1 and (visibility = 'public' or was_public)", newest
        )
        now = time.perf_counter()
        newest = max((row["change"] for row in rows), default=newest)
        for row in rows:
            id_: UUID = row["id"]
            seen.setdefault(str(id_), now)


@asynccontextmanager
async def _bare_hop(settings: KafkaSettings) -> AsyncIterator[tuple[Send, Seen]]:
    """The same bytes from one aiokafka producer to one consumer, with nothing in between."""
    topic = Topic(f"bare-{uuid4().hex[:8]}", partitions=1)
    await asyncio.to_thread(topics.apply_topics, settings, 1, (topic,))
    producer = await _producer(settings)
    consumer = AIOKafkaConsumer(topic.name, **settings.aiokafka_options(), auto_offset_reset="earliest")
    await consumer.start()
    seen: Seen = {}

    async def send(number: int) -> str:
        uid = f"{uuid4().hex}-{number}"
        await producer.send(topic.name, _submission(uid), key=uid.encode())
        return uid

    async def look() -> None:
        async for record in consumer:
            seen.setdefault((record.key or b"").decode(), time.perf_counter())

    looking = asyncio.create_task(look())
    try:
        yield send, seen
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await consumer.stop()
        await producer.stop()


async def _maximum(send: Send, seen: Seen) -> float:
    """How many a second come through when all are there at once."""
    began = time.perf_counter()
    sent = [await send(number) for number in range(MOST)]
    await _all_seen(sent, seen)
    return MOST / (max(seen[id_] for id_ in sent) - began)


async def _hops(send: Send, seen: Seen, rate: float, seconds: float) -> dict[str, float]:
    """Send at ``rate`` a second for ``seconds``; how long each took to be seen."""
    began = time.perf_counter()
    sent: dict[str, float] = {}
    for number in range(int(rate * seconds)):
        # By the clock, not by pauses: who waits for a slow system does not measure it.
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        at = time.perf_counter()
        sent[await send(number)] = at
    await _all_seen(sent, seen)
    return percentiles((seen[id_] - at) * 1000 for id_, at in sent.items())


async def _all_seen(sent: list[str] | dict[str, float], seen: Seen) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while any(id_ not in seen for id_ in sent):
            await asyncio.sleep(0.1)


async def _producer(settings: KafkaSettings) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(**settings.aiokafka_options(), acks="all", enable_idempotence=True)
    await producer.start()
    return producer


def _submission(uid: str) -> bytes:
    return orjson.dumps(
        {
            "uid": uid,
            "title": "Interkulturelles Café",
            "description": "Ankommen, Kaffee trinken, einander zuhören. " * 8,
            "starts_at": "2027-03-04T16:00:00",
            "ends_at": "2027-03-04T18:00:00",
            "time_zone": "Europe/Berlin",
            "place": {"name": "Alter Gasometer", "postal_code": "08056", "municipality": "Zwickau", "ags": "14524330"},
            "topics": ["integration"],
        }
    )
