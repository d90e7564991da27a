"""``ingest``: events per second from a partner's topic to published facts, the service against a bare loop."""

import asyncio
import subprocess
import sys
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import orjson

from deploy import topics
from deploy.local.platform import Platform
from shared.broker import Producer, Record
from shared.commands.ask import ask
from shared.commands.topic_reader import read_all, reader
from shared.contracts.events import REGISTER_PARTNER, RegisterPartner
from shared.contracts.partner import SUBMIT
from shared.envelope import binary_headers, new_message
from shared.settings import KafkaSettings
from shared.topics import EVENTS_FACTS, Topic, partner_topic
from tests.benchmarks.pairs import in_pairs, summary
from tests.benchmarks.published import end, rate

EVENTS = 10_000
ROUNDS = 5
PATIENCE_S = 300.0


async def measure(platform: Platform) -> dict[str, Any]:
    """Rounds in pairs, while nobody reads the facts of either; in the end the gateway has them, for what comes next."""
    await asyncio.to_thread(platform.stop, "gateway-1")
    pairs = await in_pairs(partial(_ours, platform), partial(_bare, platform), ROUNDS)
    await _let_gateway_read(platform, ROUNDS * EVENTS)
    return summary(pairs, "events")


async def fill(platform: Platform) -> None:
    """Events for what is measured of their lists, where ``measure`` was left out."""
    await _ours(platform)
    await _let_gateway_read(platform, EVENTS)


async def _ours(platform: Platform) -> float:
    settings = platform.kafka.settings
    partner = f"bench-{uuid4().hex[:8]}"
    await asyncio.to_thread(topics.apply_topics, settings, 1, (partner_topic(partner),))
    await ask(settings, "events", REGISTER_PARTNER, partner, RegisterPartner(id=partner, name="Bench", trusted=True))
    await asyncio.to_thread(platform.stop, "events-1")
    await _preload(settings, partner_topic(partner).name)
    async with reader(settings) as watching:
        # Looked at seldom, and over one connection: the bare loop is not watched at all.
        already = await end(watching, EVENTS_FACTS)
        await asyncio.to_thread(platform.start_service, "events")
        while await end(watching, EVENTS_FACTS) < already + EVENTS:
            await asyncio.sleep(0.5)
    times = [
        record.timestamp
        for record in await read_all(settings, EVENTS_FACTS)
        if f'"partner":"{partner}"'.encode() in (record.value or b"")
    ]
    return rate(times)


async def _bare(platform: Platform) -> float:
    settings = platform.kafka.settings
    name = f"bare-{uuid4().hex[:8]}"
    facts, outcomes = f"{name}.facts", f"{name}.outcomes"
    source = partner_topic(name).name
    declared = (Topic(source, partitions=1), Topic(facts), Topic(outcomes))
    await asyncio.to_thread(platform.stop, "events-1")  # or it would take part
    await asyncio.to_thread(topics.apply_topics, settings, 1, declared)
    await _preload(settings, source)
    await _insert_partner(platform, name)
    await asyncio.to_thread(
        subprocess.run,
        [
            *(sys.executable, "-m", "tests.benchmarks.bare_ingest", settings.bootstrap_servers),
            *(platform.database_url("events"), source, facts, outcomes, str(EVENTS)),
        ],
        check=True,
        timeout=120,
    )
    times = [record.timestamp for record in await read_all(settings, facts)]
    assert len(times) == EVENTS, f"the bare loop published {len(times)} of {EVENTS}"
    # The service would otherwise read this topic when it starts again.
    await asyncio.to_thread(_delete_topic, settings, source)
    await asyncio.to_thread(platform.start_service, "events")
    return rate(times)


async def _let_gateway_read(platform: Platform, events: int) -> None:
    await asyncio.to_thread(platform.start_service, "gateway")
    connection = await asyncpg.connect(platform.database_url("gateway"))
    async with asyncio.timeout(PATIENCE_S):
        while await connection.fetchval("select count(*) from event") < events:
            await asyncio.sleep(0.5)
    await connection.close()


async def _preload(settings: KafkaSettings, topic: str) -> None:
    async with Producer(settings, client_id="bench") as producer:
        for start in range(0, EVENTS, 1000):
            records = []
            for number in range(start, start + 1000):
                body = orjson.dumps(_submission(number))
                message = new_message(SUBMIT, body, source="urn:bench", subject=str(number))
                records.append(Record(topic, str(number).encode(), body, binary_headers(message)))
            assert not any(await producer.send(records))


def _submission(number: int) -> dict[str, Any]:
    return {
        "uid": f"event-{number}",
        "title": f"Interkulturelles Café {number}",
        "description": "Ankommen, Kaffee trinken, einander zuhören. " * 8,
        "starts_at": f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}T16:00:00",
        "ends_at": f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}T18:00:00",
        "time_zone": "Europe/Berlin",
        "place": {"name": "Alter Gasometer", "postal_code": "08056", "municipality": "Zwickau", "ags": "14524330"},
        "topics": ["integration"],
        "languages": ["de", "ar"],
    }


async def _insert_partner(platform: Platform, name: str) -> None:
    connection = await asyncpg.connect(platform.database_url("events"))
    await connection.execute(
        "insert into partner (id, version, name, trusted, active, updated_at) values ($1, 1, $1, true, true, now())",
        name,
    )
    await connection.close()


def _delete_topic(settings: KafkaSettings, topic: str) -> None:
    admin = topics.admin_client(settings)
    topics.wait_for(admin.delete_topics([topic]), "delete a topic")
