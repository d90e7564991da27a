"""Sending a command to a service over Kafka, as the command line does, and hearing its outcome."""

import asyncio
from typing import Any, Final
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

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
    consumer = AIOKafkaConsumer(**settings.aiokafka_options(), enable_auto_commit=False)
    try:
        async with asyncio.timeout(ANSWER_S):
            await consumer.start()
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
    finally:
        await consumer.stop()


async def _go_to_end(consumer: AIOKafkaConsumer, topic: str) -> None:
    """Read from here on, without a group: only what comes after the command can be its outcome."""
    await consumer._client._wait_on_metadata(topic)  # noqa: SLF001  # a fresh consumer knows no topic yet
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
    consumer.assign(partitions)
    for partition, end in (await consumer.end_offsets(partitions)).items():
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
