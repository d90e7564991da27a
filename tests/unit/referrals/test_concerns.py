"""Worries: taken with their words apart, looked at where they cannot wait, forgotten without a trace of their words."""

from typing import Any
from uuid import UUID

from services.referrals.domain import concerns as deciding
from services.referrals.domain.state import StoredConcern
from shared.contracts.referrals import concerns as contract
from shared.contracts.referrals.concerns import ConcernWords
from tests.support.decisions import refusal
from tests.unit.referrals.alliance import ZWICKAU, Alliance

ID = str(UUID(int=7))


def worry(**fields: Any) -> contract.SubmitConcern:
    """Somebody in Zwickau who is worried."""
    return contract.SubmitConcern(**{"id": ID, "ags": ZWICKAU, "text": "Canary", **fields})


def concern(alliance: Alliance) -> StoredConcern:
    """The worry as it is now."""
    found = alliance.state.get(StoredConcern, ID)
    assert found is not None
    return found


def test_a_worry_is_taken_and_no_fact_says_a_word_of_it() -> None:
    alliance = Alliance()
    assert alliance.take(worry(topics=("demokratie",), flags=("threat",))).result == "created"
    [fact, words] = [message for _, _, message in alliance.work.messages]
    assert (fact.type, words.type) == (contract.CONCERN_RECEIVED, contract.WORDS_KEPT)
    assert b"Canary" not in fact.data
    assert b"Canary" in words.data
    assert alliance.take(worry()).result == "unchanged"


def test_the_office_notes_once_that_it_has_cared_for_it() -> None:
    alliance = Alliance()
    alliance.take(worry(flags=("crisis",)))
    assert refusal(alliance.take(contract.SettleConcern(id=ID, version=9)))[2] == "changed-meanwhile"
    assert alliance.take(contract.SettleConcern(id=ID, version=1)).result == "changed"
    assert concern(alliance).settled_at == alliance.state.at
    assert alliance.take(contract.SettleConcern(id=ID)).result == "unchanged"


def test_its_words_are_forgotten_on_request_and_the_tombstone_comes_in_any_case() -> None:
    alliance = Alliance()
    alliance.take(worry())
    assert concern(alliance).next_at == "2027-02-23T10:00:00.000Z"
    alliance.take(contract.EraseConcern(id=ID))
    assert (concern(alliance).words_version, concern(alliance).next_at) == (0, None)
    assert alliance.state.get(ConcernWords, ID) is None
    assert alliance.kinds[-2:] == [contract.CONCERN_FORGOTTEN, contract.WORDS_ERASED]
    alliance.take(contract.EraseConcern(id=ID))
    assert alliance.kinds[-1] == contract.WORDS_ERASED
    assert refusal(alliance.take(worry())) == (422, "id", "erased")


def test_what_the_timer_forgets_is_what_the_person_could_have_deleted() -> None:
    alliance = Alliance()
    alliance.take(worry())
    alliance.work.take_over(deciding.forget(alliance.state, concern(alliance)), None)
    assert concern(alliance).words_version == 0


def test_a_place_that_is_not_known_is_refused() -> None:
    assert refusal(Alliance().take(worry(ags="09999999"))) == (422, "place", "place-unknown")
