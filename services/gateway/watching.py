"""Waiting for requests to be settled, through any instance: one listener and one query for all who wait."""

import asyncio
from contextlib import suppress
from typing import Final
from uuid import UUID

import structlog

from services.gateway import requests
from services.gateway.projections import CHANNEL
from services.gateway.requests import RequestState
from shared import db

log = structlog.get_logger()

LOOK_AGAIN_S: Final = 0.5


class Watch:
    """Run it as a task; ``wait`` for requests meanwhile."""

    def __init__(self, database_url: str, pool: db.Pool) -> None:
        self._url = database_url
        self._pool = pool
        self._waiting: dict[UUID, list[asyncio.Future[RequestState]]] = {}
        self._changed = asyncio.Event()

    async def wait(self, request: UUID, seconds: float) -> RequestState | None:
        """The state of ``request`` once it is settled; None when ``seconds`` have passed before."""
        future: asyncio.Future[RequestState] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(request, []).append(future)
        self._changed.set()
        try:
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            return None
        finally:
            waiters = self._waiting[request]
            waiters.remove(future)
            if not waiters:
                del self._waiting[request]

    async def run(self) -> None:
        """Look whenever the views change; without a listener, as while the database restarts, by the clock."""
        pause = 0.2
        while True:
            try:
                connection = await db.connect(self._url, name="gateway-watch")
                try:
                    await connection.add_listener(CHANNEL, lambda *_: self._changed.set())
                    while not connection.is_closed():
                        pause = 0.2
                        await self._look()
                finally:
                    with suppress(Exception):
                        await connection.close(timeout=2)
            except Exception as error:
                log.warning("watch interrupted", exc_info=error, again_in_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _look(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._changed.wait()
        self._changed.clear()
        if not self._waiting:
            return
        async with db.reading(self._pool) as connection:
            states = await requests.states(connection, list(self._waiting))
        for request, state in states.items():
            if state.status != "pending":
                for future in self._waiting.get(request, []):
                    if not future.done():
                        future.set_result(state)
