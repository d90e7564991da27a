"""The one way in: records are decoded one by one, and a batch is handled in one transaction (DESIGN 4).

What cannot be decoded goes to the dead letters and holds up nothing. What fails for a passing reason (the
database is away) is tried again with growing pauses and keeps its place. What fails for itself is searched
for by halving the batch, and ends in the dead letters with its cause.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
from aiokafka import ConsumerRebalanceListener
from faststream import AckPolicy
from faststream.exceptions import NackMessage
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import ValidationError

from shared import db
from shared.broker import KafkaRecord, Producer
from shared.contracts.base import Contract, Erasure, FieldError, field_errors
from shared.dead_letters import dead_letter, origin
from shared.envelope import EMPTY, MalformedMessageError, Message, read_record
from shared.observability import BATCH_SECONDS, BEHIND_SECONDS, MESSAGES_IN

log = structlog.get_logger()

LARGEST_BATCH: Final = 1_000
LARGEST_FETCH: Final = 1024 * 1024  # of one partition: about a batch, so that those of others wait for little more
LONGEST_PAUSE_S: Final = 5.0  # below the broker's graceful timeout and SETTLE_S
TRIES_IN_PLACE: Final = 3
PATIENCE_S: Final = 20.0  # of one batch, however many of its records fail
SETTLE_S: Final = 6.0  # what a group waits for a batch under way; below the session timeout, which ends a rebalance


@dataclass(frozen=True, slots=True)
class Received:
    """A message with where it came from. ``data`` is None exactly where ``errors`` say why it is not valid."""

    message: Message
    topic: str
    data: Contract | None
    errors: tuple[FieldError, ...]
    record: KafkaRecord


Handler = Callable[[db.Connection, Sequence[Received]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a consumer group reads and how.

    ``types`` are the message types it takes. ``refuses``: its handler answers invalid data itself, with an
    outcome; otherwise they are dead letters. ``skips``: types it does not know are none of its business, as on
    a topic of facts; otherwise they are dead letters too.
    """

    group: str
    types: Mapping[str, type[Contract]]
    topics: tuple[str, ...] = ()
    pattern: str | None = None
    refuses: bool = False
    skips: bool = False


class _SkippedError(Exception):
    """A message of a type that this group does not look at."""


def decode(subscription: Subscription, record: KafkaRecord) -> Received:
    """Read one record.

    Raises:
        MalformedMessageError: it is to become a dead letter.
    """
    message = read_record(record.headers, record.value)
    contract = subscription.types.get(message.type)
    if contract is None:
        if subscription.skips:
            raise _SkippedError
        raise MalformedMessageError("unknown type; this group does not take it")
    if not message.data:
        if contract is not Erasure or message.subject is None:
            raise MalformedMessageError(EMPTY)
        return Received(message, record.topic, Erasure(id=message.subject), (), record)
    try:
        return Received(message, record.topic, contract.model_validate_json(message.data), (), record)
    except ValidationError as error:
        errors = field_errors(error)
    if not subscription.refuses:
        reasons = "; ".join(f"{e.field or 'message'} {e.detail}" for e in errors[:5])
        raise MalformedMessageError(f"data does not match {message.type}: {reasons}")
    return Received(message, record.topic, None, tuple(errors), record)


def consume(
    broker: KafkaBroker,
    subscription: Subscription,
    handle: Handler,
    *,
    pool: db.Pool,
    producer: Producer,
    committed: Callable[[], None] = lambda: None,
) -> None:
    """Subscribe ``handle`` to what ``subscription`` describes.

    ``handle`` gets a connection inside a transaction and never commits; a batch may come again, in whole or in
    part, so it must recognise what it has done. ``committed`` is called after each commit.
    """
    worker = _Worker(subscription, handle, pool, producer, committed)
    settling = _Settling()
    where: dict[str, Any] = {"pattern": subscription.pattern} if subscription.pattern else {}
    settling.subscriber = broker.subscriber(
        *subscription.topics,
        **where,
        group_id=subscription.group,
        batch=True,
        max_records=LARGEST_BATCH,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        no_reply=True,
        parser=tolerant_parser,
        decoder=_raw_records,
        max_partition_fetch_bytes=LARGEST_FETCH,
        session_timeout_ms=10_000,
        max_poll_interval_ms=300_000,
        listener=settling,
    )
    settling.subscriber(worker.take)


