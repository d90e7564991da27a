"""Timers that work in transactions of their own, as long as there is a whole round to do."""

from collections.abc import Awaitable, Callable
from functools import partial

from shared import db
from shared.aggregates.work import PER_ROUND
from shared.outbox import Relay

Job = Callable[[db.Connection], Awaitable[int | None]]


def in_rounds(pool: db.Pool, relay: Relay, job: Job) -> Callable[[], Awaitable[None]]:
    """``job`` in one transaction after the other; it returns how much it did, and ``PER_ROUND`` where more is due."""

    async def work() -> None:
        done: int | None = PER_ROUND
        while done == PER_ROUND:
            async with db.transaction(pool) as connection:
                done = await job(connection)
            if done != 0:
                relay.wake()

    work.__name__ = getattr(job.func if isinstance(job, partial) else job, "__name__", "timer")
    return work
