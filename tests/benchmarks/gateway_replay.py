"""The gateway's own consumer, alone in a process: prints how many facts a second it stored after its first batch."""

import asyncio
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import structlog
import uvloop

from services.gateway.app import bring_up_to_date
from shared import db
from shared.broker import Producer, create_broker, keep_connected
from shared.consume import Received, Subscription, consume
from shared.contracts import members
from shared.settings import KafkaSettings


async def main(kafka: str, database: str, topic: str, wanted: int) -> None:
    """Store ``wanted`` facts of ``topic``, then end."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    settings = KafkaSettings(bootstrap_servers=kafka)
    group = f"gateway-{topic}-{time.time_ns()}"
    stored, first, began = 0, 0, 0.0
    pending = 0
    done = asyncio.Event()

    async def project(connection: db.Connection, batch: Sequence[Received]) -> None:
        nonlocal pending
        pending = len(batch)
        await bring_up_to_date(connection, batch)

    def committed() -> None:
        nonlocal stored, first, began
        stored += pending
        if began == 0.0:
            first, began = stored, time.perf_counter()
        if stored >= wanted:
            done.set()

    async with db.create_pool(database, name="bench", size=2) as pool, Producer(settings, client_id=group) as producer:
        broker = create_broker(settings, client_id=group)
        subscription = Subscription(group=group, topics=(topic,), types=members.FACTS, skips=True)
        consume(broker, subscription, project, pool=pool, producer=producer, committed=committed)
        consuming = asyncio.create_task(keep_connected(broker))
        async with asyncio.timeout(150):
            await done.wait()
        rate = (stored - first) / (time.perf_counter() - began)
        consuming.cancel()
        with suppress(asyncio.CancelledError):
            await consuming
    sys.stdout.write(f"{rate}\n")


if __name__ == "__main__":
    kafka_, database_, topic_, wanted_ = sys.argv[1:]
    uvloop.run(main(kafka_, database_, topic_, int(wanted_)))
