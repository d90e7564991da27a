"""What people ask, and what they can say later: where nobody fits there is no dead end."""

import pytest

from shared.contracts.referrals import asking as contract
from shared.contracts.referrals import facts
from shared.contracts.referrals.asking import Contact
from tests.support.decisions import refusal
from tests.unit.referrals.alliance import CONTACT, WERDAU, ZWICKAU, Alliance, network, submission


def test_a_request_is_passed_on_at_once_with_a_promise_and_the_reasons() -> None:
    alliance = Alliance((network("treff", topics=frozenset({"integration"}), response_days=2),))
    referral = alliance.referral(alliance.ask(topics=("integration",)))
    assert (referral.version, referral.state, referral.network) == (1, "routed", "treff")
    [assignment] = referral.assignments
    assert [one.code for one in assignment.because] == ["area-municipality", "topics", "free"]
    # Asked on a Wednesday, two working days: until the end of Friday, in Germany.
    assert referral.due == assignment.due == "2026-11-27T23:00:00.000Z"
    assert [(step.state, step.network) for step in referral.history] == [("routed", "treff")]
    assert alliance.kinds == [facts.ROUTED, facts.PERSON_KEPT]


def test_what_somebody_wrote_stands_in_no_fact() -> None:
    alliance = Alliance((network("treff"),))
    alliance.ask(message="Canary", availability="Canary", contact=Contact(name="Canary", email="canary@example.org"))
    [fact, private] = [message for _, _, message in alliance.work.messages]
    assert b"anary" not in fact.data
    assert private.data.count(b"anary") == 4


def test_where_nobody_fits_the_office_has_it_at_once() -> None:
    nobody = Alliance()
    referral = nobody.referral(nobody.ask())
    assert (referral.state, referral.network, referral.due) == ("escalated", None, "2026-12-02T23:00:00.000Z")
    assert nobody.kinds == [facts.ESCALATED, facts.PERSON_KEPT]


def test_who_wants_to_waits_until_a_network_fits() -> None:
    alliance = Alliance()
    first, second = alliance.ask(may_wait=True), alliance.ask(may_wait=True)
    assert alliance.referral(first).state == "waiting"
    assert alliance.referral(first).waits_until == "2027-02-23T10:00:00.000Z"
    alliance.overview.directory.put(network("neu", capacity=1))
    alliance.refer_waiting()
    assert [alliance.referral(one).state for one in (first, second)] == ["routed", "waiting"]
    alliance.answer(first, "accept")
    alliance.answer(first, "done")
    alliance.refer_waiting()
    assert alliance.referral(second).network == "neu"


def test_nobody_waits_for_ever() -> None:
    alliance = Alliance()
    id_ = alliance.ask(may_wait=True)
    alliance.wait(days=91)
    assert alliance.referral(id_).state == "escalated"


def test_associations_ask_each_other_for_support_but_never_themselves() -> None:
    takes = frozenset({"support"})
    alliance = Alliance((network("bunt", takes=takes), network("treff", takes=takes)))
    assert refusal(alliance.take(submission(kind="support"))) == (422, "kind", "not-a-member")
    assert alliance.referral(alliance.ask(kind="support", by="bunt")).network == "treff"
    assert alliance.referral(alliance.ask(kind="support", by="treff")).network == "bunt"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"consent": None}, (422, "consent", "missing")),
        ({"contact": Contact(name="Renate")}, (422, "contact", "not-reachable")),
        ({"ags": "09999999"}, (422, "place", "place-unknown")),
    ],
)
def test_what_is_missing_is_named(fields: dict[str, object], expected: tuple[int, str, str]) -> None:
    assert refusal(Alliance().take(submission(**fields))) == expected


def test_a_request_that_comes_twice_is_one() -> None:
    alliance = Alliance()
    command = submission()
    assert [alliance.take(command).result for _ in range(2)] == ["created", "unchanged"]


def test_one_person_has_three_requests_open_at_most_and_the_office_as_many_as_call() -> None:
    alliance = Alliance()
    ids = [alliance.ask() for _ in range(3)]
    again = Contact(email="RENATE@example.org")
    assert refusal(alliance.take(submission(contact=again))) == (409, "contact", "too-many-open")
    alliance.ask(by="office")
    alliance.ask(contact=Contact(phone="0375 000000"))
    for ended in ids[:2]:
        alliance.take(contract.CancelReferral(id=ended))
    alliance.ask(contact=again)


def test_who_corrects_the_place_is_passed_on_to_others_and_who_corrects_words_is_not() -> None:
    alliance = Alliance((network("hier"), network("dort", municipalities=(WERDAU,))))
    id_ = alliance.ask(message="Alt")
    alliance.take(contract.CorrectReferral(id=id_, message="Neu"))
    person = alliance.person(id_)
    assert person is not None
    assert (person.message, alliance.referral(id_).network, alliance.kinds[-2]) == ("Neu", "hier", facts.CORRECTED)
    alliance.take(contract.CorrectReferral(id=id_, ags=WERDAU))
    referral = alliance.referral(id_)
    assert (referral.network, [one.answer for one in referral.assignments]) == ("dort", ["superseded", None])
    assert alliance.overview.loads["hier"].open == 0
    alliance.take(contract.CorrectReferral(id=id_, ags=ZWICKAU))
    assert alliance.referral(id_).network == "hier", "it was not asked in vain"


