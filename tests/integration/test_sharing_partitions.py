"""Several instances of a service share the partitions of its topics, and hand them over without repeating work."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from aiokafka import AIOKafkaProducer

from shared import db
from shared.settings import KafkaSettings
from tests.integration.workbench import (
    Marking,
    consuming,
    effects,
    make_subscription,
    make_topic,
    mark,
    put,
    unique,
)
from tests.support.bus import eventually

PARTNERS, INSTANCES = 12, 3


async def test_topics_with_a_single_partition_are_spread_over_all_instances_that_joined_and_nothing_comes_twice(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    prefix = unique("partner")
    subscription = await make_subscription(kafka, pattern=rf"^{prefix}\.[a-z]+\.events$")
    letters = "abcdefghijkl"[:PARTNERS]
    topics = [await make_topic(kafka, f"{prefix}.{letter}.events") for letter in letters]
    sent: list[str] = []
    enough = asyncio.Event()

    async def publish() -> None:
        while not enough.is_set():
            names = [f"{topic}/{len(sent)}" for topic in topics]
            await put(sender, *[mark(topic, name) for topic, name in zip(topics, names, strict=True)])
            sent.extend(names)
            await asyncio.sleep(0.05)

    async def takes_its_time(_: list[str]) -> None:
        await asyncio.sleep(0.2)

    instances = [Marking(then=takes_its_time) for _ in range(INSTANCES)]

    def recent() -> list[set[str]]:
        """The topics of the last batches of each instance."""
        return [{name.partition("/")[0] for call in one.calls[-5:] for name in call} for one in instances]

    async def shared() -> bool:
        return [len(topics) for topics in recent()] == [PARTNERS // INSTANCES] * INSTANCES

    async with asyncio.TaskGroup() as group:
        group.create_task(publish())
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(consuming(kafka, subscription, instances[0], pool))
            await eventually(lambda: effects(pool))
            leaves = await stack.enter_async_context(AsyncExitStack())
            await leaves.enter_async_context(consuming(kafka, subscription, instances[1], pool))
            await stack.enter_async_context(consuming(kafka, subscription, instances[2], pool))
            await eventually(shared, what="even shares")
            await leaves.aclose()
            there = len(instances[0].calls) + len(instances[2].calls)

            async def go_on() -> bool:
                return len(instances[0].calls) + len(instances[2].calls) > there + 10

            await eventually(go_on)
            enough.set()

            async def all_there() -> bool:
                return set(await effects(pool)) == set(sent)

            await eventually(all_there)

    handled = Counter(name for one in instances for call in one.calls for name in call)
    assert [name for name, times in handled.items() if times > 1] == []
    assert await effects(pool) == sorted(sent)
