"""Two instances of referrals are killed again and again while 2,000 people ask: each is passed on once."""

import asyncio
import random
from collections import Counter, defaultdict
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from shared.contracts.referrals.asking import SUBMIT, SubmitReferral
from shared.envelope import binary_headers, new_message, read_record
from shared.topics import REFERRALS_COMMANDS
from tests.support.asking import ZWICKAU, known_to_service
from tests.support.bus import Bus, eventually
from tests.support.networks import Alliance

PEOPLE, NETWORKS, CAPACITY = 2_000, 30, 50
AT_ONCE = 50
INSTANCES = ("referrals-1", "referrals-2")


@pytest.mark.timeout(600)
async def test_everybody_is_passed_on_once_though_both_instances_are_killed(bus: Bus) -> None:
    alliance = Alliance(bus)
    for number in range(NETWORKS):
        await alliance.tell(f"netz{number}", area={"municipalities": [ZWICKAU]}, capacity=CAPACITY)
    await known_to_service(bus, *alliance.ids.values())
    bus.platform.services.counts |= {"referrals": 2}
    await asyncio.to_thread(bus.platform.up)
    seed = random.randrange(10**6)
    print(f"chaos seed {seed}")
    ids = [str(uuid4()) for _ in range(PEOPLE)]

    killing = asyncio.create_task(_kill(bus, random.Random(seed), times=6))
    await _ask(bus, ids, alliance.topic)
    await killing

    await _each_has_one_outcome(bus, ids)
    await _nobody_has_too_many(bus, alliance, ids)
    await _each_has_one_first_fact(bus, ids)
    bus.platform.services.counts |= {"referrals": 1}
    await asyncio.to_thread(bus.platform.up)


async def _ask(bus: Bus, ids: list[str], topic: str) -> None:
    """Send each request, and some of them twice, as whoever is not sure does."""
    producer = AIOKafkaProducer(**bus.kafka.aiokafka_options(), acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for start in range(0, len(ids), AT_ONCE):
            futures = []
            for id_ in ids[start : start + AT_ONCE]:
                command = SubmitReferral(id=id_, kind="offer-help", ags=ZWICKAU, topics=(topic,))
                data = command.model_dump_json().encode()
                message = new_message(SUBMIT, data, source="urn:test", subject=id_, message_id=id_)
                for _ in range(1 + (UUID(id_).int % 10 == 0)):
                    sent = await producer.send(
                        REFERRALS_COMMANDS, data, key=id_.encode(), headers=binary_headers(message)
                    )
                    futures.append(sent)
            await asyncio.gather(*futures)
            await asyncio.sleep(0.1)
    finally:
        await producer.stop()


async def _kill(bus: Bus, chance: random.Random, times: int) -> None:
    """SIGKILL one instance after the other, most often in the middle of a batch."""
    for number in range(times):
        part = INSTANCES[number % len(INSTANCES)]
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        await asyncio.to_thread(bus.platform.kill, part)
        await asyncio.to_thread(bus.platform.restart, part)


async def _each_has_one_outcome(bus: Bus, ids: list[str]) -> None:
    async def answered() -> dict[str, set[bytes]]:
        found: dict[str, set[bytes]] = defaultdict(set)
        for record in await bus.records("referrals.outcomes"):
            message = read_record(record.headers, record.value)
            if message.subject in wanted:
                found[message.subject].add(message.id.encode() + message.data)
        return found if set(found) == wanted else {}

    wanted = set(ids)
    outcomes = await eventually(answered, within=240, what="all outcomes")
    assert {len(one) for one in outcomes.values()} == {1}
    assert {orjson.loads(one[36:])["result"] for (one,) in outcomes.values()} == {"created"}


async def _nobody_has_too_many(bus: Bus, alliance: Alliance, ids: list[str]) -> None:
    names = list(alliance.ids.values())
    async with bus.database("referrals") as connection:
        rows = await connection.fetch("select status, network from referral where id = any($1::text[])", ids)
        loads = {
            row["network"]: row["open"]
            for row in await connection.fetch("select network, open from load where network = any($1::text[])", names)
        }
    assert len(rows) == PEOPLE
    cared = Counter(row["network"] for row in rows if row["status"] == "routed")
    assert [cared[name] for name in names] == [CAPACITY] * NETWORKS
    assert loads == dict.fromkeys(names, CAPACITY)


async def _each_has_one_first_fact(bus: Bus, ids: list[str]) -> None:
    wanted, first = {id_.encode() for id_ in ids}, defaultdict[bytes, set[Any]](set)

    async def sent_all() -> bool:
        async with bus.database("referrals") as connection:
            return bool(await connection.fetchval("select count(*) = 0 from outbox"))

    await eventually(sent_all, within=60, what="all facts")
    for record in await bus.records("referrals.facts"):
        if record.key in wanted:
            fact = orjson.loads(record.value or b"null")
            if fact["version"] == 1:
                first[record.key].add(fact["network"])
    assert {len(networks) for networks in first.values()} == {1}
    assert len(first) == PEOPLE
