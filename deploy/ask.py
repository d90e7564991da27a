"""Sending a command to a service over Kafka, as the command line does, and hearing its outcome."""

import asyncio
from typing import Any, Final
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from deploy.show import fail
from deploy.topic_reader import offsets, reader
from shared.broker import Producer, Record
from shared.contracts.base import Contract
from shared.contracts.requests import Outcome
from shared.envelope import MalformedMessageError, binary_headers, new_message, read_record
from shared.settings import KafkaSettings

SOURCE: Final = "urn:buendnisbus:command-line"
ANSWER_S: Final = 30.0


class NoAnswerError(RuntimeError):
    """The command could not be sent, or its outcome did not come in time; the text says what to look at."""


async def ask(settings: KafkaSettings, service: str, kind: str, key: str, data: Contract) -> Outcome:
    """Send a command of type ``kind`` about the aggregate ``key`` to ``service`` and wait for its outcome.

    Raises:
        NoAnswerError: Kafka is away, or the service does not run; a command that was sent is still carried out.
    """
    message = new_message(kind, data.model_dump_json().encode(), source=SOURCE, subject=key, message_id=str(uuid4()))
    try:
        async with asyncio.timeout(ANSWER_S), reader(settings) as consumer:
            await _go_to_end(consumer, f"{service}.outcomes")
            async with Producer(settings, client_id="buendnisbus") as producer:
                record = Record(f"{service}.commands", key.encode(), message.data, binary_headers(message))
                (error,) = await producer.send([record])
            if error is not None:
                raise NoAnswerError(f"Kafka did not take the command: {type(error).__name__}")
            return await _outcome(consumer, message.id)
    except TimeoutError:
        raise NoAnswerError(f"no answer within {ANSWER_S:.0f} s: does {service} run? (`make up` starts it)") from None
    except KafkaError as error:
        raise NoAnswerError(f"Kafka at {settings.bootstrap_servers}: {type(error).__name__}") from None


def ask_or_fail(kind: str, key: str, data: Contract) -> Outcome:
    """The same of ``events``, for a command of people: whatever is not done is told, and ends it.

    Raises:
        typer.Exit: 3 where there was no answer, 1 where the command was refused.
    """
    try:
        outcome = asyncio.run(ask(KafkaSettings(), "events", kind, key, data))
    except NoAnswerError as error:
        raise fail(str(error), 3) from None
    if outcome.problem is not None:
        reasons = "; ".join(f"{error.field} {error.detail}" for error in outcome.problem.errors)
        raise fail(f"{outcome.problem.title}. {reasons}".strip())
    return outcome


async def _go_to_end(consumer: AIOKafkaConsumer, topic: str) -> None:
    """Read from here on: only what comes after the command can be its outcome."""
    ends = {partition: end for partition, (_, end) in (await offsets(consumer, topic)).items()}
    consumer.assign(list(ends))
    for partition, end in ends.items():
        consumer.seek(partition, end)


async def _outcome(consumer: AIOKafkaConsumer, request: str) -> Outcome:
    record: Any
    async for record in consumer:
        try:
            answer = read_record(record.headers, record.value)
        except MalformedMessageError:
            continue
        if answer.subject == request:
            return Outcome.model_validate_json(answer.data)
    raise NoAnswerError("the consumer was stopped")
