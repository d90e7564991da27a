"""Dead letters: listed until they are dealt with, sent again as they came, and no copy of what is personal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import TopicPartition

from deploy.dead_letters import DeadLetter, LostOriginError, drop, redrive, unsettled
from deploy.topics import admin_client, wait_for
from shared import db
from shared.broker import Record
from shared.consume import Subscription
from shared.dead_letters import AT, CAUSE, ORIGIN, SETTLED, dead_letter, settled
from shared.settings import KafkaSettings
from tests.integration.workbench import (
    Headers,
    Marking,
    as_received,
    consuming,
    effects,
    make_subscription,
    mark,
    put,
    records_of,
    unique,
    without,
)
from tests.support.bus import eventually


@dataclass
class Bench:
    """One consumer group, with what it cannot take."""

    kafka: KafkaSettings
    pool: db.Pool
    sender: AIOKafkaProducer

    @asynccontextmanager
    async def consuming(self, subscription: Subscription) -> AsyncIterator[None]:
        """Consume."""
        async with consuming(self.kafka, subscription, Marking(), self.pool):
            yield

    async def buried(self, subscription: Subscription, *records: Record) -> list[DeadLetter]:
        """Send ``records``, consume, and return the dead letters of the group once there are as many."""
        await put(self.sender, *records)

        async def all_there() -> list[DeadLetter]:
            found = await unsettled(self.kafka, subscription.group)
            return found if len(found) == len(records) else []

        async with self.consuming(subscription):
            return await eventually(all_there)


@pytest.fixture
def bench(kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer) -> Bench:
    return Bench(kafka, pool, sender)


async def test_a_dead_letter_is_listed_sent_again_as_it_came_and_then_settled(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    topic = subscription.topics[0]
    strange: Headers = [("null", None), ("latin-1", b"M\xfcller"), ("twice", b"1"), ("twice", b"2")]
    bad = without(mark(topic, "bad", *strange), value=b"\x00no JSON\xff")

    [letter] = await bench.buried(subscription, bad)
    assert letter.origin == f"{topic}/0/0"
    assert letter.group == subscription.group
    assert "not valid JSON" in letter.cause
    assert letter.at.endswith("Z")
    assert letter.kind == "test.mark.v1"
    await redrive(bench.kafka, [letter])

    first, again = await records_of(bench.kafka, topic)
    assert (again.key, again.value, list(again.headers)) == (bad.key, bad.value, list(bad.headers))
    assert (first.key, first.value, first.headers) == (again.key, again.value, again.headers)
    assert await unsettled(bench.kafka, subscription.group) == []


async def test_what_fails_again_after_it_was_sent_again_is_a_new_dead_letter(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    topic = subscription.topics[0]
    [letter] = await bench.buried(subscription, without(mark(topic, "bad"), value=b"["))
    await redrive(bench.kafka, [letter])

    async with bench.consuming(subscription):
        [again] = await eventually(lambda: unsettled(bench.kafka, subscription.group))
    assert (letter.origin, again.origin) == (f"{topic}/0/0", f"{topic}/0/1")


async def test_what_was_mended_has_its_effect_once_it_is_sent_again(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    [letter] = await bench.buried(replace(subscription, types={}), mark(subscription.topics[0], "mended"))
    await redrive(bench.kafka, [letter])

    async with bench.consuming(subscription):
        assert await eventually(lambda: effects(bench.pool)) == ["mended"]


async def test_a_tombstone_is_sent_again_as_a_tombstone(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    [letter] = await bench.buried(subscription, without(mark(subscription.topics[0], "gone"), value=None))
    await redrive(bench.kafka, [letter])

    assert [record.value for record in await records_of(bench.kafka, subscription.topics[0])] == [None, None]


async def test_what_is_dropped_is_listed_no_more_and_sent_nowhere(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    topic = subscription.topics[0]
    letters = await bench.buried(subscription, *[without(mark(topic, f"{n}"), value=b"[") for n in range(3)])
    await drop(bench.kafka, letters[:2])

    assert [left.origin for left in await unsettled(bench.kafka, subscription.group)] == [f"{topic}/0/2"]
    assert len(await records_of(bench.kafka, topic)) == 3


async def test_a_dead_letter_that_was_written_twice_is_listed_once(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    [record] = as_received(mark(subscription.topics[0], "x"))
    letter = dead_letter(subscription.group, record, "cause")
    await put(bench.sender, letter, letter)

    assert len(await unsettled(bench.kafka, subscription.group)) == 1
    await put(bench.sender, settled(subscription.group, f"{subscription.topics[0]}/0/0", "dropped"))
    assert await unsettled(bench.kafka, subscription.group) == []


@pytest.mark.parametrize("forged", [SETTLED, ORIGIN, CAUSE, AT])
async def test_forged_headers_do_not_hide_a_dead_letter_nor_change_what_it_says(bench: Bench, forged: str) -> None:
    subscription = await make_subscription(bench.kafka)
    topic = subscription.topics[0]
    bad = without(mark(topic, "bad", (forged, b"redriven"), (forged.upper(), b"x")), value=b"[")

    [letter] = await bench.buried(subscription, bad)
    assert letter.origin == f"{topic}/0/0"
    assert "not valid JSON" in letter.cause
    await drop(bench.kafka, [letter])
    assert await unsettled(bench.kafka, subscription.group) == []


@pytest.mark.parametrize("suffix", ["commands", "private"])
async def test_a_body_that_may_be_personal_is_not_copied_and_is_found_where_it_came_from(
    bench: Bench, suffix: str
) -> None:
    subscription = await make_subscription(bench.kafka, topic=f"{unique('test')}.{suffix}")
    topic = subscription.topics[0]
    bad = without(mark(topic, "bad"), value=b'{"mark": "Erika Mustermann"')
    await put(bench.sender, mark(topic, "before it"))

    [letter] = await bench.buried(subscription, bad)
    assert letter.origin == f"{topic}/0/1"
    assert letter.record.value == b""
    assert "Mustermann" not in str(letter)
    await redrive(bench.kafka, [letter])

    *_, again = await records_of(bench.kafka, topic)
    assert (again.key, again.value, list(again.headers)) == (bad.key, bad.value, list(bad.headers))


async def test_a_personal_body_that_is_no_longer_kept_is_said_to_be_lost(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka, topic=f"{unique('test')}.commands")
    topic = subscription.topics[0]
    [letter] = await bench.buried(subscription, without(mark(topic, "bad"), value=b"["))
    admin = admin_client(bench.kafka)
    await asyncio.to_thread(wait_for, admin.delete_records([TopicPartition(topic, 0, 1)]), "delete")

    with pytest.raises(LostOriginError, match=topic):
        await redrive(bench.kafka, [letter])
    assert len(await unsettled(bench.kafka, subscription.group)) == 1


async def test_a_body_too_large_for_the_dead_letters_is_sent_again_from_where_it_came_from(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    topic = subscription.topics[0]
    bad = without(mark(topic, "bad"), value=b"[" + b"x" * 1_000_000)

    [letter] = await bench.buried(subscription, bad)
    assert letter.record.value == b""
    await redrive(bench.kafka, [letter])

    *_, again = await records_of(bench.kafka, topic)
    assert again.value == bad.value


async def test_many_dead_letters_of_one_batch_are_all_written(bench: Bench) -> None:
    subscription = await make_subscription(bench.kafka)
    bad = [without(mark(subscription.topics[0], f"{n}"), value=b"[" + b"x" * 1_000) for n in range(1_500)]
    assert len(await bench.buried(subscription, *bad)) == 1_500
