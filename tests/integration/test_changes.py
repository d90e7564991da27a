"""The log of changes and who reads it, on a real database: numbers in the order of commits, nobody left behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.gateway.calendar import change_store, list_store
from services.gateway.calendar.change_store import Position
from services.gateway.calendar.filters import EventFilter
from services.gateway.calendar.live import frames
from services.gateway.calendar.live import stream as streaming
from services.gateway.calendar.live.stream import Stream
from services.gateway.calendar.matching import Facets, matches
from services.gateway.common.requests.waiting import RequestWaiter
from shared import db
from shared.circle import Circle
from shared.contracts.events import EventFact
from tests.integration.workbench import throw_away
from tests.support.bus import eventually
from tests.support.facts import event_fact, project
from tests.support.laws import examples
from tests.support.sse import Parser

EVERYTHING = EventFilter(since=datetime(2030, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
async def tables(platform: Platform) -> AsyncIterator[str]:
    """A database with the tables of the gateway, to be copied."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway")) as url:
        migrate("gateway", url)
        yield url.rpartition("/")[2]


@pytest.fixture
async def url(platform: Platform, tables: str) -> AsyncIterator[str]:
    """A fresh database of a gateway."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway"), tables) as url:
        yield url


@pytest.fixture
async def pool(url: str) -> AsyncIterator[db.Pool]:
    """A pool on it, as the gateway has one."""
    async with db.create_pool(url, name="test", size=6) as pool:
        yield pool


async def store(pool: db.Pool, *facts: EventFact) -> None:
    """One batch, committed."""
    async with db.transaction(pool) as connection:
        await project(connection, *facts)


async def all_changes(pool: db.Pool, after: int = 0) -> list[change_store.ChangeRow]:
    """The log behind ``after``."""
    async with db.reading(pool) as connection:
        return list((await change_store.read(connection, after, 10_000)).rows)


class Following:
    """A client whose network can be held up."""

    def __init__(self, stream: Stream, last_event_id: str | None = None, wanted: EventFilter = EVERYTHING) -> None:
        self.parser = Parser()
        self.may_send = asyncio.Event()
        self.may_send.set()
        self.task = asyncio.create_task(self._follow(stream, last_event_id, wanted))

    async def _follow(self, stream: Stream, last_event_id: str | None, wanted: EventFilter) -> None:
        begin = await stream.begin()
        assert begin is not None
        await stream.follow(wanted, begin, last_event_id, self._send)

    async def _send(self, part: bytes) -> None:
        await self.may_send.wait()
        self.parser.feed(part)

    def versions(self) -> dict[str, list[int]]:
        """All that came of each event, in order."""
        found: dict[str, list[int]] = {}
        for message in self.parser.messages:
            if "id" in message.data:
                found.setdefault(message.data["id"], []).append(message.data["version"])
        return found

    def kinds(self) -> list[str]:
        """What came, in order."""
        return [message.event for message in self.parser.messages]

    async def has(self, count: int) -> None:
        """Wait for so many messages, hello and reset included."""

        async def enough() -> bool:
            return len(self.parser.messages) >= count

        await eventually(enough, what=f"{count} messages")

    async def got(self, fact: EventFact) -> None:
        """Wait for this version of an event."""

        async def there() -> bool:
            return fact.version in self.versions().get(fact.id, [])

        await eventually(there, what="an event on the stream")

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


@asynccontextmanager
async def running(url: str, pool: db.Pool, heartbeat_s: float = 15) -> AsyncIterator[Stream]:
    """A stream, woken as in a gateway."""
    stream = Stream(pool, heartbeat_s=heartbeat_s)
    tasks = [asyncio.create_task(work) for work in (stream.run(), RequestWaiter(url, pool, changed=stream.wake).run())]
    try:
        assert await stream.begin()
        yield stream
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_whoever_sees_a_number_sees_all_before_it_however_many_write(pool: db.Pool) -> None:
    seen: list[int] = []
    done = asyncio.Event()

    async def write(writer: int) -> None:
        for turn in range(15):
            async with db.transaction(pool) as connection:
                await project(connection, *(event_fact() for _ in range(1 + (writer + turn) % 3)))
                # A transaction that has its numbers and does not end yet is what a sequence would be overtaken by.
                await asyncio.sleep(0.01 * ((writer * 7 + turn) % 4))

    async def look() -> None:
        while not done.is_set():
            seen.extend(row.number for row in await all_changes(pool, seen[-1] if seen else 0))

    looking = asyncio.create_task(look())
    await asyncio.gather(*(write(writer) for writer in range(4)))
    done.set()
    await looking
    seen.extend(row.number for row in await all_changes(pool, seen[-1] if seen else 0))

    assert seen == [row.number for row in await all_changes(pool)]
    assert len(seen) == len(set(seen)) == sum(1 + (writer + turn) % 3 for writer in range(4) for turn in range(15))


async def test_the_next_writer_waits_for_its_number_until_the_one_before_has_committed(pool: db.Pool) -> None:
    first, second = event_fact(), event_fact()
    async with db.reading(pool) as one:
        begun = one.transaction()
        await begun.start()
        await project(one, first)
        writing = asyncio.create_task(store(pool, second))

        async def waits() -> bool:
            async with db.reading(pool) as connection:
                return bool(
                    await connection.fetchval(
                        "select count(*) from pg_stat_activity where datname = current_database()"
                        " and wait_event_type = 'Lock'"
                    )
                )

        await eventually(waits, what="the second writer's wait")
        assert await all_changes(pool) == []
        await begun.commit()
    await writing

    assert [str(row.id) for row in await all_changes(pool)] == [first.id, second.id]


async def test_an_event_stands_in_the_log_once_at_its_newest_change(pool: db.Pool) -> None:
    one, other = event_fact(), event_fact()
    await store(pool, one)
    await store(pool, other)
    await store(pool, event_fact(one.id, 2))
    await store(pool, event_fact(one.id, 2), event_fact(other.id, 1))

    assert [(str(row.id), row.version) for row in await all_changes(pool)] == [(other.id, 1), (one.id, 2)]


async def test_what_never_was_public_is_not_in_the_log(pool: db.Pool) -> None:
    waiting, refused, ended = event_fact(visibility="waiting"), event_fact(), event_fact()
    await store(pool, waiting, refused, ended)
    await store(pool, event_fact(waiting.id, 2, visibility="refused"))
    await store(pool, event_fact(refused.id, 2, visibility="refused", refused_because="Darum."))
    await store(pool, event_fact(ended.id, 2, visibility="withdrawn"))
    await store(pool, event_fact(ended.id, 3, visibility="waiting"))

    found = {str(row.id): row for row in await all_changes(pool)}

    assert found.keys() == {refused.id, ended.id}
    assert all(row.document is None and row.was_public for row in found.values())
    assert found[ended.id].visibility == "waiting"


async def test_migrating_numbers_what_is_there_already(platform: Platform) -> None:
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway")) as url:
        migrate("gateway", url)
        connection = await asyncpg.connect(url)
        await connection.execute("drop table change_log; alter table event drop was_public, drop change")
        await connection.execute("delete from schema_migrations where version = '0002'")
        await connection.execute(
            "insert into event select gen_random_uuid(), 1, 'public', '{}', '', now() - n * interval '1 day'"
            " from generate_series(1, 3) n"
        )
        migrate("gateway", url)
        rows = await connection.fetch("select change, updated_at from event order by change")
        newest = await change_store.newest(connection)
        await connection.close()

    assert [row["change"] for row in rows] == [1, 2, 3]
    assert sorted(row["updated_at"] for row in rows) == [row["updated_at"] for row in rows]
    assert newest.number == 3


async def test_a_client_that_reads_nothing_for_a_while_gets_everything_then_and_is_not_kept_in_memory(
    url: str, pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "MOST_WAITING", 8)
    before = streaming.FELL_BEHIND._value.get()
    facts = [event_fact() for _ in range(120)]
    async with running(url, pool) as stream:
        slow, quick = Following(stream), Following(stream)
        await asyncio.gather(slow.has(1), quick.has(1))
        slow.may_send.clear()
        for start in range(0, 120, 10):
            await store(pool, *facts[start : start + 10])
            await quick.got(facts[start + 9])

        async def is_behind() -> bool:
            return bool(streaming.FELL_BEHIND._value.get() > before)

        await eventually(is_behind, what="the slow client's falling behind")
        await store(pool, newest := event_fact(facts[0].id, 2))
        slow.may_send.set()
        await asyncio.gather(slow.got(newest), quick.got(newest))
        await asyncio.gather(slow.stop(), quick.stop())

    for client in (slow, quick):
        assert client.versions().keys() == {fact.id for fact in facts}
        assert client.versions()[facts[0].id][-1] == 2
        numbers = [frames.read_id(message.id) for message in client.parser.messages]
        assert numbers == sorted(number for number in numbers if number)
    assert stream.clients == 0


async def test_resuming_while_events_are_published_leaves_no_gap(url: str, pool: db.Pool) -> None:
    facts = [event_fact() for _ in range(200)]
    async with running(url, pool) as stream:

        async def publish() -> None:
            for fact in facts:
                await store(pool, fact)

        publishing = asyncio.create_task(publish())
        seen: dict[str, list[int]] = {}
        last_id: str | None = frames.write_id(stream.position or Position("", 0))
        for wanted in range(1, 400):
            client = Following(stream, last_id)
            await client.has(min(1 + wanted % 5, len(facts) - len(seen)))
            await client.stop()
            seen |= client.versions()
            last_id = client.parser.last_id
            if len(seen) == len(facts):
                break
        await publishing

    assert seen.keys() == {fact.id for fact in facts}


@pytest.mark.parametrize("odd", ["nonsense", "0123456789ab-3", "{epoch}-99", "{epoch}-", "{epoch}-1x"])
async def test_an_id_that_is_not_of_this_log_is_answered_by_a_reset_and_the_stream_goes_on(
    url: str, pool: db.Pool, odd: str
) -> None:
    await store(pool, event_fact())
    async with running(url, pool) as stream:
        assert stream.position is not None
        client = Following(stream, odd.format(epoch=stream.position.epoch))
        await client.has(1)
        assert client.parser.messages[0].data == {"last_event_id": frames.write_id(stream.position)}
        await store(pool, fact := event_fact())
        await client.has(2)
        await client.stop()

    assert client.kinds() == ["reset", "published"]
    assert client.parser.messages[1].data["id"] == fact.id


async def test_a_view_that_is_built_anew_resets_everyone(url: str, pool: db.Pool) -> None:
    facts = [event_fact() for _ in range(5)]
    await store(pool, *facts)
    async with running(url, pool) as stream:
        client = Following(stream)
        await client.has(1)
        async with db.reading(pool) as connection:
            await connection.execute("truncate event, occurrence, partner, change_log")
        await store(pool, *facts[:3])
        await client.has(2)
        await store(pool, last := event_fact())
        await client.got(last)
        await client.stop()

    assert client.kinds()[:2] == ["hello", "reset"]
    assert client.parser.messages[0].id.split("-")[0] != client.parser.last_id.split("-")[0]


async def test_while_the_database_is_away_streams_live_on_and_then_go_on(url: str, pool: db.Pool) -> None:
    await store(pool, earlier := event_fact())
    async with running(url, pool, heartbeat_s=0.2) as stream:
        assert stream.position is not None
        beginning = frames.write_id(stream.position._replace(number=0))
        follower = Following(stream)
        await follower.has(1)
        admin = await asyncpg.connect(url)
        name = url.rpartition("/")[2]
        await admin.execute(f'alter database "{name}" connection limit 0')
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()",
            name,
        )
        resuming = Following(stream, beginning)
        heard = follower.parser.comments

        async def alive() -> bool:
            return follower.parser.comments > heard + 2 and resuming.parser.comments > 2

        await eventually(alive, what="heartbeats")
        await admin.execute(f'alter database "{name}" connection limit -1')
        await admin.close()
        await store(pool, fact := event_fact())
        await follower.has(2)
        await resuming.has(2)
        await asyncio.gather(follower.stop(), resuming.stop())

    assert follower.kinds() == ["hello", "published"]
    assert resuming.versions() == {earlier.id: [1], fact.id: [1]}


async def test_closing_ends_every_stream_and_asks_to_come_back_not_all_at_once(url: str, pool: db.Pool) -> None:
    async with running(url, pool) as stream:
        clients = [Following(stream) for _ in range(50)]
        await asyncio.gather(*(client.has(1) for client in clients))
        stream.close()
        await asyncio.wait_for(asyncio.gather(*(client.task for client in clients)), timeout=30)

    pauses = {client.parser.retries[-1] for client in clients}
    assert len(pauses) > 10
    assert all(500 <= pause <= 10_000 for pause in pauses)


TOPICS = st.sampled_from(["integration", "demokratie", "weiterbildung"])
GROUPS = st.sampled_from(["familien", "jugend"])
ORGANISERS = st.sampled_from(["verein", "rathaus", "schule"])
STATUSES = st.sampled_from(["scheduled", "cancelled", "postponed"])
DAYS = st.integers(1, 6)
PLACES = st.sampled_from(
    [
        None,
        {"name": "Saal"},
        {"ags": "14524330", "municipality": "Zwickau"},
        {"ags": "14524300", "municipality": "WERDAU"},
        {"municipality": "Mülsen"},
        {"municipality": "MÜLSEN"},
        {"ags": "14524330"},
    ]
)


@st.composite
def some_facts(draw: st.DrawFn) -> EventFact:
    """An event with up to three occurrences in the first week of March 2031, some of them elsewhere or cancelled."""
    id_ = str(draw(st.uuids()))
    days = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    occurrences: list[dict[str, Any]] = [
        {
            "occurrence_id": f"{id_}-{day}",
            "starts_at": f"2031-03-0{day}T{draw(st.integers(0, 23)):02}:00:00+01:00",
            "ends_at": f"2031-03-0{day + draw(st.integers(1, 2))}T12:00:00+01:00" if draw(st.booleans()) else None,
            "status": draw(STATUSES),
            "place": draw(PLACES),
        }
        for day in days
    ]
    return event_fact(
        id_,
        starts_at=occurrences[0]["starts_at"],
        place=draw(PLACES),
        topics=tuple(draw(st.sets(TOPICS))),
        target_groups=tuple(draw(st.sets(GROUPS))),
        low_threshold=draw(st.sampled_from([None, False, True])),
        organisers=[{"id": name, "name": name.title()} for name in draw(st.sets(ORGANISERS, min_size=1))],
        occurrences=occurrences,
    )


FILTERS = st.builds(
    EventFilter,
    since=st.integers(0, 24 * 8).map(lambda hour: datetime.fromtimestamp(1_930_176_000 + 3600 * hour, UTC)),
    before=st.none()
    | st.integers(0, 24 * 8).map(lambda hour: datetime.fromtimestamp(1_930_176_000 + 3600 * hour, UTC)),
    topics=st.sets(TOPICS, max_size=2).map(tuple),
    target_groups=st.sets(GROUPS, max_size=1).map(tuple),
    organisers=st.sets(ORGANISERS, max_size=2).map(tuple),
    statuses=st.sets(STATUSES, max_size=2).map(tuple),
    ags=st.sampled_from([None, None, "14524330", "14524300"]),
    municipality=st.sampled_from([None, None, "zwickau", "Werdau", "mülsen", "MÜLSEN"]),
    low_threshold=st.sampled_from([False, False, True]),
    near=st.none() | st.builds(Circle, st.just(50.72), st.floats(12.3, 12.6), st.sampled_from([0.5, 5, 9, 20])),
)


async def documents(connection: db.Connection, wanted: EventFilter) -> list[str]:
    """The facts of all events that the calendar of ``wanted`` holds."""
    found = await list_store.find_events(connection, wanted)
    return [document for ids in found.pages(100) for document in await list_store.read_documents(connection, ids)]


@pytest.mark.hypothesis
async def test_the_stream_filters_as_the_list_does(pool: db.Pool) -> None:
    tried: list[tuple[EventFact, EventFilter]] = []

    @given(some_facts(), FILTERS)
    @examples(150)
    def draw(fact: EventFact, wanted: EventFilter) -> None:
        tried.append((fact, wanted))

    draw()
    facts = list({fact.id: fact for fact, _ in tried}.values())
    await store(pool, *facts)
    found = missed = 0
    async with db.reading(pool) as connection:
        for _, wanted in tried:
            listed = {EventFact.model_validate_json(document).id for document in await documents(connection, wanted)}
            matching = {fact.id for fact in facts if matches(Facets.of(fact.model_dump(mode="json")), wanted)}
            assert matching == listed, wanted
            found += len(listed)
            missed += len(facts) - len(listed)

    assert found > 100
    assert missed > 100
