"""The timer that reads feeds when they are due, in every instance, each feed in one of them.

A short transaction leases a due feed; it is fetched and read outside of any; a last transaction stores what follows,
with the messages for the partner's topic, if the lease is still the present one. An instance that dies meanwhile
leaves a lease behind that runs out.
"""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from threading import Event as Flag
from typing import Final
from uuid import UUID, uuid4

import structlog
from prometheus_client import Counter, Gauge, Histogram

from services.events.domain import Rules
from services.events.feeds import reading, repository, storing
from services.events.feeds.comparing import Item
from services.events.feeds.domain import Feed
from services.events.feeds.errors import FetchError
from services.events.feeds.fetching import Fetched, Limits, fetch
from services.events.feeds.topics import Topics
from services.events.settings import Settings
from shared import db
from shared.clock import utc_now
from shared.outbox import Relay
from shared.topics import partner_topic

log = structlog.get_logger()

LOOK_S: Final = 1.0
MEASURE_S: Final = 30.0
READING: Final = timedelta(minutes=3)  # what reading and storing the largest feed may take on a slow machine
AGAIN: Final = timedelta(minutes=1)
OVERDUE: Final = timedelta(minutes=5)

POLLS: Final = Counter("buendnisbus_feed_polls", "Feeds that were read, or tried.", ["status"])
FETCH_SECONDS: Final = Histogram(
    "buendnisbus_feed_fetch_seconds", "Time to fetch a feed, or to give up.", buckets=(0.1, 0.5, 2, 5, 10, 30, 60)
)
FEEDS_OVERDUE: Final = Gauge("buendnisbus_feeds_overdue", "Feeds that should have been read five minutes ago.")


@dataclass
class Poller:
    """Reads the feeds that are due, until ``run`` is cancelled."""

    pool: db.Pool
    topics: Topics
    relay: Relay
    rules: Rules
    settings: Settings
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _stopped: Flag = field(default_factory=Flag)

    async def run(self) -> None:
        """Poll until cancelled, whatever goes wrong meanwhile."""
        if self.settings.feeds_at_once == 0:
            return
        free = asyncio.Semaphore(self.settings.feeds_at_once)

        def ended(_: object) -> None:
            free.release()
            self._ended.set()  # another feed of the same host may be due

        try:
            async with asyncio.TaskGroup() as polls:
                while True:
                    await free.acquire()
                    self._ended.clear()
                    feed = await self._next()
                    if feed is None:
                        free.release()
                        with suppress(TimeoutError):
                            async with asyncio.timeout(LOOK_S):
                                await self._ended.wait()
                        continue
                    polls.create_task(self.poll(feed)).add_done_callback(ended)
        finally:
            self._stopped.set()

    async def measure(self) -> None:
        """Count the feeds that are not read as they should be."""
        async with db.reading(self.pool) as connection:
            FEEDS_OVERDUE.set(await repository.overdue(connection, utc_now() - OVERDUE))

    async def claim(self) -> Feed | None:
        """Lease a feed that is due; None where there is none."""
        now = utc_now()
        until = now + timedelta(seconds=self.settings.feed_seconds) + READING
        async with db.transaction(self.pool) as connection:
            return await repository.claim(connection, uuid4(), now, until)

    async def poll(self, feed: Feed) -> None:
        """Read a leased feed, and store what follows. Failures of its own are logged; the feed stays due."""
        assert feed.lease is not None
        try:
            status = await self._poll(feed)
        except asyncio.CancelledError:
            await self._give_back(feed.id, feed.lease, None)
            raise
        except Exception as error:
            log.warning("feed not stored", feed=str(feed.id), exc_info=error)
            await self._give_back(feed.id, feed.lease, utc_now() + AGAIN)
            status = "postponed"
        POLLS.labels(status).inc()
        self.relay.wake()

    async def _next(self) -> Feed | None:
        try:
            return await self.claim()
        except Exception as error:
            log.warning("feeds not claimed", exc_info=error)
            return None

    async def _poll(self, feed: Feed) -> str:
        spread = random.uniform(-1, 1)  # noqa: S311
        try:
            fetched = await self._fetch(feed)
            items = None if fetched.body is None else await self._read(feed, fetched.body)
        except FetchError as error:
            async with db.transaction(self.pool) as connection:
                stored = await storing.failure(connection, feed, error, utc_now(), spread)
            log.warning("feed not read", feed=str(feed.id), code=error.code)
        else:
            async with db.transaction(self.pool) as connection:
                if items is None:
                    stored = await storing.not_modified(connection, feed, fetched, utc_now(), spread)
                else:
                    stored = await storing.items(connection, feed, fetched, items, self.rules, utc_now(), spread)
        if stored is None or stored.last is None:
            return "discarded"
        counts = {"read", "new", "changed", "unchanged", "withdrawn", "refused"}
        log.info("feed polled", feed=str(feed.id), status=stored.last.status, **stored.last.model_dump(include=counts))
        return stored.last.status

    async def _fetch(self, feed: Feed) -> Fetched:
        if await self.topics.lacks(partner_topic(feed.partner).name):
            raise FetchError(
                "topic-missing",
                "The topic of {partner} does not exist yet; `buendnisbus feeds add` makes it.",
                partner=feed.partner,
            )
        began = time.monotonic()
        try:
            return await fetch(
                feed.address,
                etag=feed.etag,
                last_modified=feed.last_modified,
                allowed=self.settings.allowed_hosts,
                limits=Limits(bytes=self.settings.feed_bytes, seconds=self.settings.feed_seconds),
                contact=self.settings.feed_contact,
            )
        finally:
            FETCH_SECONDS.observe(time.monotonic() - began)

    async def _read(self, feed: Feed, body: bytes) -> list[Item]:
        """One calendar at a time, in a thread: the consumer's heartbeat shares this loop."""
        read = partial(
            reading.items,
            body,
            feed.host,
            most=self.settings.feed_entries,
            topics=feed.topics,
            vocabulary=self.rules.topics,
            between=self._go_on,
        )
        async with self._reading:
            try:
                return await asyncio.to_thread(read)
            except FetchError:
                raise
            except Exception as error:
                log.exception("calendar not read", feed=str(feed.id), exc_info=error)
                raise FetchError(
                    "not-a-calendar", "{host} sends something that cannot be read as a calendar.", host=feed.host
                ) from None

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise InterruptedError

    async def _give_back(self, feed: UUID, lease: UUID, next_at: datetime | None) -> None:
        with suppress(Exception):  # it runs out by itself
            async with asyncio.timeout(2), db.transaction(self.pool) as connection:
                await repository.release(connection, feed, lease, next_at)
