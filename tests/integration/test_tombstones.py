"""Tombstones: what is erased reaches every reader as an erasure, and Kafka lets go of what stood there (DESIGN 9)."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaProducer

from shared import db
from shared.broker import KafkaRecord, Producer, Record
from shared.consume import Received, Subscription, decode
from shared.contracts.base import Contract, Erasure
from shared.dead_letters import CAUSE, ORIGIN
from shared.envelope import MalformedMessageError, Message, binary_headers, header, new_message
from shared.settings import KafkaSettings
from shared.topics import Topic
from tests.integration.relays import empty, relaying, until, write
from tests.integration.workbench import (
    MARK,
    Mark,
    as_received,
    consuming,
    dead_letters_of,
    make_subscription,
    make_topic,
    mark,
    put,
    records_of,
    unique,
    without,
)
from tests.support.bus import eventually

GONE = "test.gone.v1"
TYPES: dict[str, type[Contract]] = {MARK: Mark, GONE: Erasure}
SEGMENT_MS = 1_000


def tombstone(topic: str, subject: str, kind: str = GONE) -> Record:
    """What erases ``subject``."""
    message = new_message(kind, b"", source="urn:test", subject=subject)
    return Record(topic, subject.encode(), None, list(binary_headers(message)))


def nameless(topic: str) -> Record:
    """A tombstone that does not say of what."""
    record = tombstone(topic, "a")
    return record._replace(headers=[item for item in record.headers if item[0] != "ce_subject"])


def said(name: str) -> Message:
    """A message of the same key, whatever it says."""
    return new_message(MARK, Mark(mark=name).model_dump_json().encode(), source="urn:test", subject="a")


class Kept:
    """A handler that only keeps what it is given."""

    def __init__(self) -> None:
        self.data: list[Contract | None] = []

    async def __call__(self, _: db.Connection, batch: Sequence[Received]) -> None:
        """Handle one batch."""
        self.data += [received.data for received in batch]


# Reading


@pytest.mark.parametrize("refuses", [True, False])
def test_a_null_body_of_a_type_that_erases_is_read_as_the_erasure_of_its_subject(refuses: bool) -> None:
    [record] = as_received(tombstone("t", "a"))
    received = decode(Subscription("g", TYPES, refuses=refuses), record)
    assert received.data == Erasure(id="a")
    assert received.errors == ()
    assert received.message.type == GONE


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize(
    "record", [tombstone("t", "a", MARK), nameless("t"), without(tombstone("t", "a"), headers=[("ce_subject", None)])]
)
def test_any_other_null_body_is_malformed_with_the_cause_and_never_a_request(record: Record, refuses: bool) -> None:
    [received] = as_received(record)
    with pytest.raises(MalformedMessageError, match="tombstone"):
        decode(Subscription("g", TYPES, refuses=refuses), received)


# On its way


async def test_an_erasure_goes_from_the_outbox_to_a_handler_in_its_turn(
    kafka: KafkaSettings, database: str, pool: db.Pool
) -> None:
    subscription = await make_subscription(kafka, topic=f"{unique('test')}.private", types=TYPES)
    gone = new_message(GONE, b"", source="urn:test", subject="a")
    await write(pool, said("before"), gone, said("after"), topic=subscription.topics[0])
    async with Producer(kafka, client_id="t") as producer, relaying(database, producer):
        await empty(pool)

    async with consuming(kafka, subscription, kept := Kept(), pool):
        await until(lambda: len(kept.data) == 3)
    assert kept.data == [Mark(mark="before"), Erasure(id="a"), Mark(mark="after")]
    assert await dead_letters_of(kafka, subscription) == []


async def test_a_null_body_that_erases_nothing_is_a_dead_letter_and_the_others_go_on(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka, types=TYPES)
    topic = subscription.topics[0]
    sent = [tombstone(topic, "a"), tombstone(topic, "b", MARK), nameless(topic), tombstone(topic, "c")]
    await put(sender, *sent)

    async with consuming(kafka, subscription, kept := Kept(), pool):
        letters = await eventually(lambda: dead_letters_of(kafka, subscription))
        await until(lambda: len(kept.data) == 2)
    assert kept.data == [Erasure(id="a"), Erasure(id="c")]
    assert [header(letter.headers, ORIGIN) for letter in letters] == [f"{topic}/0/1", f"{topic}/0/2"]
    assert all("tombstone" in (header(letter.headers, CAUSE) or "") for letter in letters)


async def test_a_reader_that_skips_what_it_does_not_know_skips_its_tombstones_too(
    kafka: KafkaSettings, pool: db.Pool, sender: AIOKafkaProducer
) -> None:
    subscription = await make_subscription(kafka, types={MARK: Mark}, skips=True)
    await put(sender, tombstone(subscription.topics[0], "a"), mark(subscription.topics[0], "behind it"))

    async with consuming(kafka, subscription, kept := Kept(), pool):
        await until(lambda: kept.data)
    assert kept.data == [Mark(mark="behind it")]
    assert await dead_letters_of(kafka, subscription) == []


# What Kafka keeps


async def test_kafka_lets_go_of_what_was_erased_once_the_tombstone_is_repeated(
    kafka: KafkaSettings, sender: AIOKafkaProducer
) -> None:
    """Two partitions with the same history; the one in which nothing follows keeps all of it (docs/decisions/0022)."""
    config = Topic("any", cleanup_policy="compact", retention_ms=None, segment_ms=SEGMENT_MS).config()
    topic = await make_topic(kafka, partitions=2, config=config)
    repeated, quiet = 0, 1

    async def send(partition: int, record: Record) -> None:
        await sender.send_and_wait(topic, record.value, record.key, partition, headers=list(record.headers))

    async def bodies(partition: int) -> list[KafkaRecord]:
        return [one for one in await records_of(kafka, topic) if one.partition == partition and one.value is not None]

    for partition in (repeated, quiet):
        await send(partition, mark(topic, "Erika Mustermann", key="a"))
        await send(partition, tombstone(topic, "a"))
    await asyncio.sleep(2 * SEGMENT_MS / 1_000)
    await send(repeated, tombstone(topic, "a"))
    assert len(await bodies(repeated)) == 1

    async def gone() -> bool:
        return await bodies(repeated) == []

    # The broker looks every 15 seconds for what there is to compact.
    await eventually(gone, within=60, what="the compaction")
    await asyncio.sleep(1)
    assert len(await bodies(quiet)) == 1
