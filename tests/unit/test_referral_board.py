"""The office's board: overdue is what somebody promised and did not do, and nothing that rests meanwhile."""

from datetime import timedelta

import pytest

from services.gateway.referrals.documents import item
from services.gateway.referrals.store import LAST
from services.gateway.referrals.views import due, place_on_board
from shared.contracts.referrals.asking import CancelReferral
from shared.contracts.referrals.office import HoldReferral, ResumeReferral
from tests.unit.referrals.alliance import NOW, Alliance, network

NAMES = {"treff": {"id": "treff", "name": "Treff"}}
LATER = NOW + timedelta(days=60)


@pytest.fixture
def asked() -> tuple[Alliance, str]:
    """A request that a network was asked about."""
    alliance = Alliance((network("treff"),))
    return alliance, alliance.ask()


def is_overdue(alliance: Alliance, id_: str) -> bool:
    document = alliance.referral(id_).model_dump(mode="json")
    return bool(item(document, NAMES, LATER)["overdue"])


def test_a_promise_that_has_run_out_is_overdue(asked: tuple[Alliance, str]) -> None:
    alliance, id_ = asked
    assert is_overdue(alliance, id_)
    assert not item(alliance.referral(id_).model_dump(mode="json"), NAMES, NOW)["overdue"]


def test_nothing_is_overdue_while_the_person_is_asked_back(asked: tuple[Alliance, str]) -> None:
    alliance, id_ = asked
    alliance.answer(id_, "ask-back", note="Wann?")
    assert not is_overdue(alliance, id_)
    assert due(alliance.referral(id_).model_dump(mode="json")) is None


def test_nothing_is_overdue_while_the_office_lets_it_rest_and_again_afterwards(asked: tuple[Alliance, str]) -> None:
    alliance, id_ = asked
    alliance.take(HoldReferral(id=id_))
    assert not is_overdue(alliance, id_)
    alliance.take(ResumeReferral(id=id_))
    assert is_overdue(alliance, id_)


def test_what_is_promised_comes_first_then_what_is_open_and_last_what_has_ended(asked: tuple[Alliance, str]) -> None:
    alliance, promised = asked
    accepted, ended = alliance.ask(), alliance.ask()
    alliance.answer(accepted, "accept")
    alliance.take(CancelReferral(id=ended))
    places = {
        id_: place_on_board(alliance.referral(id_).model_dump(mode="json")) for id_ in (ended, accepted, promised)
    }
    assert sorted(places, key=lambda id_: places[id_] or LAST) == [promised, accepted, ended]
