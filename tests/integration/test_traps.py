"""The traps of DESIGN 4 on the way in: what comes from Kafka is neither lost, nor doubled, nor stuck."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import cast

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from confluent_kafka import Producer

from shared import broker as broker_module
from shared import db
from shared.consume import Subscription
from shared.dead_letters import CAUSE, ORIGIN
from shared.envelope import header
from shared.settings import KafkaSettings
from shared.topics import Topic, partner_topic
from tests.integration import killed_consumer
from tests.integration.workbench import (
    Headers,
    Marking,
    consuming,
    dead_letters_of,
    effects,
    make_subscription,
    make_topic,
    mark,
    put,
    records_of,
    unique,
    without,
)
from tests.support.bus import eventually

REPOSITORY = Path(__file__).parents[2]


async def committed_offset(kafka: KafkaSettings, subscription: Subscription, topic: str) -> int | None:
    consumer = AIOKafkaConsumer(**kafka.aiokafka_options(), group_id=subscription.group, enable_auto_commit=False)
    await consumer.start()
    try:
        offset: int | None = await consumer.committed(TopicPartition(topic, 0))
        return offset
    finally:
        await consumer.stop()


# 1. A crash between handling and commit loses nothing


async def test_a_batch_whose_handler_is_broken_off_comes_again_in_whole(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "GRACE_S", 0.2)
    subscription = await make_subscription(kafka)
    topic = subscription.topics[0]
    await put(sender, *[mark(topic, name) for name in "abc"])
    started, never = asyncio.Event(), asyncio.Event()

    async def hang(_: list[str]) -> None:
        started.set()
        await never.wait()

    async with consuming(kafka, subscription, Marking(then=hang), pool):
        await asyncio.wait_for(started.wait(), 20)
    assert await effects(pool) == []
    assert await committed_offset(kafka, subscription, topic) is None

    async with consuming(kafka, subscription, again := Marking(), pool):
        await eventually(lambda: effects(pool))
    assert again.calls == [["a", "b", "c"]]
    assert await committed_offset(kafka, subscription, topic) == 3


async def test_a_process_that_is_killed_loses_no_message_and_repeats_no_effect(
    kafka: KafkaSettings, pool: db.Pool, database: str, sender: AIOKafkaProducer
) -> None:
    async def kill_and_recover(moment: str) -> None:
        subscription = await make_subscription(kafka)
        topic = subscription.topics[0]
        names = [f"{moment} {name}" for name in "abc"]
        await put(sender, *[mark(topic, name) for name in names])
        died = await asyncio.create_subprocess_exec(
            sys.executable,
            killed_consumer.__file__,
            *(kafka.bootstrap_servers, database, subscription.group, topic, moment),
            env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        )
        assert await died.wait() == -signal.SIGKILL
        there = [name for name in await effects(pool) if name in names]
        assert there == (names if moment == "after the commit" else [])

        handle = killed_consumer.Once()
        async with consuming(kafka, subscription, handle, pool):
            # The dead member is missed only when its session ends.
            await eventually(lambda: asyncio.sleep(0, handle.delivered))

            async def all_there() -> bool:
                return [name for name in await effects(pool) if name in names] == names

            await eventually(all_there)
        assert handle.delivered == names

    await asyncio.gather(kill_and_recover("before the commit"), kill_and_recover("after the commit"))
    assert len(await effects(pool)) == 6


# 2. Nobody outside chooses where we publish


async def test_a_reply_to_header_makes_nobody_publish(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription, spy = await make_subscription(kafka), await make_topic(kafka)
    topic = subscription.topics[0]
    asks = (("reply_to", spy.encode()), ("correlation_id", b"c-1"))
    await put(sender, mark(topic, "asks", *asks), mark(topic, "second", *asks))

    async with consuming(kafka, subscription, Marking(), pool):
        await eventually(lambda: effects(pool))
        await put(sender, mark(topic, "alone", *asks))

        async def three() -> bool:
            return len(await effects(pool)) == 3

        await eventually(three)
    assert await records_of(kafka, spy) == []
    assert await dead_letters_of(kafka, subscription) == []


# 3. Whatever is in a record, it harms no other


async def test_good_records_are_handled_and_bad_ones_are_dead_letters_as_they_came(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka)
    topic = subscription.topics[0]
    good = mark(topic, "x")
    bad = {
        "tombstone": without(good, value=None),
        "not valid JSON": without(good, value=b'{"mark": '),
        "mark is required": without(good, value=b'{"other": 1}'),
        "unknown type": without(good, headers=[("ce_type", b"test.never-heard-of.v1")]),
        "id is missing": without(good, headers=[("ce_id", None)]),
        "source is not UTF-8": without(good, headers=[("ce_source", b"\xff\xfe")]),
        "specversion is missing": without(good, headers=[("ce_specversion", b"0.3")]),
        "content-type": without(good, headers=[("content-type", b"text/plain")]),
        "JSON object": without(good, value=b"[1]", headers=[("content-type", b"application/cloudevents+json")]),
        "twice": mark(topic, "two ids", ("ce_id", b"another")),
    }
    strange: Headers = [("empty", b""), ("null", None), ("latin-1", "Müller".encode("latin-1")), ("reply_to", b"x")]
    sent = [mark(topic, "first"), *bad.values(), mark(topic, "strange", *strange), mark(topic, "last")]
    await put(sender, *sent)

    async with consuming(kafka, subscription, handle := Marking(), pool):
        await eventually(lambda: effects(pool))
        letters = await eventually(lambda: dead_letters_of(kafka, subscription))

    assert handle.calls == [["first", "strange", "last"]]
    assert len(letters) == len(bad)
    for letter, (cause, record), offset in zip(letters, bad.items(), range(1, 99), strict=False):
        assert cause in (header(letter.headers, CAUSE) or "")
        assert header(letter.headers, ORIGIN) == f"{topic}/0/{offset}"
        assert letter.value == (record.value or b"")
        assert letter.key == record.key
        assert [item for item in letter.headers if not item[0].startswith("dlq-")] == list(record.headers)


async def test_a_partner_cannot_stop_the_others_with_json_as_deep_as_a_well(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka)
    topic = subscription.topics[0]
    deep = b"[" * 400 + b"]" * 400
    envelope = b'{"specversion": "1.0", "id": "1", "source": "s", "type": "test.mark.v1", "data": %s}' % deep
    structured: Headers = [("content-type", b"application/cloudevents+json")]
    await put(
        sender, without(mark(topic, "deep"), value=envelope, headers=structured), mark(topic, "the one behind it")
    )

    async with consuming(kafka, subscription, Marking(), pool):
        await eventually(lambda: effects(pool))
    assert len(await dead_letters_of(kafka, subscription)) == 1


@pytest.mark.parametrize("where", ["headers", "key", "body"])
async def test_a_partner_cannot_stop_the_others_with_a_record_that_was_small_only_when_packed(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer, where: str
) -> None:
    subscription = await make_subscription(kafka, config=partner_topic("any").config())
    topic = subscription.topics[0]
    much = b"x" * 5_000_000
    record = mark(topic, "large", *([("padding", much)] if where == "headers" else []))
    # aiokafka's limit is meant for what is sent unpacked; a hostile client has none.
    async with AIOKafkaProducer(
        **kafka.aiokafka_options(), compression_type="gzip", max_request_size=20_000_000, max_batch_size=20_000_000
    ) as hostile:
        with suppress(MessageSizeTooLargeError):  # the best answer is the broker's
            await hostile.send_and_wait(
                topic,
                b"{" + much if where == "body" else b"{",
                key=much if where == "key" else b"k",
                headers=list(record.headers),
            )
    await put(sender, mark(topic, "the one behind it"))

    async with consuming(kafka, subscription, Marking(), pool):

        async def handled() -> bool:
            return await effects(pool) == ["the one behind it"]

        await eventually(handled, what="the next message")
        sent = len(await records_of(kafka, topic))

        async def done() -> bool:
            return await committed_offset(kafka, subscription, topic) == sent

        await eventually(done, what="the end of the batch")
    assert len(await dead_letters_of(kafka, subscription)) == sent - 1


async def test_every_record_that_a_topic_takes_has_a_dead_letter_that_kafka_takes(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka, config=Topic("any").config())
    topic = subscription.topics[0]
    sizes = [(0, 1_048_000), (983_000, 65_150), (940_000, 100_000), (1_048_000, 0)]
    for body, header_size in sizes:
        bad = mark(topic, "bad", ("padding", b"h" * header_size))
        await put(sender, without(bad, value=b"[" + b"x" * body))

    async with consuming(kafka, subscription, Marking(), pool):

        async def all_there() -> bool:
            letters = await dead_letters_of(kafka, subscription)
            return len({header(letter.headers, ORIGIN) for letter in letters}) == len(sizes)

        await eventually(all_there)


class NotUtf8(str):
    """A header's name as a client in another language may send it."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Bytes that nobody can read."""
        return b"\xff\xfe"


