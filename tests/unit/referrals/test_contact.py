"""How somebody can be reached is seen by the office, and by the network that has accepted, as long as it has it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.common.http.language import negotiate
from services.gateway.referrals import documents
from shared.contracts.referrals import asking, office
from tests.unit.referrals.alliance import CONTACT, Alliance, network

TAKEN = ("accept", "progress", "ask-back")
RETURNED = ("decline", "hand-on", "give-back")
STEPS = st.sampled_from([*TAKEN, *RETURNED, "done", "reply", "nobody-called", "hold", "resume", "assign", "reopen"])
SECRET = ("Renate Beispiel", "renate@example.org", "Frau Beispiel rief an")


def seen_by(alliance: Alliance, id_: str, number: int) -> dict[str, Any]:
    """A request as whoever has the link of an assignment sees it."""
    fact, person = alliance.referral(id_).model_dump(mode="json"), alliance.person(id_)
    standing = documents.standing_of(fact, number)
    known = person.model_dump(mode="json") if person else None
    return documents.asked(fact, known, {}, negotiate("de"), standing=standing)


def step(alliance: Alliance, id_: str, name: str) -> None:
    """Somebody does something, which may be refused as it does not fit."""
    match name:
        case "reply":
            alliance.take(asking.ReplyToQuestion(id=id_, message="Um vier."))
        case "nobody-called":
            alliance.take(asking.EvaluateReferral(id=id_, went="nobody-called"))
        case "reopen":
            alliance.take(asking.ReopenReferral(id=id_))
        case "hold":
            alliance.take(office.HoldReferral(id=id_))
        case "resume":
            alliance.take(office.ResumeReferral(id=id_))
        case "assign":
            alliance.take(office.AssignReferral(id=id_, network="treff"))
        case _ if alliance.referral(id_).network is not None:
            alliance.answer(id_, name, reason="other", note=SECRET[2])


@given(st.lists(STEPS, max_size=12))
def test_whoever_has_not_accepted_or_has_it_no_more_never_sees_who_asks(steps: list[str]) -> None:
    alliance = Alliance((network("treff"), network("bunt"), network("chor")))
    id_ = alliance.ask(message="Ich habe Zeit.")
    has_accepted: set[int] = set()
    for name in steps:
        before = alliance.referral(id_)
        step(alliance, id_, name)
        after = alliance.referral(id_)
        number = len(after.assignments)
        if after.state == "accepted" and before.state == "routed":
            has_accepted.add(number)
        for one in range(1, number + 1):
            seen = seen_by(alliance, id_, one)
            may = one in has_accepted and one == number and seen["standing"] == "open"
            assert (seen["contact"] is not None) == may
            assert may or not [said for said in SECRET[:2] if said in str(seen)]
            assert seen["standing"] == "open" or seen["message"] is None
            if one not in has_accepted:
                said = [note["text"] for note in seen["notes"] if note["kind"] not in ("question", "reply")]
                assert said == [], "what others wrote for the office may say who asks"


def test_the_contact_is_there_while_a_network_cares_for_it_and_gone_once_it_has_given_it_back() -> None:
    alliance = Alliance((network("treff"), network("bunt")))
    id_ = alliance.ask(message="Ich habe Zeit.")

    def shown(number: int) -> tuple[str, bool, bool]:
        seen = seen_by(alliance, id_, number)
        return seen["standing"], seen["contact"] == CONTACT.model_dump(mode="json"), seen["wants_answer"]

    assert shown(1) == ("open", False, True)
    alliance.answer(id_, "ask-back", note="Wann genau?")
    step(alliance, id_, "reply")
    assert shown(1) == ("open", False, True), "asking back needs no contact"
    assert [note["text"] for note in seen_by(alliance, id_, 1)["notes"]] == ["Wann genau?", "Um vier."]
    for answer in ("accept", "progress"):
        alliance.answer(id_, answer)
        assert shown(1) == ("open", True, True)
    alliance.answer(id_, "give-back", reason="no-capacity", note=SECRET[2])
    assert (shown(1), shown(2)) == (("superseded", False, False), ("open", False, True))
    assert SECRET[2] not in str(seen_by(alliance, id_, 2))


def test_who_wants_no_answer_has_no_contact_to_be_shown() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask(contact=None, consent=None)
    assert seen_by(alliance, id_, 1)["wants_answer"] is False


def test_what_the_office_lets_rest_after_everybody_declined_is_nobodys_any_more() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask(message="Ich habe Zeit.")
    alliance.answer(id_, "decline", reason="other")
    alliance.take(office.HoldReferral(id=id_))
    seen = seen_by(alliance, id_, 1)
    assert (seen["standing"], seen["message"]) == ("superseded", None)
