"""Reading dead letters and dealing with them: the topic is the only store (``shared.dead_letters``)."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import TopicPartition

from shared import dead_letters as letters
from shared.broker import KafkaRecord, Producer, Record
from shared.commands.topic_reader import read_all
from shared.envelope import MalformedMessageError, header, read_record
from shared.settings import KafkaSettings
from shared.topics import dead_letter_topic, is_personal


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One that is still to be dealt with. ``origin``: topic/partition/offset; ``at``: RFC 3339."""

    group: str
    origin: str
    cause: str
    at: str
    record: KafkaRecord

    @property
    def kind(self) -> str | None:
        """The message's type, where it can be read."""
        try:
            return read_record(self.record.headers, self.record.value or b"{}").type
        except MalformedMessageError:
            return None


class LostOriginError(RuntimeError):
    """A body that is not kept in the dead letters is no longer on its topic either."""


async def unsettled(settings: KafkaSettings, group: str) -> list[DeadLetter]:
    """The dead letters of ``group`` that were neither redriven nor dropped, oldest first, each once."""
    found: dict[str, DeadLetter] = {}
    for record in await read_all(settings, dead_letter_topic(group)):
        origin = header(record.headers, letters.ORIGIN)
        if origin is None:
            continue
        if header(record.headers, letters.SETTLED) is not None:
            found.pop(origin, None)
            continue
        cause, at = header(record.headers, letters.CAUSE) or "", header(record.headers, letters.AT) or ""
        found[origin] = DeadLetter(group, origin, cause, at, record)
    return list(found.values())


async def redrive(settings: KafkaSettings, chosen: Sequence[DeadLetter]) -> None:
    """Send each once more to where it came from, as it came, and settle it.

    Raises:
        LostOriginError: a body is gone; those before it were sent.
        Exception: Kafka did not take a message.
    """
    async with Producer(settings, client_id="buendnisbus") as producer:
        for letter in chosen:
            original = await _original(settings, letter)
            marker = letters.settled(letter.group, letter.origin, "redriven")
            # One after the other: a crash between the two repeats a message, which is recognised by its id.
            for record in (original, marker):
                (error,) = await producer.send([record])
                if error is not None:
                    raise error


async def drop(settings: KafkaSettings, chosen: Sequence[DeadLetter]) -> None:
    """Give up on them.

    Raises:
        Exception: Kafka did not take a marker.
    """
    async with Producer(settings, client_id="buendnisbus") as producer:
        for error in await producer.send([letters.settled(one.group, one.origin, "dropped") for one in chosen]):
            if error is not None:
                raise error


async def _original(settings: KafkaSettings, letter: DeadLetter) -> Record:
    topic, partition, offset = letter.origin.rsplit("/", 2)
    record = letter.record
    if is_personal(topic) or not record.value:
        place = TopicPartition(topic, int(partition))
        at_origin = await read_all(settings, topic, {place: (int(offset), int(offset) + 1)})
        if not at_origin and is_personal(topic):
            raise LostOriginError(f"{letter.origin} is no longer kept on its topic; drop it")
        record = at_origin[0] if at_origin else record
    kept = [item for item in record.headers if not item[0].startswith("dlq-")]
    return Record(topic, record.key, record.value, kept)
