"""Looking into topics without a consumer group: for commands, dead letters and tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.broker import KafkaRecord
from shared.settings import KafkaSettings

Ranges = dict[TopicPartition, tuple[int, int]]


async def read_all(settings: KafkaSettings, topic: str, ranges: Ranges | None = None) -> list[KafkaRecord]:
    """All records of a topic, or of the given offset ranges (end excluded), by partition and offset."""
    async with reader(settings) as consumer:
        found: list[KafkaRecord] = []
        for partition, (start, end) in (ranges or await offsets(consumer, topic)).items():
            consumer.assign([partition])
            consumer.seek(partition, start)
            while await consumer.position(partition) < end:
                batches = await consumer.getmany(partition, timeout_ms=2_000)
                if not batches:
                    break
                found += [record for record in batches[partition] if record.offset < end]
        return found


async def offsets(consumer: AIOKafkaConsumer, topic: str) -> Ranges:
    """The first offset and the next one to be written, by partition."""
    await consumer._client._wait_on_metadata(topic)  # noqa: SLF001  # a fresh consumer knows no topic yet
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    first, last = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
    return {partition: (first[partition], last[partition]) for partition in partitions}


@asynccontextmanager
async def reader(settings: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer without a group, for looking around."""
    consumer = AIOKafkaConsumer(**settings.aiokafka_options(), enable_auto_commit=False)
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
