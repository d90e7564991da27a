"""A small simulated year: nobody is left without an answer or the office, and the laws would notice."""

from dataclasses import replace
from itertools import islice

import pytest

from services.referrals.domain.state import StoredReferral
from shared.contracts.referrals.facts import ENDED, REFERRAL_TYPES
from shared.routing.network import Load
from tests.simulation import chart, laws
from tests.simulation.options import Options
from tests.simulation.year import Year

SMALL = Options(requests=2_000, networks=40, seed=7)


@pytest.fixture(scope="module")
def year() -> Year:
    """As it is at midnight on New Year's Eve."""
    return passed(SMALL)


def passed(options: Options, events: int | None = None) -> Year:
    found = Year(options)
    for _ in islice(found.run(), events):
        pass
    return found


def test_nobody_is_left_without_an_answer_or_the_office(year: Year) -> None:
    assert laws.broken(year) == []


def test_everything_that_can_become_of_a_request_has_happened_in_it(year: Year) -> None:
    assert set(REFERRAL_TYPES) <= set(year.figures.kinds)
    assert {"/problems/superseded", "/problems/too-many-open", "/problems/wrong-status"} <= set(year.figures.refused)


def test_the_same_seed_gives_the_same_year_and_another_one_another() -> None:
    small = replace(SMALL, requests=150)
    assert passed(small).figures.as_json() == passed(small).figures.as_json()
    assert passed(small).figures.as_json() != passed(replace(small, seed=8)).figures.as_json()


@pytest.mark.parametrize(
    "options", [replace(SMALL, silence=1.0, declines=0.0), replace(SMALL, declines=1.0, silence=0.0)]
)
def test_where_no_network_helps_the_office_has_everything(options: Options) -> None:
    found = passed(replace(options, requests=150))
    assert laws.broken(found) == []
    assert found.figures.states["fulfilled"] == 0
    assert found.figures.states["closed"] > 0


def test_without_networks_everybody_waits_or_is_with_the_office() -> None:
    found = passed(replace(SMALL, requests=150, networks=0))
    assert laws.broken(found) == []
    assert found.figures.kinds["referrals.referral.routed.v1"] == 0


def test_stopped_at_any_time_its_laws_hold_and_it_can_be_shown() -> None:
    for events in (0, 1, 50, 1_000):
        found = passed(replace(SMALL, requests=300), events)
        assert laws.broken(found) == []
        assert chart.svg(found.figures.as_json()).startswith("<svg")


def test_the_laws_notice_who_is_left_alone_lost_or_miscounted() -> None:
    found = passed(replace(SMALL, requests=300), 1_500)
    referral = next(one for one in found.referrals if one.state not in ENDED)
    left_alone = referral.model_copy(update={"next_at": None, "due": None, "rests_since": None})
    found.state.facts[StoredReferral, referral.id] = left_alone
    found.overview.loads["netzwerk-0"] = Load(open=99)
    found.over_capacity.append("netzwerk-1")
    found.figures.months[1].promises["kept"] += 1
    found.figures.gone += 1
    said = laws.broken(found)
    assert len(said) == 5
    for part in (referral.id, "forgotten", "netzwerk-0 has", "netzwerk-1", "promises"):
        assert any(part in sentence for sentence in said)
