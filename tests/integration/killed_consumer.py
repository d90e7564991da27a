"""A consumer that kills itself at a chosen moment; run as a program by ``test_traps``."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import cast

from shared import db, inbox
from shared.consume import Received, Subscription
from shared.settings import KafkaSettings
from tests.integration.workbench import MARK, Mark, consuming


class Once:
    """A handler that recognises what it has done, by the inbox, as those of the services do."""

    def __init__(self) -> None:
        self.delivered: list[str] = []

    async def __call__(self, connection: db.Connection, batch: Sequence[Received]) -> None:
        """Handle one batch."""
        self.delivered += [cast("Mark", received.data).mark for received in batch]
        taken = await inbox.taken(connection, [(one.topic, one.message.id) for one in batch])
        fresh = [one for one in batch if (one.topic, one.message.id) not in taken]
        await inbox.record(
            connection, [(one.topic, one.message.id, inbox.fingerprint(one.message), "{}") for one in fresh]
        )
        await connection.executemany(
            "insert into effect (mark) values ($1)", [(cast("Mark", one.data).mark,) for one in fresh]
        )


def die() -> None:
    """As by power failure."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(servers: str, database: str, group: str, topic: str, moment: str) -> None:
    """Consume until death."""
    once = Once()

    async def handle(connection: db.Connection, batch: Sequence[Received]) -> None:
        await once(connection, batch)
        if moment == "before the commit":
            die()

    subscription = Subscription(group=group, types={MARK: Mark}, topics=(topic,))
    async with (
        db.create_pool(database, name="dies", size=1) as pool,
        consuming(KafkaSettings(bootstrap_servers=servers), subscription, handle, pool, committed=die),
    ):
        await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
