"""Live updates: one reader of the log of changes for all clients of this instance.

A client that keeps up is given references to frames which all share. One that does not is let go, and reads the log
at its own pace from where it was until it has caught up; so does one that resumes. Nobody's memory grows, nothing is
left out, and within one connection the order is that of the commits.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, Final, TypeVar

import structlog
from prometheus_client import Counter, Gauge

from services.gateway.calendar import change_store
from services.gateway.calendar.change_store import ChangePage, Position
from services.gateway.calendar.filters import EventFilter
from services.gateway.calendar.live import frames
from services.gateway.calendar.live.frames import Change
from shared import db

T = TypeVar("T")
Send = Callable[[bytes], Awaitable[None]]

log = structlog.get_logger()

CLIENTS: Final = Gauge("buendnisbus_stream_clients", "Clients that follow the stream of this instance.")
SENT: Final = Counter("buendnisbus_stream_messages", "Messages sent to clients of the stream.")
FELL_BEHIND: Final = Counter("buendnisbus_stream_fell_behind", "Times a client was too slow and had to read the log.")

LOOK_AGAIN_S: Final = 5.0
READY_S: Final = 3.0
PAUSE_S: Final = 1.0
MOST_WAITING: Final = 256  # frames for one client
MOST_WAITING_BYTES: Final = 1024 * 1024
BATCH: Final = 200
PAGE: Final = 50  # a client holds one page while it is sent
READERS: Final = 2  # connections of the pool that clients who catch up may take
RETURN_MS: Final = (1_000, 5_000)  # when clients are asked to come back, so that not all come at once


class Client:
    """One connection. ``position``: up to where it has been given what concerns it; ``is_sure``: the log knows it."""

    __slots__ = ("is_sure", "position", "size", "waiting", "wanted", "woken")

    def __init__(self, wanted: EventFilter, position: Position) -> None:
        self.wanted = wanted
        self.position = position
        self.is_sure = False
        self.waiting: deque[bytes] = deque()
        self.size = 0
        self.woken = asyncio.Event()

    def offer(self, change: Change) -> bool:
        """Take a change; False where the client has too much waiting already, and was not given this one."""
        if change.number <= self.position.number:
            return True
        frame = change.frame(self.wanted)
        if frame is not None:
            if self.waiting and (len(self.waiting) >= MOST_WAITING or self.size + len(frame) > MOST_WAITING_BYTES):
                return False
            self.waiting.append(frame)
            self.size += len(frame)
            self.woken.set()
        self.position = self.position._replace(number=change.number)
        return True

    def take(self) -> list[bytes]:
        """All that waits."""
        taken = list(self.waiting)
        self.waiting.clear()
        self.size = 0
        return taken


class Stream:
    """Run it as a task; ``follow`` for clients meanwhile; ``close`` before the server stops."""

    def __init__(self, pool: db.Pool, *, heartbeat_s: float) -> None:
        self._pool = pool
        self._heartbeat_s = heartbeat_s
        self._live: set[Client] = set()
        self._changed = asyncio.Event()
        self._ready = asyncio.Event()
        self._closed = asyncio.Event()
        self._readers = asyncio.Semaphore(READERS)
        self._position: Position | None = None
        self.clients = 0

    @property
    def position(self) -> Position | None:
        """The last change that this instance has seen; None before it has seen the log at all."""
        return self._position

    def wake(self) -> None:
        """The views may have changed."""
        self._changed.set()

    def close(self) -> None:
        """End all streams, and those that still come."""
        self._closed.set()
        for client in self._live:
            client.woken.set()

    async def run(self) -> None:
        """Read what is new whenever the views change, until cancelled; while the database is away nothing comes."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._beat())
            tasks.create_task(self._listen())

    async def _beat(self) -> None:
        """Wake those who keep up: whoever has nothing waiting then sends a heartbeat. A timer for each costs more."""
        while True:
            await asyncio.sleep(self._heartbeat_s)
            for client in self._live:
                client.woken.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._broadcast()
            except Exception as error:
                log.warning("stream interrupted", exc_info=error)
                await asyncio.sleep(PAUSE_S)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await self._changed.wait()
            self._changed.clear()

    async def begin(self) -> Position | None:
        """Where a client begins that comes now; None where the log cannot be read for some seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await self._ready.wait()
        return self._position

    async def follow(self, wanted: EventFilter, begin: Position, last_event_id: str | None, send: Send) -> None:
        """Send a client what concerns it after ``last_event_id``, or after ``begin``, until the server stops.

        It is to be cancelled when the client has gone.
        """
        asked = frames.read_id(last_event_id) if last_event_id else begin
        client = Client(wanted, asked or begin)
        self.clients += 1
        CLIENTS.set(self.clients)
        try:
            await send(frames.opening())
            if asked is None:
                await send(frames.reset(begin))
            elif not last_event_id:
                await send(frames.hello(begin))
            while not self._closed.is_set():
                await (self._give(client, send) if self._join(client) else self._read(client, send))
            await send(frames.goodbye(random.randint(*RETURN_MS)))  # noqa: S311
        finally:
            self._live.discard(client)
            self.clients -= 1
            CLIENTS.set(self.clients)

    def _join(self, client: Client) -> bool:
        """Give ``client`` what comes from now on, if it has all until now."""
        here = self._position
        if here is None or client.position.epoch != here.epoch:
            return False
        is_level = client.position.number == here.number
        if is_level or (client.is_sure and client.position.number > here.number):
            self._live.add(client)
            return True
        return False

    def _keeps_up(self, client: Client) -> bool:
        return client in self._live and not self._closed.is_set()

    def _let_go(self, clients: Iterable[Client]) -> None:
        for client in list(clients):
            self._live.discard(client)
            client.woken.set()

    async def _give(self, client: Client, send: Send) -> None:
        """Send what the reader for all gives, until the client falls behind."""
        while True:
            if taken := client.take():
                await send(taken[0] if len(taken) == 1 else b"".join(taken))
                SENT.inc(len(taken))
                continue
            if not self._keeps_up(client):
                return
            client.woken.clear()
            await client.woken.wait()
            if not client.waiting and self._keeps_up(client):
                await send(frames.HEARTBEAT)

    async def _read(self, client: Client, send: Send) -> None:
        """Send one page of the log; where the client has read from another log, that it has to begin anew."""
        page = await self._with_heartbeat(self._page(client.position.number), send)
        if page is None:
            return
        # The reader for all may not know yet what this page shows.
        self.wake()
        is_known = client.position.epoch == page.newest.epoch and client.position.number <= page.newest.number
        client.is_sure = True
        if not is_known:
            client.position = page.newest
            await send(frames.reset(page.newest))
            return
        found = [frames.change(row, page.newest.epoch).frame(client.wanted) for row in page.rows]
        client.position = page.position
        if wanted := [frame for frame in found if frame is not None]:
            await send(b"".join(wanted))
            SENT.inc(len(wanted))

    async def _with_heartbeat(self, work: Coroutine[Any, Any, T], send: Send) -> T | None:
        """What ``work`` returns, with heartbeats as long as that takes; None where the server stops before."""
        working, closed = asyncio.create_task(work), asyncio.create_task(self._closed.wait())
        try:
            while True:
                await asyncio.wait({working, closed}, timeout=self._heartbeat_s, return_when=asyncio.FIRST_COMPLETED)
                if closed.done():
                    return None
                if working.done():
                    return working.result()
                await send(frames.HEARTBEAT)
        finally:
            working.cancel()
            closed.cancel()

    async def _page(self, after: int) -> ChangePage:
        """A page of the log, as soon as the database gives it."""
        while True:
            try:
                async with self._readers, db.reading(self._pool) as connection:
                    return await change_store.read(connection, after, PAGE)
            except Exception as error:
                if not db.is_passing(error):
                    raise
            await asyncio.sleep(PAUSE_S * random.uniform(1, 2))  # noqa: S311

    async def _broadcast(self) -> None:
        """Give all that is new to all who keep up."""
        here = self._position
        while here is None or not self._live:
            async with db.reading(self._pool) as connection:
                newest = await change_store.newest(connection)
            # Whoever came while it was asked for has not been given what lies between.
            if here is None or not self._live:
                self._position = newest
                self._ready.set()
                return
        is_last = False
        while not is_last:
            async with db.reading(self._pool) as connection:
                page = await change_store.read(connection, here.number, BATCH)
            if page.newest.epoch != here.epoch or page.newest.number < here.number:
                self._position = page.newest
                self._let_go(self._live)
                return
            for row in page.rows:
                self._offer(frames.change(row, here.epoch))
                self._position = Position(here.epoch, row.number)
                # So that what was given is also sent meanwhile.
                await asyncio.sleep(0)
            here = self._position = page.position
            is_last = page.is_last

    def _offer(self, change: Change) -> None:
        slow = [client for client in self._live if not client.offer(change)]
        FELL_BEHIND.inc(len(slow))
        self._let_go(slow)
