"""With three brokers the bus goes on while one of them is dead, and nothing that was acknowledged is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from confluent_kafka.admin import ConfigResource, ResourceType

from deploy.local.platform import Platform
from deploy.topics import admin_client
from tests.support.bus import Bus, eventually, submission
from tests.support.flow import Flow
from tests.support.root import root_apart


@pytest.fixture(scope="module")
async def three() -> AsyncIterator[Bus]:
    """A bus of its own on three brokers."""
    services = {"events": 2, "gateway": 1}
    platform = Platform(root_apart("three"), brokers=3, services=services, free_ports=True)
    try:
        await asyncio.to_thread(platform.up)
        async with httpx.AsyncClient(base_url=platform.public_url(), timeout=40) as http:
            yield Bus(platform, http)
    finally:
        await asyncio.to_thread(platform.down)


@pytest.mark.timeout(300)
async def test_every_topic_is_copied_to_three_brokers_of_which_two_must_have_it(three: Bus) -> None:
    partner = await three.partner("kopien")
    replicas = await asyncio.to_thread(_partitions, three, lambda partition: len(partition.replicas))
    topics = {topic for topic, _ in replicas}
    assert {partner.topic, "events.facts", "events.outcomes", "events.commands"} <= topics
    assert set(replicas.values()) == {3}
    admin = admin_client(three.kafka)
    answers = admin.describe_configs([ConfigResource(ResourceType.TOPIC, topic) for topic in topics])
    for answer in answers.values():
        config = await asyncio.to_thread(answer.result, 20)
        assert config["min.insync.replicas"].value == "2"


@pytest.mark.timeout(300)
async def test_a_leader_is_killed_under_load_publishing_goes_on_and_nothing_that_was_acknowledged_is_lost(
    three: Bus,
) -> None:
    by_kafka, by_http = Flow(await three.partner("leiter-k"), events=50), Flow(await three.partner("leiter-h"), 50)
    enough = asyncio.Event()
    flowing = asyncio.gather(by_kafka.over_kafka(3, enough, pause=0.5), by_http.over_http(3, enough, pause=0.1))
    try:
        await _until_published(three, by_kafka)
        leaders = await asyncio.to_thread(_partitions, three, lambda partition: partition.leader)
        node = leaders[by_kafka.partner.topic, 0]
        assert node in {leader for (topic, _), leader in leaders.items() if topic == "events.facts"}
        await asyncio.to_thread(three.platform.kill, f"kafka-{node}")
        await _led_by_others(three, node)
        while_dead = await three.partner("weiter")
        assert (await while_dead.put(submission("per-http"), wait=25)).status_code == 201
        await asyncio.to_thread(three.platform.restart, f"kafka-{node}")
        await _in_sync(three)
    finally:
        enough.set()
    await flowing

    await by_kafka.check()
    await by_http.check()


async def _until_published(bus: Bus, flow: Flow) -> None:
    async def listed() -> bool:
        return len(await bus.events(organiser=flow.partner.id)) == flow.events

    await eventually(listed, within=60)


async def _led_by_others(bus: Bus, node: int) -> None:
    async def look() -> bool:
        leaders = await asyncio.to_thread(_partitions, bus, lambda partition: partition.leader)
        return node not in leaders.values() and -1 not in leaders.values()

    await eventually(look, within=60, what=f"other leaders than broker {node}")


async def _in_sync(bus: Bus) -> None:
    async def look() -> bool:
        return set((await asyncio.to_thread(_partitions, bus, lambda partition: len(partition.isrs))).values()) == {3}

    await eventually(look, within=60, what="three copies in sync")


def _partitions(bus: Bus, what: Any) -> dict[tuple[str, int], int]:
    """Something of every partition of our own topics, by topic and number."""
    topics = admin_client(bus.kafka).list_topics(timeout=10).topics
    return {
        (name, number): what(partition)
        for name, topic in topics.items()
        if not name.startswith("__")
        for number, partition in topic.partitions.items()
    }
