"""With five thousand organisations and ten years of meetings, members are looked at by indexes (DESIGN 8)."""

import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.members import assessing, referral_store, repository
from tests.integration.members_base import RULES
from tests.integration.test_list_at_scale import Explained
from tests.integration.workbench import throw_away

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ORGANISATIONS, MEETINGS = 5_000, 120
FILL = (
    (
        "insert into organisation (id, version, assess_at, state) select 'verein-' || n, 2,"
        " case when n % 100 = 0 then now() - interval '1 day' when n % 2 = 0 then now() + interval '90 days' end,"
        " jsonb_build_object('id', 'verein-' || n, 'version', 2, 'name', 'Verein ' || n, 'status', 'active',"
        " 'admission', jsonb_build_object('on', '2016-12-01', 'by', 'office'),"
        " 'updated_at', '2026-11-25T10:00:00.000Z')"
        " from generate_series(1, $1) as n"
    ),
    (
        "insert into meeting (id, version, state) select 'm-' || n, 2,"
        " jsonb_build_object('id', 'm-' || n, 'status', 'held',"
        " 'kind', 'session', 'starts_at', to_char(date '2016-12-01' + n * 30, 'YYYY-MM-DD') || 'T17:00:00+01:00')"
        " from generate_series(1, $1) as n"
    ),
    (
        "insert into attendance select 'verein-' || o, 'm-' || m, 'present'"
        " from generate_series(1, 5000) as o, generate_series(1, $1) as m where (o + m) % 3 = 0"
    ),
    (
        "insert into contribution (id, version, state) select 'c-' || n, 2, jsonb_build_object('id', 'c-' || n,"
        " 'organisation', 'verein-' || (1 + n % 5000), 'kind', 'content', 'status', 'confirmed',"
        " 'on', to_char(date '2016-12-01' + n % 3600, 'YYYY-MM-DD')) from generate_series(1, $1) as n"
    ),
    "insert into event_seen select md5('e-' || n)::uuid, 1, '{}' from generate_series(1, $1) as n",
    (
        "insert into event_day select 'verein-' || (1 + n % 5000), date '2016-12-01' + n % 3600,"
        " md5('e-' || n)::uuid, 1, '{}' from generate_series(1, $1) as n"
    ),
    "insert into referral_seen select md5('r-' || n)::uuid, 1, '{}' from generate_series(1, $1) as n",
    (
        "insert into referral_answer select md5('r-' || n)::uuid, 1, 'verein-' || (1 + n % 5000),"
        " date '2016-12-01' + n % 3600, true, true from generate_series(1, $1) as n"
    ),
)
ROWS = (ORGANISATIONS, MEETINGS, MEETINGS, *[50_000] * 5)


@pytest.fixture(scope="module")
async def full(platform: Platform) -> AsyncIterator[Any]:
    """The tables of the service, well filled."""
    async with throw_away(platform.postgres.admin_url, platform.database_url("members")) as url:
        migrate("members", url)
        connection = await asyncpg.connect(url)
        for statement, rows in zip(FILL, ROWS, strict=True):
            await connection.execute(statement, rows)
        await connection.execute("analyze")
        yield connection
        await connection.close()


async def test_those_who_are_due_are_found_by_an_index(full: Any) -> None:
    explained = Explained(full)

    due = await repository.to_assess(explained, NOW.replace(year=2099), 10)  # type: ignore[arg-type]
    few = await repository.to_assess(explained, await full.fetchval("select now()"), 500)  # type: ignore[arg-type]

    assert len(due) == 10
    assert len(few) == 50
    for plan in explained.plans:
        assert "organisation_to_assess" in plan, plan
        assert "Seq Scan" not in plan, plan
    assert explained.pages < 500


async def test_what_a_few_did_is_found_by_indexes(full: Any) -> None:
    explained = Explained(full)
    few = [f"verein-{100 * number}" for number in range(1, 51)]

    attended = await repository.attendance_of(explained, few)  # type: ignore[arg-type]
    days = await repository.contribution_days(explained, few, RULES.activity.contribution_kinds)  # type: ignore[arg-type]
    accepted = await referral_store.accepted_on(explained, few)  # type: ignore[arg-type]
    years = await referral_store.by_year(explained, few)  # type: ignore[arg-type]

    assert len(accepted) == sum(year.accepted for found in years.values() for year in found) == 50 * 10
    assert len(attended) == 50 * MEETINGS // 3
    assert len(days) == 50 * 20
    assert {one[0] for one in days} == set(few)
    for plan in explained.plans:
        assert not re.search(r"Seq Scan on (attendance|contribution|event_day|referral_answer)", plan), plan
    assert explained.pages < 10_000, explained.plans


async def test_all_members_are_looked_at_within_seconds(full: Any) -> None:
    await full.execute("update organisation set assess_at = now() - interval '1 minute'")
    began, number = time.monotonic(), 0
    change = full.transaction()
    await change.start()
    while found := await assessing.assess_members(full, RULES):
        number += found
    took = time.monotonic() - began
    told = await full.fetchval("select count(*) from outbox")
    await change.rollback()

    assert number == told == ORGANISATIONS
    assert took < 60, took


async def test_a_mark_for_everybody_is_one_statement_that_writes_what_it_must(full: Any) -> None:
    await full.execute("update organisation set assess_at = null")
    await repository.assess_at(full, None, NOW)
    assert await full.fetchval("select count(*) from organisation where assess_at = $1", NOW) == ORGANISATIONS

    before = await full.fetchval("select sum(xmin::text::bigint) from organisation")
    await repository.assess_at(full, None, NOW.replace(hour=11))  # later: all of them are due before
    assert await full.fetchval("select sum(xmin::text::bigint) from organisation") == before
