"""The office's board: overdue is what somebody promised and did not do, and nothing that rests meanwhile."""

from datetime import timedelta

import pytest

from services.gateway.referrals.documents import item
from services.gateway.referrals.views import due
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
