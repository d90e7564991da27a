"""A calendar to subscribe to holds all events that match, whatever their number, and is made part by part."""

import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from icalendar import Calendar

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.gateway.app import create_app
from services.gateway.calendar import list_store, routes
from services.gateway.calendar.filters import EventFilter
from services.gateway.calendar.list_store import FoundEvents
from services.gateway.common.context import Context
from services.gateway.settings import Settings
from shared import db
from shared.contracts.events import EVENT_PUBLISHED
from shared.contracts.released.samples import SAMPLES
from shared.vocabulary import vocabulary
from tests.integration.workbench import throw_away

MANY = 12_000
RARE = 50  # the last ones are in another time zone
START = datetime(2027, 1, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
async def full(platform: Platform) -> AsyncIterator[Context]:
    """A gateway, without its other parts, whose view holds many events."""
    role = platform.database_url("gateway")
    async with throw_away(platform.postgres.admin_url, role) as url:
        migrate("gateway", url)
        settings = Settings.model_validate({"database_url": url, "key_pepper": "x" * 40, "link_secret": "y" * 40})
        async with db.create_pool(url, name="test", size=4) as pool:
            await fill(pool)
            absent: Any = None
            yield Context(settings, pool, absent, absent, absent, vocabulary())


async def fill(pool: db.Pool) -> None:
    """Each event an hour after the one before."""
    sample: dict[str, Any] = SAMPLES[EVENT_PUBLISHED].model_dump(mode="json")
    single: dict[str, Any] = {
        "recurrence": None,
        "occurrences": [],
        "all_day": False,
        "ends_at": None,
        "visibility": "public",
    }
    rows: list[tuple[Any, ...]] = []
    occurrences: list[tuple[Any, ...]] = []
    for number in range(MANY):
        id_, starts_at = UUID(int=number), START + timedelta(hours=number)
        zone = "Europe/London" if number >= MANY - RARE else "Europe/Berlin"
        own = {"id": str(id_), "title": f"Nummer {number}", "starts_at": starts_at.isoformat(), "time_zone": zone}
        document = orjson.dumps(sample | single | {"visibility": "public"} | own).decode()
        rows.append((id_, 1, "public", document, "", number + 1, START))
        organiser = "rare" if number >= MANY - RARE else "usual"
        occurrences.append((str(id_), id_, starts_at, starts_at, "scheduled", [], [], [organiser], ""))
    async with db.transaction(pool) as connection:
        await connection.copy_records_to_table(
            "event",
            records=rows,
            columns=["id", "version", "visibility", "document", "base", "change", "updated_at"],
        )
        columns = ["id", "event", "starts_at", "last_moment", "status", "topics", "target_groups", "organisers"]
        await connection.copy_records_to_table("occurrence", records=occurrences, columns=[*columns, "times"])


@pytest.fixture
async def http(full: Context) -> AsyncIterator[httpx.AsyncClient]:
    """A client of it."""
    transport = httpx.ASGITransport(create_app(full))
    async with httpx.AsyncClient(transport=transport, base_url="http://bus") as client:
        yield client


async def found(context: Context) -> FoundEvents:
    async with db.reading(context.pool) as connection:
        return await list_store.find_events(connection, EventFilter(since=START))


async def test_it_holds_every_event_once_by_start_and_each_zone_before_it_is_named(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/events.ics?from=2027-01-01")

    text = answer.text
    uids = [line for line in text.split("\r\n") if line.startswith("UID:")]
    assert uids == [f"UID:{UUID(int=number)}@buendnisbus" for number in range(MANY)]
    assert text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")
    for zone in ("Europe/Berlin", "Europe/London"):
        assert text.count(f"TZID:{zone}\r\n") == 1
        assert text.index(f"TZID:{zone}\r\n") < text.index(f"TZID={zone}")
    assert answer.headers["content-encoding"] == "gzip"


async def test_a_calendar_program_reads_what_comes_in_parts(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/events.ics?from=2027-01-01&organiser=rare")

    calendar = Calendar.from_ical(answer.content)
    zones = [getattr(event.start, "tzinfo", None) for event in calendar.events]
    assert [str(zone) for zone in zones] == ["Europe/London"] * RARE
    assert [str(event["SUMMARY"]) for event in calendar.events][-1] == f"Nummer {MANY - 1}"


async def test_what_is_in_memory_does_not_grow_with_the_number_of_events(full: Context) -> None:
    async def peak(count: int) -> int:
        everything = await found(full)
        some = everything._replace(ids=everything.ids[: 16 * count])
        tracemalloc.start()
        size = 0
        async for part in routes.calendar_parts(full, some):
            size += len(part)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > 500 * count
        return most

    await peak(200)  # what is made once is there
    assert await peak(MANY) < 1.5 * await peak(1_000)


async def test_what_is_sent_at_once_does_not_grow_with_what_the_events_hold(full: Context) -> None:
    days = [(START + timedelta(days=day)).isoformat() for day in range(300)]
    empty = dict.fromkeys(("ends_at", "title", "description", "place"))
    single = [empty | {"starts_at": day, "recurrence_id": day, "status": "cancelled"} for day in days]
    rule = {"rrule": "FREQ=DAILY;COUNT=300", "rdates": [], "exdates": []}
    own = {"recurrence": rule, "occurrences": single, "starts_at": days[0], "description": "Text. " * 300}
    chosen = [UUID(int=each) for each in range(20)]
    change = "update event set document = document || $2::jsonb where id = any($1)"
    undo = "update event set document = d from unnest($1::uuid[], $2::jsonb[]) as old (i, d) where id = i"
    async with db.transaction(full.pool) as connection:
        before = await list_store.read_documents(connection, chosen)
        await connection.execute(change, chosen, orjson.dumps(own).decode())
    everything = await found(full)
    some = everything._replace(ids=everything.ids[: 16 * len(chosen)])
    parts = [part async for part in routes.calendar_parts(full, some)]
    async with db.transaction(full.pool) as connection:
        await connection.execute(undo, chosen, before)

    whole = b"".join(parts)
    assert whole.count(b"BEGIN:VEVENT") == len(chosen) * (1 + len(days))
    largest_event = len(whole) / len(chosen)
    assert max(map(len, parts)) < routes.PART_BYTES + 1.5 * largest_event


async def test_an_event_that_is_withdrawn_while_the_calendar_is_sent_is_left_out(full: Context) -> None:
    before = await found(full)
    gone = UUID(int=3)
    async with db.transaction(full.pool) as connection:
        await connection.execute("update event set visibility = 'withdrawn' where id = $1", gone)
    text = b"".join([part async for part in routes.calendar_parts(full, before)]).decode()
    async with db.transaction(full.pool) as connection:
        await connection.execute("update event set visibility = 'public' where id = $1", gone)
    assert str(gone) not in text
    assert str(UUID(int=4)) in text


async def test_half_a_calendar_never_looks_like_a_whole_one(full: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    read, asked = list_store.read_documents, 0

    async def fails_later(connection: db.Connection, ids: Any) -> list[str]:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise db.DatabaseAwayError("away")
        return await read(connection, ids)

    everything = await found(full)
    monkeypatch.setattr(list_store, "read_documents", fails_later)
    parts: list[bytes] = []

    async def send() -> None:
        async for part in routes.calendar_parts(full, everything):
            parts.append(part)  # noqa: PERF401  # kept when it breaks off

    with pytest.raises(db.DatabaseAwayError):
        await send()
    sent = b"".join(parts)
    assert 0 < sent.count(b"BEGIN:VEVENT") <= 2 * routes.AT_A_TIME
    assert b"END:VCALENDAR" not in sent


async def test_its_tag_holds_as_long_as_nothing_has_changed(full: Context, http: httpx.AsyncClient) -> None:
    path = "/v1/events.ics?from=2027-01-01&organiser=rare"
    tag = (await http.get(path)).headers["etag"]
    assert (await http.get(path)).headers["etag"] == tag
    again = await http.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    head = await http.head(path)
    assert (head.status_code, head.headers["etag"], head.content) == (200, tag, b"")
    tags = {tag, (await http.get("/v1/events.ics?from=2027-02-01")).headers["etag"]}

    last = UUID(int=MANY - 1)
    async with db.transaction(full.pool) as connection:
        # As when the first of a series is past: its next one comes after what stood behind it.
        await connection.execute("update occurrence set starts_at = $2 where event = $1", last, START)
    assert (await http.get(path)).headers["etag"] == tag

    for change in (
        "update event set version = version + 1 where id = $1",
        # As after a backup was restored: the same version, of another time.
        "update event set updated_at = updated_at + interval '1 second' where id = $1",
        "delete from occurrence where event = $1",
    ):
        async with db.transaction(full.pool) as connection:
            await connection.execute(change, last)
        tags.add((await http.get(path)).headers["etag"])
    assert len(tags) == 5
