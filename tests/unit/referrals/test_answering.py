"""What networks answer, what the office does, and what happens where nobody says anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.overview import cared_by
from services.referrals.domain.state import StoredReferral
from shared.contracts.referrals import asking, facts, office
from shared.contracts.referrals.answers import AnswerReferral
from shared.contracts.referrals.facts import IN_VAIN, OPEN
from tests.support.decisions import refusal
from tests.support.laws import examples
from tests.unit.referrals.alliance import WERDAU, ZWICKAU, Alliance, moderator, network, submission

TREFF, BUNT = network("treff"), network("bunt")
HELP: dict[str, Any] = {"kind": "offer-help"}
MODERATED: dict[str, Any] = {"kind": "moderator", "occasion": asking.Occasion(on="2027-01-21", what="Versammlung")}


def test_a_network_accepts_says_that_it_goes_on_and_is_done() -> None:
    alliance = Alliance((TREFF,))
    id_ = alliance.ask()
    for answer, state in (("accept", "accepted"), ("progress", "in-progress"), ("done", "fulfilled")):
        alliance.wait(hours=1)
        alliance.answer(id_, answer)
        assert alliance.referral(id_).state == state
    assert [step.state for step in alliance.referral(id_).history] == ["routed", "accepted", "in-progress", "fulfilled"]
    assert alliance.overview.loads["treff"].open == 0


def test_who_declines_says_why_and_the_next_one_is_asked() -> None:
    alliance = Alliance((TREFF, BUNT))
    id_ = alliance.ask()
    first = alliance.referral(id_).network
    assert refusal(alliance.answer(id_, "decline")) == (422, "reason", "missing")
    alliance.answer(id_, "decline", reason="no-capacity")
    referral = alliance.referral(id_)
    assert (referral.state, referral.assignments[0].reason) == ("routed", "no-capacity")
    assert referral.network != first
    alliance.answer(id_, "decline", reason="not-our-topic")
    assert (alliance.referral(id_).state, alliance.referral(id_).network) == ("escalated", None)


def test_of_two_answers_at_once_one_counts_and_the_other_is_told() -> None:
    alliance = Alliance((TREFF, BUNT))
    id_ = alliance.ask()
    network_ = alliance.referral(id_).network
    decline = AnswerReferral(id=id_, network=network_, assignment=1, answer="decline", reason="other")
    accept = AnswerReferral(id=id_, network=network_, assignment=1, answer="accept")
    alliance.take(decline)
    assert refusal(alliance.take(accept)) == (409, "assignment", "superseded")
    other = alliance.ask()
    alliance.answer(other, "accept")
    assert refusal(alliance.answer(other, "decline", reason="other")) == (409, "id", "wrong-status")


def test_a_request_is_handed_on_to_whom_the_network_names() -> None:
    alliance = Alliance((TREFF, network("fern", municipalities=(WERDAU,))))
    id_ = alliance.ask()
    assert refusal(alliance.answer(id_, "hand-on", to="treff")) == (422, "to", "not-a-network")
    alliance.answer(id_, "hand-on", to="fern")
    referral = alliance.referral(id_)
    assert (referral.network, referral.assignments[0].answer, referral.assignments[1].by) == (
        "fern",
        "handed-on",
        "network",
    )


def test_what_was_accepted_can_be_given_back() -> None:
    alliance = Alliance((TREFF, BUNT))
    id_ = alliance.ask()
    first = alliance.referral(id_).network
    alliance.answer(id_, "accept")
    alliance.answer(id_, "give-back", reason="no-capacity")
    assert alliance.referral(id_).network not in (first, None)


def test_a_question_needs_its_words() -> None:
    alliance = Alliance((TREFF,))
    assert refusal(alliance.answer(alliance.ask(), "ask-back")) == (422, "note", "missing")


def test_who_says_nothing_is_reminded_at_half_time_and_after_three_the_office_has_it() -> None:
    alliance = Alliance(tuple(network(f"netz-{number}") for number in range(5)))
    id_ = alliance.ask()
    alliance.wait(days=30)
    referral = alliance.referral(id_)
    assert [one.answer for one in referral.assignments] == ["no-answer"] * 3
    assert (referral.state, len({one.network for one in referral.assignments})) == ("escalated", 3)
    told = [kind for kind in alliance.kinds if kind != facts.PERSON_KEPT]
    assert told == [facts.ROUTED, facts.REMINDED] * 3 + [facts.ESCALATED]
    # Five working days from a Wednesday: over a weekend, to the end of the next Wednesday.
    assert referral.assignments[0].remind_at == "2026-11-27T23:00:00.000Z"
    assert referral.assignments[0].due == "2026-12-02T23:00:00.000Z"


def test_after_a_week_without_the_service_everybody_gets_the_whole_time_all_the_same() -> None:
    alliance = Alliance((TREFF, BUNT))
    id_ = alliance.ask()
    alliance.state.now = alliance.state.now.replace(month=12, day=20)
    alliance.wait(seconds=1)
    referral = alliance.referral(id_)
    assert [one.answer for one in referral.assignments] == ["no-answer", None]
    # From a Sunday on; Christmas Day is no working day.
    assert referral.due == "2026-12-28T23:00:00.000Z"


def test_four_weeks_after_it_was_accepted_both_are_asked_and_then_the_office_looks() -> None:
    alliance = Alliance((TREFF,))
    id_ = alliance.ask()
    alliance.answer(id_, "accept")
    alliance.wait(days=29)
    assert (alliance.kinds[-1], alliance.referral(id_).state) == (facts.CHECKED, "accepted")
    alliance.wait(days=14)
    assert (alliance.referral(id_).state, alliance.referral(id_).network) == ("escalated", None)


def test_whoever_says_that_it_goes_on_is_asked_again_four_weeks_later() -> None:
    alliance = Alliance((TREFF,))
    id_ = alliance.ask()
    alliance.answer(id_, "accept")
    alliance.wait(days=29)
    alliance.answer(id_, "progress")
    alliance.wait(days=27)
    assert alliance.kinds.count(facts.CHECKED) == 1
    alliance.wait(days=2)
    assert alliance.kinds.count(facts.CHECKED) == 2


def test_the_office_asks_whom_it_wants_and_that_is_recorded() -> None:
    alliance = Alliance((TREFF, network("fern", municipalities=(WERDAU,), takes=frozenset())))
    id_ = alliance.ask()
    alliance.take(office.AssignReferral(id=id_, network="fern"))
    referral = alliance.referral(id_)
    assert (referral.network, referral.assignments[-1].by, referral.assignments[0].answer) == (
        "fern",
        "office",
        "superseded",
    )
    assert refusal(alliance.take(office.AssignReferral(id=id_, network="unbekannt")))[2] == "not-a-network"
    assert refusal(alliance.take(office.AssignReferral(id=id_, network="treff", version=1)))[2] == "changed-meanwhile"


def test_what_the_office_holds_rests_and_goes_on_where_it_was() -> None:
    alliance = Alliance((TREFF,))
    id_ = alliance.ask()
    alliance.take(office.HoldReferral(id=id_))
    alliance.wait(days=60)
    assert alliance.referral(id_).state == "held"
    alliance.take(office.ResumeReferral(id=id_))
    referral = alliance.referral(id_)
    assert (referral.state, referral.network) == ("routed", "treff")
    assert referral.due is not None
    assert referral.due > alliance.state.at


def test_the_office_closes_a_request_with_the_reason() -> None:
    alliance = Alliance()
    id_ = alliance.ask()
    alliance.take(office.CloseReferral(id=id_, because="answered", note="Wir haben telefoniert."))
    referral = alliance.referral(id_)
    assert (referral.state, referral.closed_because) == ("closed", "answered")
    assert refusal(alliance.take(office.CloseReferral(id=id_, because="answered")))[2] == "wrong-status"


def test_ten_thousand_requests_at_once_are_spread_evenly_and_none_has_too_many() -> None:
    names = [f"netz-{number}" for number in range(50)]
    alliance = Alliance(tuple(network(name, capacity=20) for name in names))
    for _ in range(1_200):
        alliance.take(submission(contact=None, consent=None))
    loads = {name: alliance.overview.loads[name].open for name in names}
    assert set(loads.values()) == {20}
    states = [one.state for one in alliance.state.all(StoredReferral)]
    assert (states.count("routed"), states.count("escalated")) == (1_000, 200)


STEPS = st.sampled_from(
    [
        *("accept", "decline", "hand-on", "ask-back", "progress", "done", "give-back"),
        *(
            "cancel",
            "reopen",
            "reply",
            "correct",
            "nobody-called",
            "well",
            "hold",
            "resume",
            "close",
            "assign",
            "erase",
        ),
        *("day", "week", "month"),
    ]
)


def _do(alliance: Alliance, id_: str, step: str) -> None:
    referral = alliance.referral(id_)
    spans = {"day": 1, "week": 7, "month": 31}
    commands: dict[str, Any] = {
        "cancel": asking.CancelReferral(id=id_),
        "reopen": asking.ReopenReferral(id=id_),
        "reply": asking.ReplyToQuestion(id=id_, message="Ja."),
        "correct": asking.CorrectReferral(id=id_, ags=WERDAU if referral.ags == ZWICKAU else ZWICKAU),
        "nobody-called": asking.EvaluateReferral(id=id_, went="nobody-called"),
        "well": asking.EvaluateReferral(id=id_, went="well"),
        "hold": office.HoldReferral(id=id_),
        "resume": office.ResumeReferral(id=id_),
        "close": office.CloseReferral(id=id_, because="nobody-found"),
        "assign": office.AssignReferral(id=id_, network="netz-0"),
        "erase": asking.EraseReferral(id=id_),
    }
    if step in spans:
        alliance.wait(days=spans[step])
    elif step in commands:
        alliance.take(commands[step])
    elif referral.network is not None:
        alliance.answer(id_, step, reason="other", note="Wann?")


@examples(200)
@given(steps=st.lists(STEPS, max_size=25), may_wait=st.booleans(), asked=st.sampled_from([HELP, MODERATED]))
def test_whatever_happens_every_request_has_somebody_who_cares_for_it_or_has_come_to_its_end(
    steps: list[str], may_wait: bool, asked: dict[str, Any]
) -> None:
    networks = [network(f"netz-{number}", capacity=2) for number in range(4)]
    alliance = Alliance((*networks, *(moderator(number) for number in range(4))))
    ids = [alliance.ask(may_wait=may_wait, **asked), alliance.ask(may_wait=may_wait, **asked)]
    for place, step in enumerate(steps):
        _do(alliance, ids[place % 2], step)
        for id_ in ids:
            referral = alliance.referral(id_)
            # Somebody acts next: a network with its promise, a timer, or the office.
            assert referral.next_at or referral.state in ("escalated", "held") or referral.person_version == 0
            assert (referral.ended_at is not None) == (referral.state not in OPEN)
            if referral.state in ("routed", "accepted", "in-progress"):
                assert referral.network == referral.assignments[-1].network
                assert not [
                    one
                    for one in referral.assignments[:-1]
                    if one.network == referral.network
                    and one.answer in IN_VAIN
                    and referral.assignments[-1].by == "routing"
                ]
            assert (alliance.person(id_) is None) == (referral.person_version == 0)
        cared = [cared_by(alliance.referral(id_)) for id_ in ids]
        for name, load in alliance.overview.loads.items():
            assert load.open == cared.count(name), "the load is what there is"


@examples(60)
@given(steps=st.lists(STEPS, max_size=12), asked=st.sampled_from([HELP, MODERATED]))
def test_each_state_has_a_way_to_an_end(steps: list[str], asked: dict[str, Any]) -> None:
    alliance = Alliance((TREFF, BUNT, moderator(1), moderator(2)))
    id_ = alliance.ask(**asked)
    for step in steps:
        _do(alliance, id_, step)
    if alliance.referral(id_).state in OPEN:
        alliance.take(office.CloseReferral(id=id_, because="answered"))
    alliance.wait(days=120)
    referral = alliance.referral(id_)
    assert referral.state not in OPEN
    assert (referral.person_version, referral.next_at) == (0, None)


@pytest.mark.parametrize("answer", ["accept", "progress", "done"])
def test_nobody_answers_for_another_network(answer: Any) -> None:
    alliance = Alliance((TREFF,))
    id_ = alliance.ask()
    assert refusal(alliance.answer(id_, answer, network="bunt")) == (409, "assignment", "superseded")
