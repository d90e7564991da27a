"""``referral``: commands about requests for help a second, until their facts are published, beside a bare loop.

Of each request three commands come: it is submitted, the network accepts it, and says that it is done.
"""

import asyncio
import random
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from deploy import topics
from deploy.local.platform import Platform
from services.referrals import repository
from services.referrals.repository import NetworkRow
from shared.broker import Producer, Record
from shared.commands.topic_reader import offsets, read_all, reader
from shared.contracts.base import Contract
from shared.contracts.members.organisations import Area, OrganisationFact
from shared.contracts.referrals import answers, asking
from shared.envelope import binary_headers, new_message
from shared.places import places
from shared.settings import KafkaSettings
from shared.topics import REFERRALS_COMMANDS, REFERRALS_FACTS, Topic
from shared.vocabulary import vocabulary
from tests.benchmarks.pairs import in_pairs, summary
from tests.benchmarks.published import end, rate

REQUESTS = 3_000
COMMANDS = 3 * REQUESTS
NETWORKS = 60
ROUNDS = 7
APART = 500  # requests that come between one and the answer to it
_ANSWERS: tuple[tuple[answers.Answer, int], ...] = (("accept", APART), ("done", 2 * APART))


async def measure(platform: Platform) -> dict[str, Any]:
    """Rounds in pairs, while nobody reads the facts of either."""
    await asyncio.to_thread(platform.stop, "gateway-1")
    connection = await asyncpg.connect(platform.database_url("referrals"))
    await repository.upsert_networks(connection, [_network(number) for number in range(NETWORKS)])
    await connection.close()
    pairs = await in_pairs(partial(_ours, platform), partial(_bare, platform), ROUNDS)
    await asyncio.to_thread(platform.start_service, "gateway")
    return summary(pairs, "commands")


async def _ours(platform: Platform) -> float:
    settings = platform.kafka.settings
    await asyncio.to_thread(platform.stop, "referrals-1")
    await _preload(settings, REFERRALS_COMMANDS)
    async with reader(settings) as watching:
        # Looked at seldom, and over one connection: the bare loop is not watched at all.
        already = await end(watching, REFERRALS_FACTS)
        first = {partition: last for partition, (_, last) in (await offsets(watching, REFERRALS_FACTS)).items()}
        await asyncio.to_thread(platform.start_service, "referrals")
        while await end(watching, REFERRALS_FACTS) < already + COMMANDS:
            await asyncio.sleep(0.5)
        ranges = {
            partition: (first[partition], last)
            for partition, (_, last) in (await offsets(watching, REFERRALS_FACTS)).items()
        }
    times = [record.timestamp for record in await read_all(settings, REFERRALS_FACTS, ranges)]
    await asyncio.to_thread(platform.stop, "referrals-1")
    return _checked(times)


async def _bare(platform: Platform) -> float:
    settings = platform.kafka.settings
    name = f"bare-{uuid4().hex[:8]}"
    declared = tuple(Topic(f"{name}.{kind}") for kind in ("commands", "facts", "private", "outcomes"))
    await asyncio.to_thread(topics.apply_topics, settings, 1, declared)
    await _preload(settings, f"{name}.commands")
    command = [sys.executable, "-m", "tests.benchmarks.bare_referral", settings.bootstrap_servers]
    command += [platform.database_url("referrals"), name, str(COMMANDS)]
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=180)
    times = [record.timestamp for record in await read_all(settings, f"{name}.facts")]
    return _checked(times)


def _checked(timestamps: Sequence[int]) -> float:
    assert len(timestamps) == COMMANDS, f"{len(timestamps)} facts of {COMMANDS} commands"
    return rate(timestamps)


async def _preload(settings: KafkaSettings, topic: str) -> None:
    chance = random.Random()
    ids = [str(UUID(int=chance.getrandbits(128))) for _ in range(REQUESTS)]
    commands: list[tuple[str, Contract]] = []
    for number in range(REQUESTS + 2 * APART):
        if number < REQUESTS:
            commands.append((asking.SUBMIT, _request(ids[number], number, chance)))
        for answer, later in _ANSWERS:
            if 0 <= number - later < REQUESTS:
                commands.append((answers.ANSWER, answers.AnswerReferral(id=ids[number - later], answer=answer)))
    async with Producer(settings, client_id="bench") as producer:
        for start in range(0, COMMANDS, 1000):
            records = [_record(topic, kind, command) for kind, command in commands[start : start + 1000]]
            assert not any(await producer.send(records))


def _record(topic: str, kind: str, command: Any) -> Record:
    body = command.model_dump_json(exclude_none=True).encode()
    message = new_message(kind, body, source="urn:bench", subject=command.id)
    return Record(topic, command.id.encode(), body, binary_headers(message))


def _request(id_: str, number: int, chance: random.Random) -> asking.SubmitReferral:
    return asking.SubmitReferral(
        id=id_,
        kind="seek-help",
        ags=chance.choice(places().items).ags,
        topics=(chance.choice(tuple(vocabulary().topics)),),
        languages=("de",),
        message="Wir sind neu in der Stadt und suchen jemanden, der uns bei den Formularen hilft. " * 2,
        contact=asking.Contact(name="Renate Beispiel", email=f"{id_}@example.org"),
        consent="2026-11",
        availability=f"nachmittags ab {number % 6 + 12} Uhr",
    )


def _network(number: int) -> NetworkRow:
    """With as much room as there may be, so that a network is chosen for each request."""
    chance = random.Random(number)
    fact = OrganisationFact(
        id=f"netzwerk-{number}",
        name=f"Netzwerk {number}",
        version=1,
        status="active",
        areas=Area(municipalities=tuple(place.ags for place in chance.sample(places().items, 5))),
        languages=("de",),
        capacity=1_000,
        updated_at="2026-11-25T10:00:00.000Z",
    )
    return NetworkRow(fact.id, fact.version, "organisation", fact.model_dump_json())
