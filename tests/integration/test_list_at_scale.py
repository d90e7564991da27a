"""A hundred thousand occurrences are listed as a thousand are: by indexes, whatever is asked for (decision 0017)."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import asyncpg
import pytest

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.gateway.calendar import list_store, search, search_store
from services.gateway.calendar.filters import EventFilter
from shared.circle import Circle
from shared.places import places
from tests.integration.workbench import throw_away
from tests.support.occurrences import fill

FACETS: Any = ("topic", "target_group", "organiser", "municipality", "status")
WERDAU = (50.736, 12.379)


class Explained:
    """A connection that keeps the plan of each query besides answering it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.plans: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    async def fetch(self, query: str, *values: Any) -> Any:
        plan = await self._connection.fetch(f"explain (analyze, buffers, timing off) {query}", *values)
        self.plans.append("\n".join(row[0] for row in plan))
        return await self._connection.fetch(query, *values)

    @property
    def pages(self) -> int:
        """How many pages of 8 KiB all queries looked at; each plan says it first for all of it."""
        found = [re.search(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?", plan) for plan in self.plans]
        return sum(int(number) for one in found if one for number in one.groups() if number)


@pytest.fixture(scope="module")
async def full(platform: Platform) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A view with 20,000 events and 100,000 occurrences."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("gateway")) as url:
        migrate("gateway", url)
        connection = await asyncpg.connect(url)
        where = [(place.ags, place.name, place.latitude, place.longitude) for place in places().items]
        await fill(connection, where, events=20_000)
        assert await connection.fetchval("select count(*) from occurrence") == 100_000
        yield connection
        await connection.close()


@pytest.fixture(scope="module")
async def now(full: Any) -> datetime:
    """In the middle of what is there."""
    moment: datetime = await full.fetchval("select now()")
    return moment


@pytest.fixture(scope="module")
async def every(full: Any) -> list[Any]:
    """All rows by start."""
    rows: list[Any] = await full.fetch(
        "select id, starts_at, last_moment, status, topics, target_groups, organisers, ags, municipality, latitude,"
        " longitude from occurrence order by starts_at, id"
    )
    return rows


WANTED: dict[str, dict[str, Any]] = {
    "all from now on": {},
    "a frequent topic": {"topics": ("integration",)},
    "a rare topic": {"topics": ("seltenes",)},
    "a target group": {"target_groups": ("familien",)},
    "a large organiser": {"organisers": ("verein-3",)},
    "a small organiser": {"organisers": ("verein-299",)},
    "a municipality": {"ags": "14524330"},
    "a municipality by name": {"municipality": "Werdau"},
    "around a place": {"near": Circle(*WERDAU, 10)},
    "close to a place": {"near": Circle(*WERDAU, 1)},
    "cancelled": {"statuses": ("cancelled",)},
    "until soon": {"before": 7},
    "a rare topic at a place": {"topics": ("seltenes",), "near": Circle(*WERDAU, 5)},
    "far back": {"since": -300},
    "page by page": {"after": 300},
}


def wanted_of(given: dict[str, Any], now: datetime) -> EventFilter:
    """Days from now become times."""
    days = {name: now + timedelta(days=given[name]) for name in ("since", "before") if name in given}
    after = {"after": (now + timedelta(days=given["after"]), "")} if "after" in given else {}
    return EventFilter(**({"since": now} | given | days | after))


@pytest.mark.parametrize("case", WANTED)
async def test_a_page_is_read_by_indexes_and_is_what_was_asked_for(
    full: Any, every: list[Any], now: datetime, case: str
) -> None:
    wanted = wanted_of(WANTED[case], now)
    explained = Explained(full)

    rows = await list_store.list_occurrences(explained, wanted, 51)  # type: ignore[arg-type]

    plan = "\n".join(explained.plans)
    assert not re.search(r"Seq Scan on (occurrence|event|words)", plan), plan
    assert explained.pages < 8_000, plan
    assert [row["id"] for row in rows] == list(islice(by_hand(every, wanted), 51))


def by_hand(every: list[Any], wanted: EventFilter) -> Iterator[str]:
    """The same out of all rows, one by one."""
    for o in every:
        if (
            o["last_moment"] >= wanted.since
            and (wanted.before is None or o["starts_at"] < wanted.before)
            and (not wanted.topics or set(wanted.topics) & set(o["topics"]))
            and (not wanted.target_groups or set(wanted.target_groups) & set(o["target_groups"]))
            and (not wanted.organisers or set(wanted.organisers) & set(o["organisers"]))
            and (not wanted.statuses or o["status"] in wanted.statuses)
            and wanted.ags in (None, o["ags"])
            and wanted.municipality in (None, o["municipality"])
            and (wanted.near is None or wanted.near.holds(o["latitude"], o["longitude"]))
            and (wanted.after is None or (o["starts_at"], o["id"]) > wanted.after)
        ):
            yield o["id"]


@pytest.mark.parametrize(
    "q", ["Arbeitprojekt", "Klöppelabend", "hilfe", "Klöpelabend", "Elternfilm Zwickau", '"Arbeitprojekt Elternfilm"']
)
async def test_words_are_found_by_indexes_whether_rare_or_frequent(full: Any, now: datetime, q: str) -> None:
    explained = Explained(full)
    found = await search_store.find_terms(explained, search.terms(q))  # type: ignore[arg-type]
    wanted = EventFilter(since=now, words=search.query(found))

    rows = await list_store.list_occurrences(explained, wanted, 51)  # type: ignore[arg-type]

    plan = "\n".join(explained.plans)
    assert rows
    assert not re.search(r"Seq Scan on (occurrence|event|words)", plan), plan
    assert explained.pages < 16_000, plan
    assert [row["level"] for row in rows] == sorted(row["level"] for row in rows)
    matching = await full.fetchval(
        "select count(*) from words join occurrence on occurrence.event = words.event"
        " where every @@ $1::text::tsquery and last_moment >= $2",
        wanted.words,
        now,
    )
    assert len(rows) == min(51, matching)


async def test_all_pages_of_a_search_together_are_all_that_there_is(full: Any, now: datetime) -> None:
    found = await search_store.find_terms(full, search.terms("Gartenwerkstatt"))
    wanted = EventFilter(since=now, words=search.query(found), topics=("integration",))
    seen: list[str] = []
    while rows := await list_store.list_occurrences(full, wanted, 50):
        seen += [row["id"] for row in rows]
        last = rows[-1]
        wanted = replace(wanted, after=(last["starts_at"], last["id"]), level=last["level"])

    expected = await full.fetch(
        "select occurrence.id from words join occurrence on occurrence.event = words.event"
        " where every @@ $1::text::tsquery and last_moment >= $2 and 'integration' = any(topics)",
        wanted.words,
        now,
    )
    assert len(seen) == len(set(seen))
    assert set(seen) == {row["id"] for row in expected}


async def test_all_filters_are_counted_by_one_statement_that_reads_each_row_once(full: Any, now: datetime) -> None:
    explained = Explained(full)
    wanted = EventFilter(since=now, topics=("integration",))

    counts = await list_store.count(explained, wanted, FACETS)  # type: ignore[arg-type]

    (plan,) = explained.plans
    assert len(re.findall(r"Scan.* on occurrence o", plan)) == 1, plan
    assert "Disk" not in plan, plan
    expected = await full.fetchrow(
        "select count(*) filter (where 'seltenes' = any(topics)) as rare,"
        " count(*) filter (where status = 'cancelled' and 'integration' = any(topics)) as cancelled"
        " from occurrence where last_moment >= $1",
        now,
    )
    assert {one.value: one.number for one in counts["topic"]}["seltenes"] == expected["rare"]
    assert {one.value: one.number for one in counts["status"]}["cancelled"] == expected["cancelled"]
