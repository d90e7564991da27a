"""Waiting for requests to be settled, through any instance: one listener and one query for all who wait.

The listener is the only one of this instance: it also wakes whoever else looks at the views.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

from services.gateway.common.requests import store
from services.gateway.common.requests.store import RequestState
from services.gateway.common.views.projection import CHANNEL
from shared import db

LOOK_AGAIN_S: Final = 0.5


class RequestWaiter:
    """Run it as a task; ``wait`` for requests meanwhile. ``changed`` is called whenever the views change."""

    def __init__(self, database_url: str, pool: db.Pool, changed: Callable[[], None]) -> None:
        self._url = database_url
        self._pool = pool
        self._tell = changed
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
        """Look whenever the views change, until cancelled; while the database is away nobody is told anything."""
        await db.keep_session(self._url, self._listen, name="gateway-waiter")

    async def _listen(self, session: db.Session) -> None:
        await session.add_listener(CHANNEL, self._hear)
        # Whatever was said while nobody listened.
        self._hear()
        while not session.is_closed():
            await self._look()

    def _hear(self, *_: object) -> None:
        self._changed.set()
        self._tell()

    async def _look(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self._changed.wait()
        self._changed.clear()
        if not self._waiting:
            return
        async with db.reading(self._pool) as connection:
            states = await store.states(connection, list(self._waiting))
        for request, state in states.items():
            if state.status != "pending":
                for future in self._waiting.get(request, []):
                    if not future.done():
                        future.set_result(state)
