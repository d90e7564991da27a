"""Instances share the polling of feeds: each is read by one of them, and what is lost on the way is read again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from services.events.domain import Rules
from services.events.feeds import domain, repository, storing
from services.events.feeds.domain import Feed
from services.events.feeds.errors import FetchError
from services.events.feeds.fetching import Fetched
from services.events.feeds.polling import Poller
from services.events.feeds.topics import Topics
from services.events.settings import Settings
from shared import db
from shared.broker import Producer
from shared.clock import utc_now
from shared.contracts.events import AddFeed, feed_id
from shared.outbox import Relay
from shared.places import places
from shared.settings import KafkaSettings
from shared.topics import partner_topic
from tests.integration.workbench import make_topic, unique
from tests.support.bus import eventually
from tests.support.calendars import calendar, vevent
from tests.support.feed_server import says, serving

RULES = Rules(topics=frozenset({"integration"}), time_zone="Europe/Berlin", places=places())
ONE = says(calendar(vevent("cafe")))


@pytest.fixture(scope="session")
async def partner(kafka: KafkaSettings) -> str:
    """An organisation that has a topic."""
    name = unique("verein")
    await make_topic(kafka, partner_topic(name).name, config=partner_topic(name).config())
    return name


@pytest.fixture
async def registered(pool: db.Pool, partner: str) -> str:
    await register(pool, partner)
    return partner


async def register(pool: db.Pool, partner: str) -> None:
    async with db.transaction(pool) as connection:
        await connection.execute(
            "insert into partner (id, version, name, trusted, active, updated_at)"
            " values ($1, 1, 'Verein', true, true, now())",
            partner,
        )


@asynccontextmanager
async def pollers(database: str, kafka: KafkaSettings, count: int) -> AsyncIterator[list[Poller]]:
    """So many instances of the poller, none of which runs yet."""
    async with AsyncExitStack() as stack:
        made = []
        for number in range(count):
            pool = await stack.enter_async_context(db.create_pool(database, name=f"poller-{number}", size=4))
            producer = await stack.enter_async_context(Producer(kafka, client_id="test"))
            settings = Settings(database_url=database, feed_hosts_allowed="127.0.0.1,127.0.0.2", feed_seconds=10)
            made.append(Poller(pool, Topics(kafka), Relay(database, producer, service="test"), RULES, settings))
        yield made


async def add(pool: db.Pool, partner: str, *urls: str) -> list[Feed]:
    feeds = [
        domain.add(None, feed_id(partner, url), AddFeed(partner=partner, url=url), url, utc_now())[1] for url in urls
    ]
    async with db.transaction(pool) as connection:
        await repository.save_feeds(connection, feeds)
    return feeds


async def stored(pool: db.Pool, feed: Feed) -> Feed:
    async with db.reading(pool) as connection:
        [found] = await repository.read_feeds(connection, feed=feed.id)
    return found


async def sent(pool: db.Pool, partner: str) -> list[dict[str, Any]]:
    """What waits for the partner's topic."""
    async with db.reading(pool) as connection:
        rows = await connection.fetch(
            "select headers, value from outbox where topic = $1 order by id", partner_topic(partner).name
        )
    return [orjson.loads(row["value"]) | {"kind": orjson.loads(row["headers"])["ce_type"]} for row in rows]


