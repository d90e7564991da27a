"""The demo's example requests and worries on the real service: a year is lived through, once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import orjson
import pytest

from deploy.local import example_members, example_referrals
from deploy.local.example_ids import example_id
from deploy.local.platform import Platform
from services.referrals import repository
from services.referrals.cli import list_concerns, list_requests, read_request
from services.referrals.commands.requests import is_overdue
from services.referrals.domain.state import TRENDS, StoredReferral, StoredTrend
from services.referrals.settings import Settings
from shared.aggregates import reading
from shared.clock import rfc3339
from shared.commands.ask import ask
from shared.commands.topic_reader import read_all
from shared.contracts.referrals.asking import ERASE, EraseReferral
from shared.contracts.referrals.facts import OPEN, ReferralState
from tests.support.bus import eventually
from tests.support.clock import platform_at

pytestmark = pytest.mark.platform
NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)
"""When the year ends: what is told of it depends on the day, and must not change around midnight."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Kafka, PostgreSQL and the services members and referrals alone."""
    with platform_at(NOON, "requests", {"events": 0, "members": 1, "referrals": 1, "gateway": 0}) as platform:
        example_members.publish(platform, lambda _line: None)
        yield platform


@pytest.fixture(scope="module")
def told(platform: Platform) -> list[str]:
    """What was reported when the examples were made first."""
    lines: list[str] = []
    example_referrals.publish(platform, lines.append)
    return lines


def settings(platform: Platform) -> Settings:
    return Settings(database_url=platform.database_url("referrals"))


async def by_key(platform: Platform, *keys: str) -> list[StoredReferral]:
    found = {one.id: one for one in await list_requests(settings(platform))}
    return [found[example_id("referrals", key)] for key in keys]


async def test_nothing_is_refused_and_every_state_can_be_seen(platform: Platform, told: list[str]) -> None:
    assert not [line for line in told if "refused" in line]
    requests = await list_requests(settings(platform))
    assert {one.state for one in requests} == set(get_args(ReferralState)), Counter(one.state for one in requests)
    answers = {assignment.answer for one in requests for assignment in one.assignments}
    assert {"accepted", "declined", "handed-on", "given-back", "no-answer", "nobody-called", None} <= answers
    assert {"routing", "office"} <= {assignment.by for one in requests for assignment in one.assignments}


async def test_one_request_is_overdue_today(platform: Platform, told: list[str]) -> None:
    overdue = [one.id for one in await list_requests(settings(platform)) if is_overdue(one, rfc3339(NOON))]
    assert overdue == [example_id("referrals", "ayaan")]


async def test_facts_carry_the_times_at_which_it_happened(platform: Platform, told: list[str]) -> None:
    [gisela, boris, gustav] = await by_key(platform, "gisela", "boris", "gustav")
    asked_at = datetime.fromisoformat(gisela.created_at)
    assert (NOON - asked_at).days in (351, 352)
    assert gisela.history[0].at == gisela.created_at
    assert [one.state for one in gisela.history] == ["routed", "accepted", "fulfilled"]
    assert [one.answer for one in boris.assignments][:3] == ["no-answer"] * 3
    assert all(one.answered_at and one.due <= one.answered_at for one in boris.assignments[:3])
    assert (boris.assignments[-1].by, boris.state) == ("office", "fulfilled")
    assert gustav.checked_at is not None
    assert timedelta(days=28) < datetime.fromisoformat(gustav.checked_at) - datetime.fromisoformat(
        gustav.accepted_at or ""
    ) < timedelta(days=29)  # fmt: skip


async def test_who_asked_long_ago_is_forgotten_and_who_asks_now_is_not(platform: Platform, told: list[str]) -> None:
    forgotten = await read_request(settings(platform), example_id("referrals", "gisela"))
    present = await read_request(settings(platform), example_id("referrals", "maria"))
    assert forgotten is not None
    assert present is not None
    assert (forgotten.person, forgotten.fact.person_version) == (None, 0)
    assert present.person is not None
    worries = await list_concerns(settings(platform))
    assert {one.words_version > 0 for one in worries if one.created_at > rfc3339(NOON - timedelta(days=89))} == {True}
    assert {one.words_version for one in worries if one.created_at < rfc3339(NOON - timedelta(days=92))} == {0}


async def test_worries_were_counted_week_by_week_and_one_of_them_rises(platform: Platform, told: list[str]) -> None:
    trends = await reading.list_all(settings(platform).database_url, TRENDS, StoredTrend)
    assert [(one.topic, one.since) for one in trends if one.rising] == [("buergerbeteiligung", "2026-11-16")]
    async with reading.connected(settings(platform).database_url) as connection:
        assert len(await repository.counted_weeks(connection)) > 45


async def test_all_of_it_is_published(platform: Platform, told: list[str]) -> None:
    requests = {one.id: one.version for one in await list_requests(settings(platform))}
    worries = {one.id: one.version for one in await list_concerns(settings(platform))}
    rising = await reading.list_all(settings(platform).database_url, TRENDS, StoredTrend)
    trends = {one.id: one.version for one in rising}

    async def newest() -> dict[str, int]:
        facts: dict[str, int] = {}
        for record in await read_all(platform.kafka.settings, "referrals.facts"):
            body: Any = orjson.loads(record.value or b"{}")
            facts[body["id"]] = max(body["version"], facts.get(body["id"], 0))
        return facts if facts == requests | worries | trends else {}

    assert await eventually(newest, what="every fact of the year")


async def test_a_second_time_nothing_happens_and_what_was_tried_out_is_left_alone(
    platform: Platform, told: list[str]
) -> None:
    maria = example_id("referrals", "maria")
    await ask(platform.kafka.settings, "referrals", ERASE, maria, EraseReferral(id=maria))
    before = await list_requests(settings(platform))

    [line] = await asyncio.to_thread(example_referrals.play, platform)

    assert "already" in line
    assert await list_requests(settings(platform)) == before
    assert not [one for one in before if one.id == maria and one.state in OPEN]
