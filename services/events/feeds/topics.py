"""Whether a partner has a topic: a message for one that nobody made would wait in the outbox for ever."""

import asyncio
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.settings import KafkaSettings

ANSWER_S: Final = 10.0


class Topics:
    """The topics that Kafka has, as far as they were asked for."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._known: set[str] = set()

    async def lacks(self, topic: str) -> bool:
        """Whether Kafka says that it has no such topic; False also where it cannot be asked."""
        if topic not in self._known:
            try:
                self._known = await self._ask()
            except (KafkaError, OSError, TimeoutError):
                return False
        return topic not in self._known

    async def _ask(self) -> set[str]:
        client = AIOKafkaAdminClient(**self._settings.aiokafka_options(), client_id="events-feeds")
        async with asyncio.timeout(ANSWER_S):
            try:
                await client.start()
                return set(await client.list_topics())
            finally:
                await client.close()
