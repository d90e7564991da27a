"""Kafka with the settings that lose nothing: the consuming broker and the producer (DESIGN 4, traps 1, 2, 6)."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from shared import tolerant_records
from shared.settings import KafkaSettings

if TYPE_CHECKING:
    from faststream.kafka import KafkaBroker
    from faststream.security import BaseSecurity

log = structlog.get_logger()


SEND_S: Final = 15.0
TOPIC_S: Final = 1.0
GRACE_S: Final = 8.0  # what a batch under way gets to end when the service is told to stop
LARGEST_REQUEST: Final = 1_200_000
KafkaRecord: TypeAlias = "ConsumerRecord[bytes, bytes]"
KafkaHeaders = Sequence[tuple[str, bytes | None]]


def create_broker(settings: KafkaSettings, *, client_id: str) -> "KafkaBroker":
    """The FastStream broker of a service; it only consumes, producing is the outbox's work."""
    # FastStream takes long to import, and commands that only send need none of it.
    from shared.consumer import PromptBroker

    tolerant_records.install()
    return PromptBroker(
        settings.bootstrap_servers.split(","),  # FastStream takes a string for one address
        security=_security(settings),
        client_id=client_id,
        consumer_only=True,
        allow_auto_create_topics=False,
        metadata_max_age_ms=settings.new_topics_seen_within_ms,
        request_timeout_ms=20_000,
        graceful_timeout=GRACE_S,
        apply_types=False,
        logger=logging.getLogger("consumer"),  # "faststream" has handlers and a format of its own
    )


async def keep_connected(broker: "KafkaBroker") -> None:
    """Start ``broker`` as soon as Kafka can be reached, and stop it when cancelled."""
    wait = 0.5
    try:
        while True:
            try:
                await broker.start()
                log.info("consuming")
                await asyncio.Event().wait()
            except (KafkaError, OSError, TimeoutError) as error:
                log.warning("kafka is away", error=type(error).__name__, again_in_s=wait)
                with suppress(Exception):
                    await broker.stop()
                await asyncio.sleep(wait)
                wait = min(wait * 2, 5.0)
    finally:
        await broker.stop()


class Record(NamedTuple):
    """What is sent to Kafka. ``value`` None is a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: KafkaHeaders


def _security(settings: KafkaSettings) -> "BaseSecurity":
    """How the internal listener is secured, as FastStream's broker takes it."""
    from faststream.security import BaseSecurity, SASLScram512

    tls = settings.tls()
    if settings.security_protocol.startswith("SASL"):
        return SASLScram512(settings.username, settings.password.get_secret_value(), ssl_context=tls, use_ssl=bool(tls))
    return BaseSecurity(ssl_context=tls, use_ssl=bool(tls))


class Producer:
    """An idempotent producer with a deadline, made anew after an error that the old one would not survive.

    Used as an async context manager; it connects with the first ``send``.
    """

    def __init__(self, settings: KafkaSettings, *, client_id: str) -> None:
        self._options = settings.aiokafka_options() | {"client_id": client_id}
        self._producer: AIOKafkaProducer | None = None
        self._lock = asyncio.Lock()

    async def send(self, records: Sequence[Record]) -> list[Exception | None]:
        """Send ``records`` in their order and wait until each is acknowledged by all in-sync replicas.

        Returns one entry per record: None when acknowledged, else why not. It never raises for Kafka's sake;
        what is not acknowledged after ``SEND_S`` seconds counts as failed, but may still arrive.
        """
        results: list[Exception | None] = [TimeoutError()] * len(records)
        sent: dict[int, asyncio.Future[object]] = {}
        broken: Exception | None = None
        try:
            async with asyncio.timeout(SEND_S):
                producer = await self._connected()
                missing = await _missing_topics(producer, {record.topic for record in records})
                for position, record in enumerate(records):
                    if record.topic in missing:
                        results[position] = missing[record.topic]
                        continue
                    try:
                        sent[position] = await producer.send(
                            record.topic, value=record.value, key=record.key, headers=list(record.headers)
                        )
                    except MessageSizeTooLargeError as error:
                        results[position] = error
                for future in sent.values():
                    # Acknowledged by the batch, so after one is done many are; waiting for all at once costs more.
                    if not future.done():
                        await asyncio.wait([future])
        except (KafkaError, OSError, TimeoutError) as error:
            broken = error
        for position, future in sent.items():
            results[position] = _verdict(future)
            broken = broken or results[position]
        # A batch that the broker did not take leaves a gap in the sequence numbers: this producer is done for.
        if broken is not None:
            await self._drop()
        return results

    async def _connected(self) -> AIOKafkaProducer:
        async with self._lock:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._options,
                    acks="all",
                    enable_idempotence=True,
                    request_timeout_ms=10_000,
                    max_batch_size=256 * 1024,
                    max_request_size=LARGEST_REQUEST,
                    metadata_max_age_ms=30_000,
                )
                try:
                    await producer.start()
                except BaseException:
                    await _abandon(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _abandon(producer)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop()


async def _missing_topics(producer: AIOKafkaProducer, topics: set[str]) -> dict[str, Exception]:
    """Topics that the cluster does not show in time; asking together, so that one does not hold up the rest."""

    async def ask(topic: str) -> Exception | None:
        try:
            async with asyncio.timeout(TOPIC_S):
                await producer.partitions_for(topic)
        except (KafkaError, TimeoutError) as error:
            return error
        return None

    ordered = sorted(topics)
    answers = await asyncio.gather(*map(ask, ordered))
    return {topic: error for topic, error in zip(ordered, answers, strict=True) if error is not None}


def _verdict(future: "asyncio.Future[object]") -> Exception | None:
    if not future.done():
        # Its error, if one comes yet, belongs to nobody any more.
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        return TimeoutError()
    error = future.exception() if not future.cancelled() else TimeoutError()
    return error if error is None or isinstance(error, Exception) else TimeoutError()


async def _abandon(producer: AIOKafkaProducer) -> None:
    """Close without flushing, which can take for ever: what is unacknowledged is sent again from the outbox."""
    producer._closed = True  # noqa: SLF001
    with suppress(Exception):
        async with asyncio.timeout(2):
            await producer._sender.close()  # noqa: SLF001
    with suppress(Exception):
        async with asyncio.timeout(2):
            await producer.client.close()