async def test_a_partner_cannot_stop_the_others_with_a_header_whose_name_is_not_utf_8(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = unique("partner")
    subscription = await make_subscription(kafka, pattern=rf"^{prefix}\.")
    strange, other = await make_topic(kafka, f"{prefix}.strange"), await make_topic(kafka, f"{prefix}.other")
    await put(sender, mark(other, "of another partner"), mark(strange, "before it"))
    with monkeypatch.context() as patch:
        for module in ("message_accumulator", "producer"):  # the other one, in C, insists on real strings
            patch.setattr(f"aiokafka.producer.{module}.DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
        async with AIOKafkaProducer(**kafka.aiokafka_options()) as hostile:
            await put(hostile, mark(strange, "strange", (NotUtf8("name"), b"value")))
    await put(sender, mark(strange, "behind it"))

    async with consuming(kafka, subscription, Marking(), pool):

        async def handled() -> bool:
            return {"of another partner", "before it", "behind it"} <= set(await effects(pool))

        await eventually(handled)


@pytest.mark.parametrize("packing", ["gzip", "snappy", "lz4", "zstd"])
async def test_a_partner_may_pack_its_messages_as_its_client_likes(
    kafka: KafkaSettings, pool: db.Pool, packing: str
) -> None:
    subscription = await make_subscription(kafka, config=partner_topic("any").config())
    packed = without(mark(subscription.topics[0], "packed"), value=b'{"mark": "packed"}' + b" " * 1_000)
    client = Producer({"bootstrap.servers": kafka.bootstrap_servers, "compression.type": packing})
    client.produce(
        packed.topic, packed.value, packed.key, headers=cast("list[tuple[str, str | bytes | None]]", packed.headers)
    )
    assert await asyncio.to_thread(client.flush, 10) == 0

    async with consuming(kafka, subscription, Marking(), pool):
        await eventually(lambda: effects(pool))


# 4. One bad record does not fail its batch, and a failing database is not asked a thousand times a second


async def test_while_the_database_is_away_a_batch_keeps_its_place_and_is_not_tried_in_a_hot_loop(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka)
    topic = subscription.topics[0]
    away = True

    async def fail(_: list[str]) -> None:
        if away:
            raise ConnectionError

    await put(sender, mark(topic, "waits"))
    async with consuming(kafka, subscription, handle := Marking(then=fail), pool):
        await eventually(lambda: asyncio.sleep(0, handle.calls))
        await put(sender, mark(topic, "behind it"))
        await asyncio.sleep(3)
        assert 2 <= len(handle.calls) <= 6
        assert await committed_offset(kafka, subscription, topic) is None
        away = False

        async def all_there() -> bool:
            return await effects(pool) == ["behind it", "waits"]

        await eventually(all_there)
    assert handle.calls[-1][-1] == "behind it"
    assert await dead_letters_of(kafka, subscription) == []


async def test_a_record_that_its_handler_cannot_take_is_found_and_all_others_have_their_effect_once(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka)
    topic = subscription.topics[0]
    names = [f"{number:02}" for number in range(20)]

    async def fail(marks: list[str]) -> None:
        if "13" in marks:
            raise ZeroDivisionError("quotes the body of 13")

    await put(sender, *[mark(topic, name) for name in names])
    async with consuming(kafka, subscription, Marking(then=fail), pool):
        [letter] = await eventually(lambda: dead_letters_of(kafka, subscription))

        async def handled() -> bool:
            return await committed_offset(kafka, subscription, topic) == len(names)

        await eventually(handled)
    assert await effects(pool) == [name for name in names if name != "13"]
    assert header(letter.headers, ORIGIN) == f"{topic}/0/13"
    assert "ZeroDivisionError" in (header(letter.headers, CAUSE) or "")
    assert "quotes" not in (header(letter.headers, CAUSE) or "")
    assert orjson.loads(letter.value or b"") == {"mark": "13"}


async def test_what_a_dead_letter_cannot_be_written_for_is_not_given_up(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    topic, group = await make_topic(kafka), unique("group")
    subscription = Subscription(group=group, types={}, topics=(topic,))
    await put(sender, mark(topic, "unknown type"))

    async with consuming(kafka, subscription, Marking(), pool):
        await asyncio.sleep(1.5)  # there is no topic for its dead letters
        assert await committed_offset(kafka, subscription, topic) is None
        await make_topic(kafka, f"dlq.{group}")
        assert len(await eventually(lambda: dead_letters_of(kafka, subscription))) == 1


# 8. New partners


async def test_a_partners_topic_that_is_created_later_is_read_soon(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    prefix = unique("partner")
    subscription = await make_subscription(kafka, pattern=rf"^{prefix}\.[a-z]+\.events$")
    first = await make_topic(kafka, f"{prefix}.first.events")
    await put(sender, mark(first, "first"))

    async with consuming(kafka, subscription, Marking(), pool):
        await eventually(lambda: effects(pool))
        later = await make_topic(kafka, f"{prefix}.later.events")
        await put(sender, mark(later, "later"))

        async def both() -> bool:
            return await effects(pool) == ["first", "later"]

        await eventually(both)  # left to itself, the client would look every five minutes
