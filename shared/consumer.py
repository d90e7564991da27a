"""A Kafka consumer that hands records over when they arrive: no pause between polls, and no polling while none come.

FastStream's batch subscriber sleeps after each empty poll, so that a record waits for up to twice its
``batch_timeout_ms``. It never sees an empty poll of this consumer. aiokafka fetches ahead for the partitions of a
broker whose records are used up, one request at a time: one that leaves out the partitions that are busy just now
keeps their next records waiting for as long as the broker holds it open (``fetch_max_wait_ms``, half a second).
"""

from functools import partial
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from faststream.kafka import KafkaBroker

POLL_MS: Final = 60_000  # errors of the group's coordination are noticed at the latest after so long
FETCH_AHEAD_AFTER_S: Final = 5.0  # the same as consume.LONGEST_PAUSE_S: a broker's other partitions wait no longer


class PromptConsumer(AIOKafkaConsumer):
    """aiokafka's consumer, of which ``getmany`` returns as soon as there are records, and not before."""

    async def start(self) -> None:
        """Connect and join the group; see ``AIOKafkaConsumer.start``."""
        await super().start()  # type: ignore[no-untyped-call]
        fetcher: Any = self._fetcher
        fetcher._prefetch_backoff = FETCH_AHEAD_AFTER_S  # noqa: SLF001  # not among the consumer's options

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> "dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]":
        """Records by partition, at least one; ``timeout_ms`` is not looked at.

        Raises:
            ConsumerStoppedError: the consumer was stopped.
            KafkaError: the group or the fetching has failed.
        """
        while True:
            records = await super().getmany(*partitions, timeout_ms=POLL_MS, max_records=max_records)
            if records:
                return records


class PromptBroker(KafkaBroker):
    """FastStream's broker with consumers of that kind."""

    async def _connect(self) -> Any:
        builder: Any = await super()._connect()
        config = self.config.broker_config
        config.builder = partial(PromptConsumer, **builder.keywords)
        return config.builder
