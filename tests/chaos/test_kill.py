"""Parts are killed at random moments while 2,000 submissions in several versions are published."""

import asyncio
import random
import time
from collections import defaultdict
from typing import Any

import httpx
import orjson
import pytest
from aiokafka.errors import KafkaError

from shared.contracts.partner import SUBMIT, event_id
from shared.envelope import Message, binary_headers, new_message, read_record
from tests.support.bus import Bus, Partner, eventually, submission

UIDS, VERSIONS = 250, 6  # over Kafka; over HTTP a third of it
HTTP_UIDS, HTTP_VERSIONS = 100, 5
PARTS = ("events-1", "gateway-1", "kafka-1", "postgres")


@pytest.mark.timeout(600)
async def test_every_event_is_there_once_in_its_last_version_whatever_was_killed(bus: Bus) -> None:
    by_kafka, by_http = await bus.partner("chaos-k"), await bus.partner("chaos-h")
    seed = random.randrange(10**6)
    print(f"chaos seed {seed}")
    published = asyncio.Event()

    killing = asyncio.create_task(_kill_at_random(bus, random.Random(seed), published))
    _, requests = await asyncio.gather(_publish_over_kafka(by_kafka), _publish_over_http(by_http))
    published.set()
    killed = await killing
    print(f"killed {killed}")
    assert len(killed) >= len(PARTS)

    await _check_views(bus, by_kafka, UIDS, VERSIONS)
    await _check_views(bus, by_http, HTTP_UIDS, HTTP_VERSIONS)
    await _check_facts(bus, by_kafka, UIDS, VERSIONS)
    await _check_facts(bus, by_http, HTTP_UIDS, HTTP_VERSIONS)
    await _check_outcomes(bus, by_http, requests)


async def _kill_at_random(bus: Bus, chance: random.Random, published: asyncio.Event) -> list[str]:
    """Each part at least once, then whichever, until all is published."""
    killed: list[str] = []
    turns = chance.sample(PARTS, len(PARTS))
    while turns or not published.is_set():
        await asyncio.sleep(chance.uniform(0.5, 3))
        part = turns.pop() if turns else chance.choice(PARTS)
        await asyncio.to_thread(bus.platform.kill, part)
        killed.append(part)
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(bus.platform.restart, part)
    return killed


async def _publish_over_kafka(partner: Partner) -> None:
    """Every version of every event, again and again until the broker has acknowledged it."""
    waiting = [
        (uid, new_message(SUBMIT, orjson.dumps(_version(f"u{uid}", version)), source="urn:test", subject=f"u{uid}"))
        for version in range(VERSIONS)
        for uid in range(UIDS)
    ]
    deadline = time.monotonic() + 300
    while waiting:
        assert time.monotonic() < deadline, f"{len(waiting)} messages could not be sent"
        try:
            async with partner.producer() as producer:
                while waiting:
                    batch, later = waiting[:25], waiting[25:]
                    async with asyncio.timeout(20):
                        await asyncio.gather(*[_send(producer, partner, uid, message) for uid, message in batch])
                    waiting = later
                    await asyncio.sleep(0.3)
        except (KafkaError, OSError, TimeoutError):
            await asyncio.sleep(0.5)


async def _send(producer: Any, partner: Partner, uid: int, message: Message) -> None:
    await producer.send_and_wait(partner.topic, message.data, key=str(uid).encode(), headers=binary_headers(message))


async def _publish_over_http(partner: Partner) -> set[str]:
    """Every version of every event, each repeated under its key until it is accepted; the ids of the requests."""
    requests: set[str] = set()
    limit = asyncio.Semaphore(4)

    async def publish(uid: int) -> None:
        for version in range(HTTP_VERSIONS):
            async with limit:
                requests.add(await _put(partner, _version(f"h{uid}", version), f"{uid}-{version}"))

    await asyncio.gather(*map(publish, range(HTTP_UIDS)))
    return requests


async def _put(partner: Partner, body: dict[str, Any], key: str) -> str:
    deadline = time.monotonic() + 120
    while True:
        try:
            answer = await partner.put(body, wait=0, Idempotency_Key=key)
            if answer.status_code == 202:
                return str(answer.json()["request"])
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, f"{key} was not accepted"
        await asyncio.sleep(0.5)


def _version(uid: str, version: int) -> dict[str, Any]:
    return submission(uid, sequence=version, title=f"{uid} in Fassung {version}")


async def _check_views(bus: Bus, partner: Partner, uids: int, versions: int) -> None:
    """Every event is listed exactly once, in its last version."""
    letter = "u" if versions == VERSIONS else "h"
    expected = {f"{letter}{uid}": f"{letter}{uid} in Fassung {versions - 1}" for uid in range(uids)}

    async def complete() -> bool:
        try:
            items = await bus.events(organiser=partner.id)
        except httpx.HTTPError:
            return False
        return {item["uid"]: item["title"] for item in items} == expected

    await eventually(complete, within=120, what=f"the last versions of {partner.id}")
    assert len(await bus.events(organiser=partner.id)) == uids


async def _check_facts(bus: Bus, partner: Partner, uids: int, versions: int) -> None:
    """After dedupe by version the facts of a key only go forward, and a repeated version says the same."""
    letter = "u" if versions == VERSIONS else "h"
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    keys = [str(event_id(partner.id, f"{letter}{uid}")) for uid in range(uids)]
    for fact in await bus.facts(*keys):
        facts[fact["id"]].append(fact)
    assert set(facts) == set(keys)
    for of_key in facts.values():
        seen: dict[int, dict[str, Any]] = {}
        sequences = []
        for fact in of_key:
            assert seen.setdefault(fact["version"], fact) == fact
            if fact["version"] == max(seen):
                sequences.append(fact["sequence"])
        assert sorted(seen) == list(range(1, len(seen) + 1))
        assert sequences == sorted(sequences)
        assert sequences[-1] == versions - 1


async def _check_outcomes(bus: Bus, partner: Partner, requests: set[str]) -> None:
    """Every accepted HTTP request has exactly one outcome; a relay may repeat the message, not make another."""
    assert len(requests) == HTTP_UIDS * HTTP_VERSIONS

    async def all_outcomes() -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for record in await bus.records("events.outcomes"):
            message = read_record(record.headers, record.value)
            if message.subject in requests:
                found[message.subject].add(message.id)
        return found if set(found) == requests else {}

    outcomes = await eventually(all_outcomes, within=60, what="all outcomes")
    assert {len(ids) for ids in outcomes.values()} == {1}
    for request in requests:
        state = (await bus.http.get(f"/v1/requests/{request}")).json()
        assert state["status"] in ("done", "refused")
    assert len(await _all_submissions(bus, partner)) == len(requests)


async def _all_submissions(bus: Bus, partner: Partner) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        page = await bus.http.get(f"/v1/partners/{partner.id}/submissions", params=params, headers=partner.headers)
        items += page.json()["items"]
        cursor = page.json()["next"]
        if cursor is None:
            return items
