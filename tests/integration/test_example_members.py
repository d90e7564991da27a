"""The demo's example members, sent to the service: all of them are accepted, and sending them again moves dates."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from deploy.local.example_ids import example_id
from deploy.local.example_members import Answered, send
from deploy.local.platform import Platform
from services.members.cli import list_charters, list_goals, list_multipliers, list_organisations, read_kept
from services.members.settings import Settings
from shared.commands.ask import ask
from shared.commands.topic_reader import read_all
from shared.contracts.members.organisations import LEAVE, LeaveOrganisation, OrganisationFact
from shared.contracts.members.people import ERASE_PERSON, ErasePerson
from tests.support.bus import eventually
from tests.support.clock import move_clock, platform_at

pytestmark = pytest.mark.platform
NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)
"""When the examples are sent: what is told of them depends on the day, and must not change around midnight."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """Kafka, PostgreSQL and the service members alone."""
    with platform_at(NOON, "examples", {"events": 0, "members": 1, "gateway": 0}) as platform:
        yield platform


@pytest.fixture(scope="module")
async def sent(platform: Platform) -> list[Answered]:
    """What became of the examples when they were sent first."""
    return await send(platform)


@pytest.fixture
def later(platform: Platform) -> Iterator[None]:
    """Everybody's clock goes ahead by forty days, in which a month and a year end, too, when they should."""
    move_clock(platform.root, NOON + timedelta(days=40))
    yield
    move_clock(platform.root, NOON)


def settings(platform: Platform) -> Settings:
    return Settings(database_url=platform.database_url("members"))


def refused(answers: list[Answered]) -> list[tuple[str, str, object]]:
    return [(one.kind, one.key, outcome.problem) for one, outcome in answers if outcome.result == "refused"]


async def assessed(platform: Platform) -> dict[str, OrganisationFact]:
    """All organisations by id, once the activity of each member was looked at."""

    async def look() -> dict[str, OrganisationFact]:
        found = {one.id: one for one in await list_organisations(settings(platform))}
        members = [one for one in found.values() if one.status in ("active", "passive")]
        settled = found["seniorenrunde-muelsen"].proposed and found["sv-wilkau-hasslau"].reminded_of
        return found if settled and all(one.activity for one in members) else {}

    return await eventually(look, what="an assessment of every example member")


async def test_all_that_the_examples_ask_for_is_accepted(platform: Platform, sent: list[Answered]) -> None:
    assert refused(sent) == []
    assert len(sent) > 200
    assert await read_all(platform.kafka.settings, "dlq.members") == []


async def test_every_status_and_every_way_to_it_can_be_seen(platform: Platform, sent: list[Answered]) -> None:
    found = await assessed(platform)
    statuses = Counter(one.status for one in found.values())
    assert statuses == {"active": 14, "passive": 1, "applied": 1, "declined": 1, "left": 1}
    assert [one.id for one in found.values() if one.proposed] == ["seniorenrunde-muelsen"]
    reasons = {reason.code for one in found.values() if one.activity for reason in one.activity.because}
    assert reasons == {"meetings", "contributions", "newcomer", "nothing"}
    lapsing = {one.id: one.activity.because[0].code for one in found.values() if one.activity and one.reminded_of}
    assert lapsing["rathaus-werdau"] == "meetings"
    assert lapsing["sv-wilkau-hasslau"] == "contributions"
    assert lapsing["klangwerkstatt-lichtenstein"] == "newcomer"
    held = found["heimatverein-langenbernsdorf"]
    assert held.activity is not None
    assert (held.status, held.activity.status) == ("active", "passive")


async def test_a_year_of_meetings_contributions_and_goals_stands_there(
    platform: Platform, sent: list[Answered]
) -> None:
    kept = await read_kept(settings(platform))
    assert Counter(one.status for one in kept.meetings) == {"held": 17, "planned": 3}
    assert all(one.replies and one.agenda for one in kept.meetings if one.status == "planned")
    assert set(Counter(one.status for one in kept.contributions)) == {"reported", "confirmed", "declined"}
    assert {one.status for one in await list_multipliers(settings(platform))} == {"available", "away"}
    goals = await list_goals(settings(platform))
    assert sum(bool(one.reviews) for one in goals) >= 6
    (tandems,) = [one for goal in goals for one in goal.indicators if one.id == "tandems"]
    assert (tandems.target, [one.target for one in tandems.former_targets], len(tandems.values)) == (15, [25], 11)
    assert all(len(one.editions) == 2 and len(one.assents) > 9 for one in await list_charters(settings(platform)))


async def test_sent_again_the_same_day_they_change_nothing(platform: Platform, sent: list[Answered]) -> None:
    await assessed(platform)
    again = await send(platform)
    assert Counter(outcome.result for _, outcome in again) == {"unchanged": len(again)}


async def test_weeks_later_dates_move_and_nothing_comes_a_second_time(
    platform: Platform, sent: list[Answered], later: None
) -> None:
    before = await read_kept(settings(platform))
    again = await send(platform)
    after = await read_kept(settings(platform))
    assert refused(again) == []
    assert not any(outcome.result == "created" for _, outcome in again)
    assert {one.id: one.status for one in after.meetings} == {one.id: one.status for one in before.meetings}
    assert all(one.starts_at != two.starts_at for one, two in zip(before.meetings, after.meetings, strict=True))
    assert {one.id: one.status for one in after.contributions} == {one.id: one.status for one in before.contributions}
    assert all(len(one.reviews) <= 2 for one in await list_goals(settings(platform)))
    assert all(len(one.editions) == 2 for one in await list_charters(settings(platform)))


async def test_what_was_tried_out_with_the_examples_is_left_alone(platform: Platform, sent: list[Answered]) -> None:
    alma, kafka = example_id("person", "alma"), platform.kafka.settings
    await ask(kafka, "members", ERASE_PERSON, alma, ErasePerson(id=alma))
    gone = "ankommen-in-glauchau"
    await ask(kafka, "members", LEAVE, gone, LeaveOrganisation(id=gone))
    assert refused(await send(platform)) == []
    kept = await read_kept(settings(platform))
    assert alma not in {one.id for one in kept.people}
    assert {one.id: one.status for one in kept.organisations}[gone] == "left"
