"""A record is taken when it arrives: nothing sleeps between polls, nothing polls while nothing comes."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import ConsumerStoppedError
from aiokafka.protocol.fetch import FetchRequest

from shared import consumer as consumer_module
from shared import db
from shared.consumer import PromptConsumer
from shared.settings import KafkaSettings
from tests.integration.workbench import Marking, consuming, effects, make_subscription, make_topic, mark, put, unique
from tests.support.bus import eventually


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many records each poll of aiokafka's consumer brought that has ended."""
    found: list[int] = []
    poll = AIOKafkaConsumer.getmany

    async def counted(self: AIOKafkaConsumer, *partitions: Any, **options: Any) -> Any:
        records = await poll(self, *partitions, **options)
        found.append(sum(map(len, records.values())))
        return records

    monkeypatch.setattr(AIOKafkaConsumer, "getmany", counted)
    return found


@pytest.fixture
async def waiting(kafka: KafkaSettings) -> AsyncIterator[tuple[Any, str]]:
    """A consumer of an empty topic, with the topic's name."""
    topic = await make_topic(kafka)
    make: Any = PromptConsumer
    consumer = make(topic, **kafka.aiokafka_options(), auto_offset_reset="earliest")
    await consumer.start()
    yield consumer, topic
    await consumer.stop()


async def test_while_nothing_comes_nothing_is_polled_and_nothing_handed_over(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer, polls: list[int]
) -> None:
    subscription = await make_subscription(kafka)
    handle = Marking()
    async with consuming(kafka, subscription, handle, pool):
        await put(sender, mark(subscription.topics[0], "first"))
        await eventually(lambda: effects(pool))
        await asyncio.sleep(1)
        await put(sender, mark(subscription.topics[0], "second"))

        async def both() -> bool:
            return len(await effects(pool)) == 2

        await eventually(both)
    assert handle.calls == [["first"], ["second"]]
    assert polls == [1, 1]


async def test_polls_that_end_without_records_are_not_seen(
    waiting: tuple[Any, str], sender: AIOKafkaProducer, polls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "POLL_MS", 20)
    consumer, topic = waiting
    asked = asyncio.create_task(consumer.getmany())

    async def polled() -> bool:
        return len(polls) >= 3

    await eventually(polled)
    assert not asked.done()
    await put(sender, mark(topic, "late"))
    assert [len(records) for records in (await asyncio.wait_for(asked, 20)).values()] == [1]


async def test_whoever_waits_for_records_hears_that_the_consumer_was_stopped(
    waiting: tuple[Any, str],
) -> None:
    consumer, _ = waiting
    asked = asyncio.create_task(consumer.getmany())
    await asyncio.sleep(0)
    await consumer.stop()
    with pytest.raises(ConsumerStoppedError):
        await asyncio.wait_for(asked, 20)


async def test_no_fetch_leaves_out_a_partition_whose_records_wait_for_the_batch_before(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker holds a fetch open for half a second: the records after them would wait for its end."""
    prefix = unique("busy")
    subscription = await make_subscription(kafka, pattern=rf"^{prefix}\.[a-z]+$")
    busy, quiet = [await make_topic(kafka, f"{prefix}.{name}") for name in ("busy", "quiet")]
    fetched = _watch_fetches(monkeypatch)
    started, go_on = asyncio.Event(), asyncio.Event()

    async def wait_once(_: list[str]) -> None:
        started.set()
        await go_on.wait()

    async with consuming(kafka, subscription, handle := Marking(then=wait_once), pool):

        async def both_are_read() -> bool:
            return {busy, quiet} in fetched

        await eventually(both_are_read)
        fetched.clear()
        await put(sender, mark(busy, "first"))
        await started.wait()
        await put(sender, mark(busy, "second"))  # the fetch that brings it ends; nobody takes it yet
        with suppress(TimeoutError):
            await asyncio.wait_for(_holds(fetched, {quiet}), 1)
        assert {quiet} not in fetched
        go_on.set()
        await eventually(lambda: asyncio.sleep(0, len(handle.calls) == 2))
    assert handle.calls == [["first"], ["second"]]


def _watch_fetches(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The topics of each fetch that a client of this process sends from now on."""
    fetched: list[set[str]] = []
    send = AIOKafkaClient.send

    async def noted(self: AIOKafkaClient, node: Any, request: Any, **options: Any) -> Any:
        if isinstance(request, FetchRequest):
            fetched.append({topic for topic, _ in request.topics})
        return await send(self, node, request, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(AIOKafkaClient, "send", noted)
    return fetched


async def _holds(found: Iterable[set[str]], wanted: set[str]) -> None:
    while wanted not in found:
        await asyncio.sleep(0.02)
