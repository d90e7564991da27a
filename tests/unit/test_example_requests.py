"""The demo's example requests and worries: what the data promise on whichever day the demo is started."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deploy.local.example_ids import example_id
from deploy.local.example_members import read_data
from deploy.local.example_requests import Happening, ids_of, year_of
from deploy.local.played_year import read_examples
from services.referrals.commands.requests import is_overdue
from services.referrals.domain.state import StoredReferral
from shared.clock import rfc3339
from shared.contracts.referrals.asking import SubmitReferral
from shared.contracts.referrals.concerns import SubmitConcern
from shared.contracts.referrals.facts import ReferralState
from shared.places import places
from shared.routing.network import Network, network_of
from shared.vocabulary import vocabulary
from tests.support import member_facts
from tests.unit.referrals.alliance import Alliance

DATA = read_examples()
ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


def asked(year: list[Happening]) -> list[tuple[datetime, SubmitReferral]]:
    return [(one.at, one.command) for one in year if isinstance(one.command, SubmitReferral)]


def worries(year: list[Happening]) -> list[tuple[datetime, SubmitConcern]]:
    return [(one.at, one.command) for one in year if isinstance(one.command, SubmitConcern)]


@given(now=MOMENTS)
@example(now=datetime(2028, 2, 29, 23, 59, tzinfo=UTC))
@example(now=datetime(2027, 3, 28, 0, 30, tzinfo=UTC))
@example(now=datetime(2027, 1, 1, 0, 1, tzinfo=UTC))
def test_at_every_hour_all_of_it_lies_in_the_year_before_and_each_request_begins_with_being_asked(
    now: datetime,
) -> None:
    year = year_of(DATA, now, ZONE)
    assert now - timedelta(days=367) < year[0].at
    assert year[-1].at < now
    begun: set[str] = set()
    for one in year:
        begins = isinstance(one.command, SubmitReferral | SubmitConcern)
        assert begins is not (ids_of([one]) <= begun)
        begun |= ids_of([one])


def test_there_are_about_forty_requests_of_all_kinds_over_the_year() -> None:
    found = asked(year_of(DATA, NOON, ZONE))
    assert 35 <= len(found) <= 45
    assert {command.kind for _, command in found} == {"offer-help", "seek-help", "question", "moderator", "support"}
    quarters = Counter((NOON - at).days // 92 for at, _ in found)
    assert all(quarters[quarter] >= 5 for quarter in range(4))


@given(now=MOMENTS)
def test_in_the_last_two_weeks_one_worry_of_the_largest_town_comes_clearly_more_often(now: datetime) -> None:
    days_ago = [
        (now - at) / timedelta(days=1)
        for at, command in worries(year_of(DATA, now, ZONE))
        if (command.ags, command.topics) == ("14524330", ("buergerbeteiligung",))
    ]
    late = [days for days in days_ago if days <= 15]
    usual = (len(days_ago) - len(late)) / 50
    assert 0.7 <= usual <= 1.3
    assert len(late) >= 12
    assert sum(days <= 8 for days in late) >= 6


def test_no_other_worry_comes_more_often_lately() -> None:
    cells = Counter((command.ags, command.topics) for at, command in worries(year_of(DATA, NOON, ZONE)))
    late = Counter(
        (command.ags, command.topics)
        for at, command in worries(year_of(DATA, NOON, ZONE))
        if NOON - at < timedelta(days=28)
    )
    assert {cell for cell, number in late.items() if number >= 5 and number > cells[cell] / 4} == {
        ("14524330", ("buergerbeteiligung",))
    }


def test_ids_are_the_same_each_time_and_belong_to_one_thing_alone() -> None:
    first, later = (year_of(DATA, NOON + timedelta(days=days), ZONE) for days in (0, 40))
    assert ids_of(first) == ids_of(later)
    assert len(ids_of(first)) == len(asked(first)) + len(worries(first))


def test_places_and_topics_are_those_of_the_alliance() -> None:
    for one in (*DATA["referral"], *DATA["concern"], *DATA["often"]):
        assert places().by_ags(one["ags"])
        assert set(one.get("topics", ())) <= vocabulary().topics.keys()


def test_nobody_could_be_mistaken_for_somebody_real() -> None:
    contacts = [command.contact for _, command in asked(year_of(DATA, NOON, ZONE)) if command.contact]
    assert all((one.email or "").endswith("@example.org") for one in contacts)
    assert all("Beispiel" in (one.name or "") or one.name == "Buntes Zwickau" for one in contacts)


def test_what_cannot_wait_was_cared_for_but_for_what_came_yesterday() -> None:
    waiting = [one["key"] for one in DATA["concern"] if one.get("flags") and "settled" not in one]
    assert waiting == ["bedroht"]


def networks() -> tuple[Network, ...]:
    """The example members that can be asked."""
    found = []
    for one in read_data()["members"]["organisation"]:
        is_member = ("admitted_days" in one or "admitted_by" in one) and "left_days" not in one
        if is_member and one.get("confirm", {}).get("status") != "passive":
            said = {name: one[name] for name in ("topics", "languages", "capacity", "response_days") if name in one}
            areas = {name: one.get(name, []) for name in ("municipalities", "districts", "around")}
            fact = member_facts.organisation(one["id"], name=one["name"], areas=areas, **said)
            found.append(network_of(fact.model_dump(mode="json")))
    return tuple(filter(None, found))


@pytest.mark.parametrize(
    "day",
    ["2026-11-27", "2026-12-26", "2027-01-03", "2027-03-30", "2027-05-18", "2027-10-31"],
)
def test_on_every_day_the_year_ends_in_all_states_with_one_request_overdue(day: str) -> None:
    now = datetime.fromisoformat(f"{day}T11:00:00+00:00")
    alliance = Alliance(networks())
    alliance.state.now = now - timedelta(days=366)
    for one in year_of(DATA, now, ZONE):
        alliance.wait(seconds=(one.at - alliance.state.now).total_seconds())
        alliance.refer_waiting()
        decision = alliance.take(one.command)
        assert decision.problem is None, (one, decision.problem)
    alliance.wait(seconds=(now - alliance.state.now).total_seconds())
    found = alliance.state.all(StoredReferral)
    assert {one.state for one in found} == set(get_args(ReferralState))
    assert [one.id for one in found if is_overdue(one, rfc3339(now))] == [example_id("referrals", "ayaan")]
