"""Sending commands to a service over Kafka, as the command line does, and hearing their outcomes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from shared.broker import Producer, Record
from shared.commands.show import fail
from shared.commands.topic_reader import offsets, reader
from shared.contracts.base import Contract
from shared.contracts.requests import Outcome
from shared.envelope import MalformedMessageError, binary_headers, new_message, read_record
from shared.settings import KafkaSettings

SOURCE: Final = "urn:buendnisbus:command-line"
ANSWER_S: Final = 30.0
AT_ONCE: Final = 500


class NoAnswerError(RuntimeError):
    """A command could not be sent, or its outcome did not come in time; the text says what to look at."""


class Command(NamedTuple):
    """A command of type ``kind`` about the aggregate ``key``."""

    kind: str
    key: str
    data: Contract


async def ask(settings: KafkaSettings, service: str, kind: str, key: str, data: Contract) -> Outcome:
    """Send a command of type ``kind`` about the aggregate ``key`` to ``service`` and wait for its outcome.

    Raises:
        NoAnswerError: Kafka is away, or the service does not run; a command that was sent is still carried out.
    """
    (outcome,) = [outcome async for _, outcome in ask_many(settings, service, [Command(kind, key, data)])]
    return outcome


async def ask_many(
    settings: KafkaSettings, service: str, commands: Sequence[Command]
) -> AsyncIterator[tuple[int, Outcome]]:
    """Send ``commands`` in their order; gives the place of each, from 0, with its outcome as soon as it is there.

    At most ``AT_ONCE`` are under way at a time, so that ending early leaves little undone. Commands of one key are
    decided in their order, those of different keys in any.

    Raises:
        NoAnswerError: Kafka is away, or no outcome came for ``ANSWER_S`` seconds; what was sent is still carried out.
    """
    if not commands:
        return
    try:
        async with asyncio.timeout(ANSWER_S) as deadline, reader(settings) as consumer:
            await _go_to_end(consumer, f"{service}.outcomes")
            async with Producer(settings, client_id="buendnisbus") as producer:
                async for answer in _answers(consumer, producer, service, commands):
                    # The time that whoever asked spends with it does not count.
                    deadline.reschedule(None)
                    yield answer
                    deadline.reschedule(asyncio.get_running_loop().time() + ANSWER_S)
    except TimeoutError:
        raise NoAnswerError(f"no answer within {ANSWER_S:.0f} s: does {service} run? (`make up` starts it)") from None
    except KafkaError as error:
        raise NoAnswerError(f"Kafka at {settings.bootstrap_servers}: {type(error).__name__}") from None


def ask_or_fail(service: str, kind: str, key: str, data: Contract) -> Outcome:
    """The same of one command, for a command of people: whatever is not done is told, and ends it.

    Raises:
        typer.Exit: 3 where there was no answer, 1 where the command was refused.
    """
    try:
        outcome = asyncio.run(ask(KafkaSettings(), service, kind, key, data))
    except NoAnswerError as error:
        raise fail(str(error), 3) from None
    if outcome.problem is not None:
        raise fail(f"{outcome.problem.title}. {'; '.join(reasons(outcome))}".strip())
    return outcome


def reasons(outcome: Outcome) -> tuple[str, ...]:
    """Why a command was refused: the field and what is wrong with it; empty where it was done."""
    if outcome.problem is None:
        return ()
    single = tuple(f"{error.field} {error.detail}".strip() for error in outcome.problem.errors)
    return single or tuple(filter(None, (outcome.problem.detail,)))


async def _answers(
    consumer: AIOKafkaConsumer, producer: Producer, service: str, commands: Sequence[Command]
) -> AsyncIterator[tuple[int, Outcome]]:
    """Keep up to ``AT_ONCE`` commands under way until all are answered."""
    open_requests: dict[str, int] = {}
    sent = 0
    while sent < len(commands) or open_requests:
        if sent < len(commands) and len(open_requests) <= AT_ONCE // 2:
            batch = commands[sent : sent + AT_ONCE - len(open_requests)]
            open_requests |= {
                request: sent + place for place, request in enumerate(await _send(producer, service, batch))
            }
            sent += len(batch)
        async for request, outcome in _outcomes(consumer):
            if (place := open_requests.pop(request, None)) is not None:
                yield place, outcome


async def _send(producer: Producer, service: str, commands: Sequence[Command]) -> list[str]:
    """Send ``commands``; returns the ids of their messages."""
    ids, records = [], []
    for command in commands:
        data = command.data.model_dump_json().encode()
        message = new_message(command.kind, data, source=SOURCE, subject=command.key, message_id=str(uuid4()))
        ids.append(message.id)
        records.append(Record(f"{service}.commands", command.key.encode(), message.data, binary_headers(message)))
    if error := next(filter(None, await producer.send(records)), None):
        raise NoAnswerError(f"Kafka did not take the command: {type(error).__name__}")
    return ids


async def _go_to_end(consumer: AIOKafkaConsumer, topic: str) -> None:
    """Read from here on: only what comes after the command can be its outcome."""
    ends = {partition: end for partition, (_, end) in (await offsets(consumer, topic)).items()}
    consumer.assign(list(ends))
    for partition, end in ends.items():
        consumer.seek(partition, end)


async def _outcomes(consumer: AIOKafkaConsumer) -> AsyncIterator[tuple[str, Outcome]]:
    """The outcomes that have come by now, or come next, with the requests that they answer."""
    found: Any = await consumer.getmany(timeout_ms=1_000)
    for records in found.values():
        for record in records:
            with suppress(MalformedMessageError):
                answer = read_record(record.headers, record.value)
                yield answer.subject or "", Outcome.model_validate_json(answer.data)