async def test_however_many_instances_there_are_each_due_feed_is_read_once(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    async with serving(ONE) as one, serving(ONE, "127.0.0.2") as other, pollers(database, kafka, 3) as instances:
        urls = [server.url(f"/{number}.ics") for number in range(6) for server in (one, other)]
        feeds = await add(pool, registered, *urls)
        running = [asyncio.create_task(poller.run()) for poller in instances]

        async def all_read() -> bool:
            return all([(await stored(pool, feed)).last is not None for feed in feeds])

        await eventually(all_read, within=60)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

        assert sorted(one.paths() + other.paths()) == sorted([f"/{number}.ics" for number in range(6)] * 2)
    reports = [(await stored(pool, feed)).last for feed in feeds]
    assert {(report.status, report.read) for report in reports if report} == {("read", 1)}


async def test_one_feed_of_a_host_is_read_at_a_time_whoever_reads_it(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    first, second, elsewhere = await add(
        pool, registered, "http://127.0.0.1:1/a.ics", "http://127.0.0.1:1/b.ics", "http://127.0.0.2:1/c.ics"
    )
    async with pollers(database, kafka, 2) as (one, other):
        claimed = [await one.claim(), await other.claim(), await one.claim(), await other.claim()]

    ids = {feed.id for feed in claimed if feed}
    assert elsewhere.id in ids
    assert len(ids & {first.id, second.id}) == 1
    assert claimed[2:] == [None, None]


async def test_a_feed_of_an_organisation_that_may_not_publish_is_not_read(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    await add(pool, registered, "http://127.0.0.1:1/a.ics")
    async with db.transaction(pool) as connection:
        await connection.execute("update partner set active = false")

    async with pollers(database, kafka, 1) as (poller,):
        assert await poller.claim() is None


async def test_what_a_crash_between_fetching_and_storing_has_lost_is_read_again_and_sent_once(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(ONE) as server, pollers(database, kafka, 2) as (crashed, other):
        [feed] = await add(pool, registered, server.url())
        assert await crashed.claim() is not None  # and nothing more is heard of it
        assert await other.claim() is None

        later = utc_now() + timedelta(minutes=10)
        monkeypatch.setattr("services.events.feeds.polling.utc_now", lambda: later)
        claimed = await other.claim()
        assert claimed is not None
        await other.poll(claimed)

    assert (await stored(pool, feed)).last is not None
    assert [message["uid"] for message in await sent(pool, registered)] == ["cafe"]


async def test_who_comes_late_stores_nothing(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(ONE) as server, pollers(database, kafka, 2) as (slow, fast):
        [feed] = await add(pool, registered, server.url())
        late = await slow.claim()
        later = utc_now() + timedelta(minutes=10)
        monkeypatch.setattr("services.events.feeds.polling.utc_now", lambda: later)
        again = await fast.claim()
        assert late is not None
        assert again is not None
        await slow.poll(late)
        assert (await stored(pool, feed)).last is None
        await fast.poll(again)

    assert (await stored(pool, feed)).version == feed.version + 1
    assert len(await sent(pool, registered)) == 1


async def test_what_was_changed_or_removed_while_it_was_read_is_not_stored(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    async with pollers(database, kafka, 1) as (poller,):
        [feed] = await add(pool, registered, "http://127.0.0.1:1/a.ics")
        claimed = await poller.claim()
        assert claimed is not None
        async with db.transaction(pool) as connection:
            await repository.save_feeds(connection, [domain.remove(claimed)[1]])
        await poller.poll(claimed)

    async with db.reading(pool) as connection:
        row = await connection.fetchrow("select active, last from feed where id = $1", feed.id)
    assert dict(row or {}) == {"active": False, "last": None}


async def test_an_instance_that_is_stopped_leaves_its_feeds_to_the_others_at_once(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    async def silent(_: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with serving(silent) as server, pollers(database, kafka, 2) as (stopped, other):
        await add(pool, registered, server.url())
        running = asyncio.create_task(stopped.run())

        async def asked() -> bool:
            return server.connections > 0

        await eventually(asked)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

        assert await other.claim() is not None


async def test_a_partner_without_a_topic_is_told_so_and_nothing_waits_for_ever(
    pool: db.Pool, database: str, kafka: KafkaSettings
) -> None:
    name = unique("ohne-topic")
    await register(pool, name)
    async with serving(ONE) as server, pollers(database, kafka, 1) as (poller,):
        [feed] = await add(pool, name, server.url())
        claimed = await poller.claim()
        assert claimed is not None
        await poller.poll(claimed)
        assert server.connections == 0

    last = (await stored(pool, feed)).last
    assert last is not None
    assert last.problem is not None
    assert last.problem.code == "topic-missing"
    assert await sent(pool, name) == []


async def test_feeds_are_read_while_kafka_is_away(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    away = kafka.model_copy(update={"bootstrap_servers": "127.0.0.1:1"})
    async with serving(ONE) as server, pollers(database, away, 1) as (poller,):
        [feed] = await add(pool, registered, server.url())
        claimed = await poller.claim()
        assert claimed is not None
        await poller.poll(claimed)

    assert len(await sent(pool, registered)) == 1
    assert (await stored(pool, feed)).failures == 0


async def test_retry_after_is_honoured_and_a_moved_feed_is_asked_where_it_is_now(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    async with serving({"/neu.ics": ONE}) as server, pollers(database, kafka, 1) as (poller,):
        server.answers["*"] = says(b"", "503 Busy", Retry_After="7200")
        [feed] = await add(pool, registered, server.url("/alt.ics"))
        await poll_now(poller, pool, feed)
        next_at = (await stored(pool, feed)).next_at
        assert next_at is not None
        assert next_at - utc_now() > timedelta(minutes=119)

        server.answers["*"] = says(b"", "301 Moved", Location="/neu.ics")
        await poll_now(poller, pool, feed)
        await poll_now(poller, pool, feed)

        assert server.paths() == ["/alt.ics", "/alt.ics", "/neu.ics", "/neu.ics"]
        assert (await stored(pool, feed)).id == feed_id(registered, server.url("/alt.ics"))


async def poll_now(poller: Poller, pool: db.Pool, feed: Feed) -> None:
    """Read ``feed`` and no other, though others may be due too."""
    due = utc_now() - timedelta(days=1)
    async with db.transaction(pool) as connection:
        await repository.save_feeds(connection, [domain.poll_now(await stored(pool, feed), due)[1]])
    claimed = await poller.claim()
    assert claimed is not None
    assert claimed.id == feed.id
    await poller.poll(claimed)


async def test_what_stands_in_another_feed_of_the_same_partner_is_not_withdrawn(
    pool: db.Pool, database: str, kafka: KafkaSettings, registered: str
) -> None:
    async with serving({}) as server, pollers(database, kafka, 1) as (poller,):
        server.answers = {"/a.ics": says(calendar(vevent("cafe"), vevent("chor"))), "/b.ics": ONE}
        feeds = await add(pool, registered, server.url("/a.ics"), server.url("/b.ics"))
        for feed in feeds:
            await poll_now(poller, pool, feed)
        server.answers["/a.ics"] = says(calendar(vevent("anderes")))
        await poll_now(poller, pool, feeds[0])

    withdrawn = [m["uid"] for m in await sent(pool, registered) if m["kind"] == "partner.event.withdraw.v1"]
    assert withdrawn == ["chor"]


async def test_a_failure_is_stored_only_under_the_present_lease(pool: db.Pool, registered: str) -> None:
    [feed] = await add(pool, registered, "http://127.0.0.1:1/a.ics")
    nobodys = replace(feed, lease=feed.id)

    async with db.transaction(pool) as connection:
        error = FetchError("too-slow", "…")
        assert await storing.failure(connection, nobodys, error, utc_now(), 0.0) is None
        unchanged = Fetched(None, None, None, None)
        assert await storing.not_modified(connection, nobodys, unchanged, utc_now(), 0.0) is None
