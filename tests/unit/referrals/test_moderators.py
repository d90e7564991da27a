"""Who looks for a moderator is passed on to a trained multiplier, in time for the occasion."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.state import StoredReferral
from shared.contracts.referrals import asking, facts, office
from shared.contracts.referrals.asking import Contact, Occasion
from tests.support.decisions import refusal
from tests.support.laws import examples
from tests.unit.referrals.alliance import NOW, WERDAU, Alliance, moderator, network, submission

FIRST, SECOND = moderator(1), moderator(2)


def ask(alliance: Alliance, on: str = "2027-01-21", **fields: Any) -> str:
    """Look for a moderator for an occasion in Zwickau."""
    return alliance.ask(kind="moderator", occasion=Occasion(on=on, what="Bürgerversammlung"), **fields)


def stands(alliance: Alliance, id_: str) -> StoredReferral:
    return alliance.referral(id_)


def test_a_multiplier_is_asked_with_a_promise_and_the_reasons_and_the_fact_names_its_entry_of_the_registry() -> None:
    alliance = Alliance((network("treff"), FIRST))
    referral = stands(alliance, ask(alliance))
    assert (referral.state, referral.network, referral.needed_on) == ("routed", FIRST.id, "2027-01-21")
    [assignment] = referral.assignments
    assert (assignment.network, assignment.is_multiplier, assignment.by) == (FIRST.id, True, "routing")
    assert [(one.code, one.values) for one in assignment.because] == [
        ("area-municipality", {"place": "Zwickau"}),
        ("free", {"free": 2, "capacity": 2}),
    ]
    assert referral.due == "2026-12-02T23:00:00.000Z"
    assert alliance.overview.loads[FIRST.id].open == 1


def test_nothing_but_moderation_is_asked_of_multipliers_and_that_of_nobody_else() -> None:
    alliance = Alliance((network("treff"), FIRST))
    assert stands(alliance, alliance.ask()).network == "treff"
    id_ = ask(alliance)
    alliance.answer(id_, "decline", reason="no-capacity")
    assert (stands(alliance, id_).state, stands(alliance, id_).network) == ("escalated", None)


def test_the_occasion_is_needed_and_not_so_far_away_that_its_year_was_mistyped() -> None:
    alliance = Alliance((FIRST,))
    assert refusal(alliance.take(submission(kind="moderator"))) == (422, "occasion", "missing")
    far = submission(kind="moderator", occasion=Occasion(on="2206-01-21", what="Versammlung"))
    assert refusal(alliance.take(far)) == (422, "occasion.on", "too-far")
    assert stands(alliance, ask(alliance, on="0001-01-01")).state == "escalated", "it is over"


def test_of_what_is_no_request_for_a_moderator_the_occasion_stands_in_no_fact() -> None:
    alliance = Alliance((network("treff"),))
    id_ = alliance.ask(occasion=Occasion(on="2027-01-21", what="Fest"))
    assert stands(alliance, id_).needed_on is None


def test_who_declines_or_says_nothing_is_followed_by_the_next_and_after_three_by_the_office() -> None:
    alliance = Alliance(tuple(moderator(number) for number in range(5)))
    id_ = ask(alliance)
    alliance.answer(id_, "decline", reason="other")
    alliance.answer(id_, "hand-on")
    alliance.wait(days=9)
    referral = stands(alliance, id_)
    assert [one.answer for one in referral.assignments] == ["declined", "handed-on", "no-answer"]
    assert len({one.network for one in referral.assignments}) == 3
    assert (referral.state, referral.network) == ("escalated", None)
    assert {alliance.overview.loads[one.network].open for one in referral.assignments} == {0}


def test_an_answer_is_promised_for_before_the_occasion() -> None:
    alliance = Alliance((FIRST, SECOND))
    # From a Wednesday: Thursday, Friday and Monday are left before Tuesday.
    id_ = ask(alliance, on="2026-12-01")
    assert stands(alliance, id_).due == "2026-11-30T23:00:00.000Z"
    alliance.wait(days=6)
    referral = stands(alliance, id_)
    assert [one.answer for one in referral.assignments] == ["no-answer"]
    assert referral.state == "escalated", "nobody has a working day left to answer"


@pytest.mark.parametrize("on", ["2026-11-24", "2026-11-25", "2026-11-26"])
def test_where_no_working_day_is_left_the_office_has_it_at_once(on: str) -> None:
    alliance = Alliance((FIRST,))
    assert stands(alliance, ask(alliance, on=on, may_wait=True)).state == "escalated"


def test_who_waits_for_a_moderator_is_passed_on_when_one_appears() -> None:
    alliance = Alliance((moderator(3, qualified_until=date(2027, 1, 20)),))
    id_ = ask(alliance, may_wait=True)
    assert stands(alliance, id_).state == "waiting"
    alliance.overview.directory.put(FIRST)
    alliance.refer_waiting()
    assert stands(alliance, id_).network == FIRST.id


def test_nobody_waits_so_long_that_the_office_has_no_time_to_look() -> None:
    alliance = Alliance()
    id_ = ask(alliance, may_wait=True)
    # Five working days before Thursday the 21st of January.
    assert stands(alliance, id_).waits_until == "2027-01-13T23:00:00.000Z"
    alliance.wait(days=50)
    assert stands(alliance, id_).state == "escalated"
    soon = ask(alliance, on="2027-01-20", may_wait=True)
    assert stands(alliance, soon).state == "escalated"
    far = stands(alliance, ask(alliance, on="2028-01-20", may_wait=True))
    assert far.waits_until == "2027-04-14T10:00:00.000Z"


def test_how_it_went_is_asked_on_the_day_after_the_occasion_and_not_before() -> None:
    alliance = Alliance((FIRST,))
    id_ = ask(alliance)
    alliance.answer(id_, "accept")
    assert stands(alliance, id_).next_at == "2027-01-21T23:00:00.000Z"
    alliance.wait(days=57)
    assert facts.CHECKED not in alliance.kinds
    alliance.wait(days=1)
    assert alliance.kinds[-1] == facts.CHECKED
    near = ask(alliance, on="2027-02-01")
    alliance.answer(near, "accept")
    assert stands(alliance, near).next_at == "2027-02-19T10:00:00.000Z", "four weeks after it was accepted"


def test_a_question_puts_a_promise_off_but_never_beyond_the_occasion() -> None:
    alliance = Alliance((FIRST,))
    id_ = ask(alliance, on="2026-12-07")
    alliance.answer(id_, "ask-back", note="Wie viele kommen?")
    alliance.wait(days=7)
    alliance.take(asking.ReplyToQuestion(id=id_, message="Fünfzig."))
    assert stands(alliance, id_).due == "2026-12-04T23:00:00.000Z"
    person = alliance.person(id_)
    assert person is not None
    assert [one.by for one in person.notes] == ["moderator", "person"], "whoever reads it next learns no id"


def test_an_occasion_that_moves_finds_who_is_qualified_then_and_leaves_alone_who_has_accepted() -> None:
    near, lasting = moderator(3, qualified_until=date(2027, 1, 25)), moderator(4, municipalities=(WERDAU,))
    alliance = Alliance((near, lasting))
    id_ = ask(alliance)
    assert stands(alliance, id_).network == near.id
    moved = Occasion(on="2027-01-28", what="Bürgerversammlung")
    alliance.take(asking.CorrectReferral(id=id_, occasion=moved))
    referral = stands(alliance, id_)
    assert (referral.network, referral.needed_on) == (lasting.id, "2027-01-28")
    assert [one.answer for one in referral.assignments] == ["superseded", None]
    alliance.answer(id_, "accept")
    alliance.take(asking.CorrectReferral(id=id_, occasion=Occasion(on="2027-03-02", what="Bürgerversammlung")))
    referral, person = stands(alliance, id_), alliance.person(id_)
    assert (referral.state, referral.next_at) == ("accepted", "2027-03-02T23:00:00.000Z")
    assert person is not None
    assert person.occasion is not None
    assert person.occasion.on == "2027-03-02"
    alliance.take(asking.CorrectReferral(id=id_, occasion=Occasion(on="2027-03-02", what="Klausur")))
    assert alliance.kinds[-2:] == [facts.CORRECTED, facts.PERSON_KEPT]
    far = asking.CorrectReferral(id=id_, occasion=Occasion(on="2206-03-02", what="Klausur"))
    assert refusal(alliance.take(far)) == (422, "occasion.on", "too-far")


def test_the_office_asks_whom_it_wants_but_multipliers_for_moderation_alone() -> None:
    elsewhere = moderator(3, municipalities=(WERDAU,), qualified_until=date(2027, 1, 1))
    alliance = Alliance((network("treff"), FIRST, elsewhere))
    id_ = ask(alliance)
    alliance.take(office.AssignReferral(id=id_, network=elsewhere.id))
    assert [(one.network, one.is_multiplier) for one in stands(alliance, id_).assignments] == [
        (FIRST.id, True),
        (elsewhere.id, True),
    ]
    alliance.take(office.AssignReferral(id=id_, network="treff"))
    assert not stands(alliance, id_).assignments[-1].is_multiplier
    other = alliance.ask()
    command = office.AssignReferral(id=other, network=FIRST.id)
    assert refusal(alliance.take(command)) == (422, "network", "not-a-network")


def test_a_moderator_may_hand_on_to_an_organisation_by_name() -> None:
    alliance = Alliance((network("treff"), FIRST))
    id_ = ask(alliance)
    alliance.answer(id_, "hand-on", to="treff")
    assert stands(alliance, id_).network == "treff"


def test_no_word_of_the_occasion_stands_in_a_fact() -> None:
    alliance = Alliance((FIRST,))
    contact = Contact(name="Canary", email="canary@example.org")
    occasion = Occasion(on="2027-01-21", what="Canary")
    alliance.ask(kind="moderator", occasion=occasion, message="Canary", contact=contact)
    [fact, private] = [message for _, _, message in alliance.work.messages]
    assert b"anary" not in fact.data
    assert private.data.count(b"anary") == 4


@examples(60)
@given(
    ends=st.lists(st.none() | st.dates(NOW.date(), date(2027, 6, 1)), min_size=1, max_size=5),
    days=st.lists(st.dates(NOW.date(), date(2027, 6, 1)), max_size=12),
)
def test_nobody_is_ever_asked_for_a_day_on_which_the_qualification_has_ended(
    ends: list[date | None], days: list[date]
) -> None:
    people = [moderator(number, qualified_until=until, capacity=9) for number, until in enumerate(ends)]
    alliance = Alliance(tuple(people))
    until_of = {one.id: one.qualified_until for one in people}
    for day in days:
        asked = stands(alliance, ask(alliance, on=day.isoformat(), contact=None, consent=None)).network
        until = until_of[asked] if asked else None
        assert until is None or until >= day


@examples(40)
@given(count=st.integers(1, 5), requests=st.integers(0, 12))
def test_equals_have_as_much_to_do_and_never_more_than_they_can_care_for(count: int, requests: int) -> None:
    alliance = Alliance(tuple(moderator(number) for number in range(count)))
    ids = [ask(alliance, contact=None, consent=None) for _ in range(requests)]
    asked = [stands(alliance, id_).network for id_ in ids]
    loads = [asked.count(moderator(number).id) for number in range(count)]
    assert max(loads) - min(loads) <= 1
    assert max(loads) <= 2
    assert asked.count(None) == max(0, requests - 2 * count)
