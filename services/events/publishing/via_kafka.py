"""Publishes to the partner's own topic; the broker's ACL is the proof of who sends (DESIGN 2)."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from services.events.publishing.options import Options, UnreachableError
from services.events.publishing.outcomes import ask, decided
from shared.calendars.entries import Entry
from shared.commands.results import Report, Result
from shared.contracts.partner import SUBMIT, WITHDRAW
from shared.envelope import Message, binary_headers, new_message
from shared.topics import KIB, partner_topic

_CONNECT_S: Final = 15.0
# aiokafka's idempotent producer retries for ever: without a deadline a dead broker would hold us here.
_SEND_S: Final = 30.0
_AT_ONCE: Final = 500
_LARGEST: Final = 256 * KIB
_TYPES: Final = {"submit": SUBMIT, "withdraw": WITHDRAW}


async def send(entries: Mapping[int, Entry], options: Options, report: Report) -> None:
    """Send ``entries`` in their order; each waits for all in-sync replicas.

    With ``options.url`` and ``options.key`` the gateway is then asked for the outcomes; without them, or
    where none comes in time, an entry is reported as ``sent``.

    Raises:
        UnreachableError: the broker cannot be reached, or does not let this user write to the topic.
    """
    sent: dict[str, int] = {}
    why: str | None = None

    def tell(request: str, item: dict[str, Any]) -> None:
        number = sent.pop(request)
        report(number, decided(entries[number], item))

    try:
        await _send_all(entries, options, report, sent)
        if options.url and options.key and sent:
            why = await ask(list(sent), options, tell)
    except (KafkaError, TimeoutError) as error:
        raise UnreachableError(_explained(error, options)) from error
    finally:
        # Also after an error or Ctrl-C: these are with the broker, whatever became of the others.
        details = ("acknowledged by the broker", *((why,) if why else ()))
        for number in sent.values():
            entry = entries[number]
            report(number, Result(entry.source, entry.uid, "sent", details=details, note=entry.note))


async def _send_all(entries: Mapping[int, Entry], options: Options, report: Report, sent: dict[str, int]) -> None:
    producer = await _connect(options)
    try:
        numbers = list(entries)
        for begin in range(0, len(numbers), _AT_ONCE):
            batch = {number: entries[number] for number in numbers[begin : begin + _AT_ONCE]}
            await _send_batch(producer, options, batch, report, sent)
    finally:
        await _close(producer)


async def _send_batch(
    producer: AIOKafkaProducer, options: Options, batch: Mapping[int, Entry], report: Report, sent: dict[str, int]
) -> None:
    """Send a batch; ``sent`` gets the numbers of the acknowledged entries by CloudEvent id."""
    topic = partner_topic(options.partner).name
    futures: dict[str, tuple[int, asyncio.Future[Any]]] = {}
    failure: BaseException | None = None
    try:
        async with asyncio.timeout(_SEND_S):
            for number, entry in batch.items():
                message = _message(entry, options.partner)
                try:
                    future = await producer.send(
                        topic, value=message.data, key=(entry.uid or "").encode(), headers=binary_headers(message)
                    )
                except MessageSizeTooLargeError:
                    report(number, _too_large(entry))
                else:
                    futures[message.id] = (number, future)
            if futures:
                await asyncio.wait([future for _, future in futures.values()])
    except (KafkaError, TimeoutError) as error:
        failure = error
    for request, (number, future) in futures.items():
        refusal = future.exception() if future.done() else TimeoutError()
        if refusal is None:
            sent[request] = number
        elif isinstance(refusal, MessageSizeTooLargeError):
            report(number, _too_large(batch[number]))
        else:
            failure = failure or refusal
    if failure is not None:
        raise failure


def _message(entry: Entry, partner: str) -> Message:
    uid = entry.uid or ""
    # A CloudEvents attribute holds no characters such as a non-breaking space; the uid itself is in the data.
    subject = uid if uid.isprintable() else quote(uid)
    return new_message(
        _TYPES[entry.kind], entry.body or b"", source=f"urn:buendnisbus:partner:{partner}", subject=subject
    )


def _too_large(entry: Entry) -> Result:
    details = (f"is larger than the {_LARGEST // KIB} KiB that a message may have",)
    return Result(entry.source, entry.uid, "refused", details=details, note=entry.note)


async def _connect(options: Options) -> AIOKafkaProducer:
    protocol = options.security_protocol
    login = {
        "sasl_mechanism": options.kafka_mechanism,
        "sasl_plain_username": options.kafka_user,
        "sasl_plain_password": options.kafka_password,
    }
    try:
        producer = AIOKafkaProducer(
            bootstrap_servers=options.kafka,
            security_protocol=protocol,
            ssl_context=ssl.create_default_context() if protocol.endswith("SSL") else None,
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=10_000,
            **(login if protocol.startswith("SASL") else {}),
        )
    except ValueError as error:
        raise UnreachableError(f"{options.kafka}: {error}: check --kafka or BUENDNISBUS_KAFKA") from error
    try:
        async with asyncio.timeout(_CONNECT_S):
            await producer.start()
    except (KafkaError, OSError, TimeoutError) as error:
        await _close(producer)
        raise UnreachableError(await _why_closed(options)) from error
    except BaseException:
        await _close(producer)
        raise
    return producer


async def _close(producer: AIOKafkaProducer) -> None:
    # Flushing waits for ever where the broker is gone; what matters was waited for before.
    with suppress(Exception):
        async with asyncio.timeout(5):
            await producer.stop()


async def _why_closed(options: Options) -> str:
    """aiokafka says the same of a broker that is away and of one that refuses the login: look which it is."""
    for server in options.kafka.split(","):
        host, _, port = server.strip().rpartition(":")
        try:
            async with asyncio.timeout(3):
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        except (OSError, TimeoutError, ValueError):
            continue
        writer.close()
        who = options.kafka_user or "a client without a user"
        return (
            f"{server} answers, but does not let {who} in by {options.security_protocol}: check --kafka-user,"
            " --kafka-password, --kafka-security-protocol and --kafka-mechanism (BUENDNISBUS_KAFKA_…)"
        )
    return f"{options.kafka} cannot be reached: check --kafka or BUENDNISBUS_KAFKA (host:port)"


def _explained(error: BaseException, options: Options) -> str:
    topic = partner_topic(options.partner).name
    who = options.kafka_user or "a client without a user"
    match error:
        case TopicAuthorizationFailedError() | ClusterAuthorizationFailedError():
            return f"{who} may not write to {topic}: check --partner and --kafka-user, or ask for access"
        case UnknownTopicOrPartitionError():
            return f"there is no topic {topic}, or {who} may not see it: check --partner, is it registered?"
        case _:
            return f"{options.kafka} did not acknowledge in time ({type(error).__name__}): try again"