class _Settling(ConsumerRebalanceListener):
    """Gives partitions up once the batch under way is committed, so that nobody handles it again."""

    subscriber: Any

    async def on_partitions_revoked(self, revoked: object) -> None:
        await self.subscriber.lock.wait_release(SETTLE_S)

    async def on_partitions_assigned(self, assigned: object) -> None:
        """Nothing is remembered of partitions."""


async def tolerant_parser(records: Sequence[KafkaRecord], original: Any) -> KafkaMessage:
    """FastStream's parser decodes every header and loses the batch where one is null or not UTF-8.

    It is shown one record without any, and so no ``reply_to`` either; ours are read from the raw records.
    """
    message: KafkaMessage = await original((replace(records[0], headers=()),))
    message.raw_message = tuple(records)
    return message


async def _raw_records(message: KafkaMessage) -> Any:
    return message.raw_message


@dataclass(slots=True)
class _Worker:
    subscription: Subscription
    handle: Handler
    pool: db.Pool
    producer: Producer
    committed: Callable[[], None]
    failures: int = 0
    patience: float = 0.0

    async def take(self, records: Sequence[KafkaRecord]) -> None:
        """Handle one batch; raises NackMessage, after a pause, where it is to be delivered again."""
        started = time.monotonic()
        received: list[Received] = []
        dead: list[tuple[KafkaRecord, str]] = []
        self.patience = PATIENCE_S
        for record in records:
            try:
                received.append(decode(self.subscription, record))
            except MalformedMessageError as error:
                dead.append((record, str(error)))
            except _SkippedError:
                pass
            except Exception as error:
                log.warning("record not read", group=self.subscription.group, origin=origin(record), exc_info=error)
                dead.append((record, f"it could not be read: {type(error).__name__}"))
        try:
            dead += await self._handle(received)
            await self._bury(dead)
        except Exception as error:
            self.failures += 1
            pause = min(LONGEST_PAUSE_S, 0.2 * 2 ** min(self.failures, 9)) * random.uniform(0.7, 1)  # noqa: S311
            MESSAGES_IN.labels(self.subscription.group, "retried").inc(len(records))
            log.warning("batch postponed", group=self.subscription.group, exc_info=error, again_in_s=round(pause, 1))
            await asyncio.sleep(pause)
            raise NackMessage from error
        self.failures = 0
        MESSAGES_IN.labels(self.subscription.group, "handled").inc(len(records) - len(dead))
        BATCH_SECONDS.labels(self.subscription.group).observe(time.monotonic() - started)
        BEHIND_SECONDS.labels(self.subscription.group).set(max(0.0, time.time() - records[-1].timestamp / 1000))

    async def _handle(self, batch: Sequence[Received]) -> list[tuple[KafkaRecord, str]]:
        """Handle ``batch`` in order; returns what had to be given up. Raises what passes by itself."""
        if not batch:
            return []
        tries = TRIES_IN_PLACE if len(batch) == 1 else 1
        for attempt in range(1, tries + 1):
            try:
                async with db.transaction(self.pool) as connection:
                    await self.handle(connection, batch)
                self.committed()
                return []
            except Exception as error:
                if db.is_passing(error):
                    raise
                log.warning("handler failed", group=self.subscription.group, messages=len(batch), exc_info=error)
                failure = error
                pause = 0.2 * 2**attempt
                if attempt < tries and pause <= self.patience:
                    self.patience -= pause
                    await asyncio.sleep(pause)
        if len(batch) == 1:
            return [(batch[0].record, f"handler failed {tries} times: {type(failure).__name__}")]
        middle = len(batch) // 2
        return await self._handle(batch[:middle]) + await self._handle(batch[middle:])

    async def _bury(self, dead: Sequence[tuple[KafkaRecord, str]]) -> None:
        if not dead:
            return
        letters = [dead_letter(self.subscription.group, record, cause) for record, cause in dead]
        results = await self.producer.send(letters)
        for error in results:
            if error is not None:
                raise error
        MESSAGES_IN.labels(self.subscription.group, "dead-letter").inc(len(dead))
        for record, cause in dead[:20]:
            log.error("dead letter", group=self.subscription.group, origin=origin(record), cause=cause)
