"""How many messages a topic has, and how fast they were published."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer

from shared.commands.topic_reader import offsets


async def end(consumer: AIOKafkaConsumer, topic: str) -> int:
    """How many were ever published, over all partitions."""
    return sum(end for _, end in (await offsets(consumer, topic)).values())


def rate(timestamps: Sequence[int]) -> float:
    """Per second, between the first and the last by their own milliseconds, so that starting up does not count."""
    return (len(timestamps) - 1) / ((max(timestamps) - min(timestamps)) / 1000)
