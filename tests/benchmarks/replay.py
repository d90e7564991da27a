"""``replay``: facts of members a second into an empty view, the gateway's consumer against a bare loop.

Both read the same topic from its beginning, each into a fresh database with the gateway's tables, in a process of its
own that does nothing else. The bare loop parses with the same contracts and upserts document and version.
"""

import asyncio
import subprocess
import sys
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from deploy import topics
from deploy.local.platform import Platform
from deploy.migrate import migrate
from shared.broker import Producer, Record
from shared.contracts.base import Contract
from shared.contracts.members import contributions, meetings, organisations
from shared.contracts.released.samples import SAMPLES
from shared.envelope import binary_headers, new_message
from shared.settings import KafkaSettings
from shared.topics import Topic
from tests.benchmarks.pairs import in_pairs, summary
from tests.integration.workbench import throw_away

FACTS = 20_000
ROUNDS = 5
KINDS = (organisations.ASSESSED, meetings.ATTENDED, contributions.CONFIRMED, contributions.CONFIRMED)


async def measure(platform: Platform) -> dict[str, Any]:
    """Rounds in pairs."""
    settings = platform.kafka.settings
    topic = f"replay-{uuid4().hex[:8]}"
    await asyncio.to_thread(topics.apply_topics, settings, 1, (Topic(topic),))
    await _preload(settings, topic)
    ours = partial(_run, "tests.benchmarks.gateway_replay", platform, topic)
    bare = partial(_run, "tests.benchmarks.bare_replay", platform, topic)
    return summary(await in_pairs(ours, bare, ROUNDS), "facts")


async def _run(module: str, platform: Platform, topic: str) -> float:
    """What ``module`` prints in the end: facts a second, after its first batch."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway")) as url:
        migrate("gateway", url)
        command = [sys.executable, "-m", module, platform.kafka.settings.bootstrap_servers, url, topic, str(FACTS)]
        done = await asyncio.to_thread(
            subprocess.run, command, check=True, timeout=180, stdout=subprocess.PIPE, text=True
        )
    return float(done.stdout.split()[-1])


async def _preload(settings: KafkaSettings, topic: str) -> None:
    async with Producer(settings, client_id="bench") as producer:
        for start in range(0, FACTS, 1000):
            records = [_record(topic, number) for number in range(start, start + 1000)]
            assert not any(await producer.send(records))


def _record(topic: str, number: int) -> Record:
    kind = KINDS[number % len(KINDS)]
    fact: Contract = SAMPLES[kind]
    id_ = f"verein-{number}" if kind == organisations.ASSESSED else str(UUID(int=number + 1))
    body = fact.model_copy(update={"id": id_}).model_dump_json().encode()
    message = new_message(kind, body, source="urn:bench", subject=id_)
    return Record(topic, id_.encode(), body, binary_headers(message))
