"""What goes out: each record has its own verdict, nothing waits for ever, and no error is the producer's last."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError, OutOfOrderSequenceNumber, ProducerFenced

from deploy.local.platform import Platform
from shared import broker as broker_module
from shared.broker import Producer, Record
from shared.settings import KafkaSettings
from tests.integration.workbench import Tap, make_topic, records_of, unique
from tests.support.bus import eventually


def record(topic: str, key: str, value: bytes = b"x") -> Record:
    return Record(topic, key.encode(), value, [])


def told(results: Sequence[Exception | None]) -> list[str]:
    return [type(result).__name__ if result else "ok" for result in results]


@contextmanager
def frozen(platform: Platform, part: str) -> Iterator[None]:
    """The processes of a part stand still, with all their connections open."""
    pids = platform.pids(part)
    if not pids:
        pytest.skip(f"{part} is not a process of ours here")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    for pid in pids:
        # The signal only asks: threads on the other core go on for a moment, long enough to acknowledge a record.
        while any(Path(task, "stat").read_text().rpartition(")")[2].split()[0] != "T" for task in _threads(pid)):
            time.sleep(0.01)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _threads(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").iterdir())


async def test_records_arrive_in_their_order_with_tombstones_and_null_headers(kafka: KafkaSettings) -> None:
    topic = await make_topic(kafka)
    records = [
        Record(topic, b"a", b"1", [("h", b"\xff"), ("null", None)]),
        Record(topic, b"a", None, []),
        Record(topic, None, b"2", [("h", b"x"), ("h", b"y")]),
    ]
    async with Producer(kafka, client_id="test") as producer:
        assert await producer.send(records) == [None, None, None]
    assert [Record(topic, r.key, r.value, list(r.headers)) for r in await records_of(kafka, topic)] == records


async def test_a_record_too_large_for_its_topic_fails_alone(kafka: KafkaSettings) -> None:
    topic = await make_topic(kafka, config={"max.message.bytes": "20000"})
    batch = [record(topic, "a"), record(topic, "b", os.urandom(400_000)), record(topic, "c")]
    async with Producer(kafka, client_id="test") as producer:
        first = await producer.send(batch)
        assert isinstance(first[1], MessageSizeTooLargeError)
        again = [one for one, result in zip(batch, first, strict=True) if result and one.key != b"b"]
        assert await producer.send(again) == [None] * len(again)
        assert isinstance((await producer.send([batch[1]]))[0], MessageSizeTooLargeError)
        assert await producer.send([record(topic, "d")]) == [None]
    assert {found.key for found in await records_of(kafka, topic)} == {b"a", b"c", b"d"}


async def test_a_record_too_large_for_any_topic_fails_alone_at_once(kafka: KafkaSettings) -> None:
    topic = await make_topic(kafka)
    batch = [record(topic, "a"), record(topic, "b", bytes(2_000_000)), record(topic, "c")]
    async with Producer(kafka, client_id="test") as producer:
        assert told(await producer.send(batch)) == ["ok", "MessageSizeTooLargeError", "ok"]


async def test_a_topic_that_does_not_exist_fails_alone(kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "SEND_S", 3.0)
    topic = await make_topic(kafka)
    batch = [record(topic, "a"), record(unique("nowhere"), "b"), record("no topic's name!", "c"), record(topic, "d")]
    async with Producer(kafka, client_id="test") as producer:
        results = await producer.send(batch)
    assert [result is None for result in results] == [True, False, False, True]
    assert len(await records_of(kafka, topic)) == 2


async def test_a_topic_that_is_created_later_is_found(kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "SEND_S", 3.0)
    name = unique("later")
    async with Producer(kafka, client_id="test") as producer:
        assert (await producer.send([record(name, "a")]))[0] is not None
        await make_topic(kafka, name)
        assert await producer.send([record(name, "a")]) == [None]


async def test_nothing_waits_for_a_broker_that_takes_connections_and_says_nothing(
    kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "SEND_S", 1.0)
    topic = await make_topic(kafka)
    async with Tap() as silent, Producer(kafka, client_id="test") as producer:
        right = producer._options["bootstrap_servers"]
        producer._options["bootstrap_servers"] = f"127.0.0.1:{silent.port}"
        began = time.monotonic()
        assert told(await producer.send([record(topic, "a"), record(topic, "b")])) == ["TimeoutError", "TimeoutError"]
        assert time.monotonic() - began < 8
        producer._options["bootstrap_servers"] = right
        assert await producer.send([record(topic, "a")]) == [None]


async def test_nothing_waits_for_a_broker_that_is_not_there(
    kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "SEND_S", 1.0)
    nowhere = kafka.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    async with Producer(nowhere, client_id="test") as producer:
        began = time.monotonic()
        assert told(await producer.send([record("t", "a")])) != ["ok"]
        assert time.monotonic() - began < 6


async def test_nothing_waits_for_a_broker_that_freezes_and_all_goes_on_when_it_thaws(
    platform: Platform, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = await make_topic(kafka)
    async with Producer(kafka, client_id="test") as producer:
        assert await producer.send([record(topic, "warm")]) == [None]
        monkeypatch.setattr(broker_module, "SEND_S", 1.0)
        with frozen(platform, "kafka"):
            began = time.monotonic()
            [error] = await producer.send([record(topic, "a")])
            assert error is not None
            assert time.monotonic() - began < 8  # two closings get two seconds each
        monkeypatch.setattr(broker_module, "SEND_S", 15.0)

        async def goes_on() -> bool:
            return await producer.send([record(topic, "b")]) == [None]

        await eventually(goes_on)


@pytest.mark.parametrize("fatal", [ProducerFenced(), OutOfOrderSequenceNumber()])
async def test_after_a_fatal_error_a_new_producer_takes_over(
    kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch, fatal: Exception
) -> None:
    topic = await make_topic(kafka)

    async def fenced(*_: Any, **__: Any) -> None:
        raise fatal

    async with Producer(kafka, client_id="test") as producer:
        assert await producer.send([record(topic, "a")]) == [None]
        before = producer._producer
        with monkeypatch.context() as patch:
            patch.setattr(AIOKafkaProducer, "send", fenced)
            assert (await producer.send([record(topic, "b")]))[0] is not None
        assert await producer.send([record(topic, "b")]) == [None]
        assert producer._producer is not before


async def test_a_failed_delivery_is_not_repeated_with_the_producer_that_has_a_gap(kafka: KafkaSettings) -> None:
    topic = await make_topic(kafka)
    lost: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    lost.set_exception(OutOfOrderSequenceNumber())

    async with Producer(kafka, client_id="test") as producer:
        assert await producer.send([record(topic, "a")]) == [None]
        inner = producer._producer
        assert inner is not None
        with pytest.MonkeyPatch.context() as patch:

            async def send(*_: Any, **__: Any) -> "asyncio.Future[object]":
                return lost

            patch.setattr(inner, "send", send)
            assert told(await producer.send([record(topic, "b")])) == ["OutOfOrderSequenceNumber"]
        assert producer._producer is None
        assert await producer.send([record(topic, "b")]) == [None]


async def test_leaving_does_not_wait_for_what_kafka_does_not_take(
    platform: Platform, kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = await make_topic(kafka)
    async with Producer(kafka, client_id="test") as producer:
        assert await producer.send([record(topic, "warm")]) == [None]
        with frozen(platform, "kafka"):
            sending = asyncio.create_task(producer.send([record(topic, "a")]))
            await asyncio.sleep(0.2)
            sending.cancel()
            began = time.monotonic()
            await producer.__aexit__(None, None, None)
            assert time.monotonic() - began < 8
    await asyncio.gather(sending, return_exceptions=True)