def test_a_correction_that_changes_nothing_is_told_to_nobody() -> None:
    alliance = Alliance()
    id_ = alliance.ask(message="So")
    told = len(alliance.work.messages)
    assert alliance.take(contract.CorrectReferral(id=id_, message="So", ags=ZWICKAU)).result == "unchanged"
    assert len(alliance.work.messages) == told


def test_a_question_stops_the_promise_until_it_is_answered() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask()
    alliance.wait(days=1)
    alliance.answer(id_, "ask-back", note="Wann haben Sie Zeit?")
    referral = alliance.referral(id_)
    assert (referral.state, referral.resumes, referral.next_at) == ("asked-back", "routed", "2026-12-24T10:00:00.000Z")
    alliance.wait(days=10)
    assert alliance.referral(id_).state == "asked-back"
    alliance.take(contract.ReplyToQuestion(id=id_, message="Mittwochs."))
    referral = alliance.referral(id_)
    # Four of five working days were left on Thursday; it is Sunday the 6th of December now.
    assert (referral.state, referral.due) == ("routed", "2026-12-10T23:00:00.000Z")
    person = alliance.person(id_)
    assert person is not None
    assert [(one.kind, one.by) for one in person.notes] == [("question", "treff"), ("reply", "person")]


def test_a_question_that_nobody_answers_comes_to_the_office() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask()
    alliance.answer(id_, "ask-back", note="Wann?")
    alliance.wait(days=29)
    assert alliance.referral(id_).state == "escalated"


def test_what_ended_is_opened_again_within_two_weeks() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask()
    assert refusal(alliance.take(contract.ReopenReferral(id=id_)))[2] == "wrong-status"
    alliance.take(contract.CancelReferral(id=id_))
    alliance.wait(days=13)
    alliance.take(contract.ReopenReferral(id=id_))
    assert (alliance.referral(id_).state, alliance.referral(id_).ended_at) == ("routed", None)
    alliance.take(contract.CancelReferral(id=id_))
    alliance.wait(days=15)
    assert refusal(alliance.take(contract.ReopenReferral(id=id_))) == (422, "id", "too-late")


def test_where_nobody_called_somebody_else_is_asked() -> None:
    alliance = Alliance((network("erste"), network("zweite")))
    id_ = alliance.ask()
    first = alliance.referral(id_).network
    alliance.answer(id_, "accept")
    alliance.wait(days=29)
    assert alliance.kinds[-1] == facts.CHECKED
    alliance.take(contract.EvaluateReferral(id=id_, went="nobody-called", comment="Schade."))
    referral = alliance.referral(id_)
    assert (referral.state, referral.assignments[0].answer) == ("routed", "nobody-called")
    assert {first, referral.network} == {"erste", "zweite"}


def test_who_is_content_ends_it_with_that() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask()
    alliance.answer(id_, "accept")
    alliance.take(contract.EvaluateReferral(id=id_, went="well"))
    assert (alliance.referral(id_).state, alliance.referral(id_).went) == ("fulfilled", "well")
    assert alliance.overview.loads["treff"].open == 0


def test_a_person_is_forgotten_on_request_and_the_request_ends_with_that() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask(message="Geheim")
    alliance.take(contract.EraseReferral(id=id_))
    referral = alliance.referral(id_)
    assert (referral.state, referral.person_version, alliance.person(id_)) == ("cancelled", 0, None)
    assert alliance.kinds[-2:] == [facts.FORGOTTEN, facts.PERSON_ERASED]
    assert referral.next_at is None
    alliance.take(contract.EraseReferral(id=id_))
    assert alliance.kinds[-1] == facts.PERSON_ERASED, "once more, as after a restored backup"
    assert refusal(alliance.take(submission(id=id_))) == (422, "id", "erased")


def test_who_asked_is_forgotten_ninety_days_after_the_end() -> None:
    alliance = Alliance()
    id_ = alliance.ask()
    alliance.take(contract.CancelReferral(id=id_))
    alliance.wait(days=89)
    assert alliance.person(id_) is not None
    alliance.wait(days=2)
    assert alliance.person(id_) is None
    assert alliance.referral(id_).state == "cancelled"


def test_without_a_contact_no_answer_is_wanted() -> None:
    alliance = Alliance((network("treff"),))
    assert not alliance.referral(alliance.ask(contact=None, consent=None)).wants_answer
    assert alliance.referral(alliance.ask(contact=CONTACT)).wants_answer
