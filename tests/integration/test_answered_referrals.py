"""Requests for help that members accepted are contributions: counted once, and taken back where they come to nothing
(DESIGN 8)."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.members import answered_referrals, counting_store
from shared import db
from shared.contracts.members.goals import Counted, CountedReferrals, GoalFact, SetGoal
from shared.contracts.members.organisations import OrganisationFact
from tests.integration.members_base import Members
from tests.support.membership import id_of, sent
from tests.support.referral_facts import asked, referral

ENDED = "2026-11-22T10:00:00.000Z"


async def because(members: Members, organisation: str = "haus") -> list[str]:
    """Why it is active or passive, as codes."""
    activity = (await members.get(OrganisationFact, organisation)).activity
    assert activity is not None
    return [one.code for one in activity.because]


async def years(members: Members, organisation: str = "haus") -> list[tuple[int, int, int]]:
    """Year, how many requests were accepted, how many answered in time."""
    fact = await members.get(OrganisationFact, organisation)
    return [(one.year, one.accepted, one.in_time) for one in fact.referrals]


async def answers(members: Members) -> list[tuple[Any, ...]]:
    async with db.reading(members.pool) as connection:
        rows = await connection.fetch(
            "select organisation, day::text, accepted, in_time from referral_answer order by organisation, day, number"
        )
    return [tuple(row) for row in rows]


async def test_a_request_that_it_accepted_makes_a_member_active_and_is_the_reason(members: Members) -> None:
    await members.member("haus", "verein")
    await members.assess()
    assert await because(members) == ["nothing"]

    await members.see(referral(1, 2, asked("verein", "declined"), asked("haus", "accepted")))

    assert await members.assess() == 2
    assert (await because(members), await because(members, "verein")) == (["referrals"], ["nothing"])
    assert (await years(members), await years(members, "verein")) == ([(2026, 1, 1)], [(2026, 0, 1)])
    period = (await members.get(OrganisationFact, "haus")).periods[-1]
    assert (period.since, period.status) == ("2026-11-21", "active")


@pytest.mark.parametrize("answer", ["given-back", "nobody-called"])
async def test_what_came_to_nothing_is_taken_back(members: Members, answer: str) -> None:
    await members.member("haus", "verein")
    await members.see(referral(1, 2, asked("haus", "accepted")))
    await members.assess()

    await members.see(referral(1, 3, asked("haus", answer), asked("verein")))
    await members.assess()

    assert (await because(members), await years(members)) == (["nothing"], [])


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
async def test_the_newest_version_counts_whatever_the_order_and_however_often_it_comes(
    members: Members, order: tuple[int, ...]
) -> None:
    versions = {
        1: referral(1, 1, asked("haus", "accepted")),
        2: referral(1, 2, asked("haus", "given-back"), asked("verein")),
        3: referral(1, 3, asked("haus", "given-back"), asked("verein", "accepted")),
    }
    await members.see(*[versions[number] for number in order])
    for number in order:
        await members.see(versions[number])

    assert await answers(members) == [("verein", "2026-11-21", True, True)]


async def test_what_is_seen_a_second_time_lets_nobody_be_looked_at(members: Members) -> None:
    await members.member("haus")
    fact = referral(1, 2, asked("haus", "accepted"))
    await members.see(fact)
    await members.assess()

    await members.see(fact, fact)

    assert await members.assess() == 0


async def test_facts_that_come_before_the_member_count_once_it_is_one(members: Members) -> None:
    await members.see(referral(1, 2, asked("haus", "accepted")))
    await members.member("haus")
    await members.assess()

    assert (await because(members), await years(members)) == (["referrals"], [(2026, 1, 1)])


async def test_forgetting_who_asked_takes_no_count_away(members: Members) -> None:
    await members.member("haus")
    accepted = asked("haus", "accepted")
    await members.see(referral(1, 2, accepted))
    await members.see(referral(1, 3, accepted, state="cancelled", ended_at=ENDED, person_version=0))
    await members.assess()

    assert await because(members) == ["referrals"]


async def test_a_request_that_was_opened_again_counts_once_a_year_and_on_each_day_of_acceptance(
    members: Members,
) -> None:
    await members.member("haus")
    again = asked("haus", "accepted", "2026-11-24T09:00:00.000Z")
    await members.see(referral(1, 4, asked("haus", "accepted"), again))
    await members.assess()

    assert await years(members) == [(2026, 1, 1)]
    until = (await members.get(OrganisationFact, "haus")).activity
    assert until is not None
    assert until.until == "2027-11-23"


async def test_years_are_those_of_the_alliance(members: Members) -> None:
    await members.member("haus")
    due = {"due": "2027-01-05T23:00:00.000Z"}
    await members.see(
        referral(1, 2, asked("haus", "accepted", "2025-12-31T22:30:00.000Z")),
        referral(2, 2, asked("haus", "accepted", "2025-12-31T23:30:00.000Z", **due)),
    )
    await members.assess()

    assert await years(members) == [(2025, 1, 1), (2026, 1, 1)]


async def test_after_four_hundred_days_nobody_knows_which_request_it_was_and_all_that_counts_stays(
    members: Members,
) -> None:
    await members.member("haus")
    ended = referral(1, 5, asked("haus", "accepted"), asked("haus", "accepted"), state="fulfilled", ended_at=ENDED)
    await members.see(ended, referral(2, 2, asked("haus", "accepted")))
    await members.assess()

    async def forget() -> int:
        async with db.transaction(members.pool) as connection:
            return await answered_referrals.forget_ended(connection)

    members.clock.forward(days=396)
    assert await forget() == 0
    members.clock.forward(days=2)
    assert await forget() == 1
    assert await forget() == 0
    await members.see(ended)  # a reader that begins anew finds it on the topic for a while

    known = "select count(*) from referral_seen where id = $1::uuid"
    assert await members.number(known, ended.id) == 0
    assert await members.number(known, id_of(2)) == 1
    assert len(await answers(members)) == 3
    await members.see(referral(2, 3, asked("haus", "accepted"), asked("haus", "accepted")))
    await members.assess()
    assert await years(members) == [(2026, 2, 2)]


async def test_requests_are_counted_for_goals_where_there_are_enough_to_tell_of_nobody(members: Members) -> None:
    members.clock.now += timedelta(days=2)
    today = members.clock.now.date()
    for number in range(1, 8):
        topics = ("integration",) if number < 5 else ("kultur",)
        at = "2025-06-01T09:00:00.000Z" if number == 7 else "2026-11-21T09:00:00.000Z"
        answer = "declined" if number == 6 else "accepted"
        await members.see(
            referral(number, 3, asked("haus", "no-answer"), asked("verein", answer, at), topics=topics),
        )

    async def count(what: str, period: str = "year", topic: str | None = None) -> float | None:
        counted = CountedReferrals.model_validate({"what": what, "period": period, "topic": topic})
        async with db.reading(members.pool) as connection:
            return await counting_store.count(connection, counted, today)

    assert await count("accepted") == 5
    assert await count("accepted", "ever") == 6
    assert await count("accepted", "twelve-months") == 5
    assert await count("accepted", topic="integration") == 0, "four are not enough"
    assert await count("promises-kept") == round(100 * 6 / 13, 1)
    assert await count("promises-kept", topic="kultur") == 40.0
    assert await count("promises-kept", topic="sport") is None


async def test_an_indicator_follows_the_requests_that_are_accepted(members: Members) -> None:
    indicators = [
        {"id": "angenommen", "title": "Angenommen", "target": 9, "referrals": {"what": "accepted"}},
        {"id": "treffen", "title": "Treffen", "target": 9, "counted": Counted(what="meetings").model_dump()},
    ]
    goal: dict[str, Any] = {
        "id": id_of(5),
        "key": "1",
        "level": "guiding",
        "title": "Zusammenhalt",
        "indicators": indicators,
    }
    await members.take(sent(SetGoal, **goal))
    await members.count_goals()
    await members.see(*[referral(number, 2, asked("haus", "accepted")) for number in range(1, 7)])
    members.clock.forward(minutes=1)
    await members.count_goals()

    found = (await members.get(GoalFact, id_of(5))).indicators
    assert [[one.value for one in indicator.values] for indicator in found] == [[6.0], [0.0]]
