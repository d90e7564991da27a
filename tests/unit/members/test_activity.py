"""How active a member is follows from its log alone, by a rule that is data, on every day (DESIGN 8)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.members.domain.activity import (
    ActivityRule,
    Assessment,
    Held,
    Log,
    activity_on,
    assess,
    months_later,
)
from tests.unit.members.logs import DAY, RULE, is_active, logs, missed, months_before, rules, shuffled, without_future

ADMITTED = date(2024, 1, 10)
TODAY = date(2026, 11, 25)


def log(*presences: str, contributed: str = "", planned: str = "") -> Log:
    """A member since January 2024, with meetings on the 1st of March 2026 and each month after it."""
    meetings = [Held(date(2026, 3 + number, 1), f"m{number}", presence) for number, presence in enumerate(presences)]
    return Log(
        ADMITTED,
        meetings,
        [date.fromisoformat(day) for day in contributed.split()],
        [date.fromisoformat(day) for day in planned.split()],
    )


def assessed(
    *presences: str, contributed: str = "", planned: str = "", rule: ActivityRule = RULE, today: date = TODAY
) -> Assessment:
    return assess(log(*presences, contributed=contributed, planned=planned), rule, today)


def codes(found: Assessment) -> list[str]:
    return [one.code for one in found.activity.because]


# The rule of the first alliance


@pytest.mark.parametrize("presence", ["present", "online"])
def test_one_of_the_last_three_meetings_is_enough_in_the_room_or_from_afar(presence: str) -> None:
    found = assessed("absent", presence, "absent", "absent")

    assert found.activity.status == "active"
    assert codes(found) == ["meetings"]
    assert found.activity.because[0].values == {"attended": 1.0, "last": 3}


def test_a_meeting_before_the_last_three_does_not_count_any_more() -> None:
    found = assessed("present", "absent", "absent", "absent")

    assert (found.activity.status, codes(found)) == ("passive", ["nothing"])
    assert found.since == date(2026, 6, 1)


def test_excused_counts_half() -> None:
    assert assessed("excused", "absent", "absent").activity.status == "passive"
    assert assessed("excused", "absent", "excused").activity.status == "active"
    assert assessed("excused", "absent", "absent", "excused").activity.status == "passive"


def test_one_contribution_in_twelve_months_is_enough() -> None:
    for_a_year = assessed(contributed="2025-11-26")
    too_long_ago = assessed(contributed="2025-11-25")

    assert (for_a_year.activity.status, codes(for_a_year)) == ("active", ["contributions"])
    assert for_a_year.activity.until == "2026-11-25"
    assert too_long_ago.activity.status == "passive"


def test_a_request_for_help_that_was_accepted_counts_as_a_contribution_and_is_named() -> None:
    accepted = Log(ADMITTED, referrals=[date(2025, 11, 26)])

    found = assess(accepted, RULE, TODAY)

    assert (found.activity.status, codes(found), found.activity.until) == ("active", ["referrals"], "2026-11-25")
    assert found.activity.because[0].values == {"months": 12}
    assert assess(accepted, RULE, TODAY + DAY).activity.status == "passive"
    both = replace(accepted, contributions=[date(2026, 3, 1)])
    assert codes(assess(both, RULE, TODAY)) == ["contributions", "referrals"]
    assert codes(assess(both, RULE, TODAY + DAY)) == ["contributions"]
    twice = replace(RULE, contributions_needed=2)
    assert codes(assess(both, twice, TODAY)) == ["contributions", "referrals"]
    assert codes(assess(both, twice, TODAY + DAY)) == ["nothing"]


def test_all_reasons_are_told() -> None:
    found = assess(Log(date(2026, 10, 1), [Held(date(2026, 11, 1), "m", "present")], [date(2026, 11, 2)]), RULE, TODAY)

    assert codes(found) == ["meetings", "contributions", "newcomer"]


def test_whoever_is_new_is_active_for_six_months() -> None:
    new = Log(date(2026, 5, 26))

    assert assess(new, RULE, date(2026, 11, 25)).activity.status == "active"
    assert assess(new, RULE, date(2026, 11, 25)).activity.until == "2026-11-25"
    assert assess(new, RULE, date(2026, 11, 26)).activity.status == "passive"


def test_meetings_before_the_admission_do_not_count() -> None:
    guest = Log(date(2026, 1, 1), [Held(date(2025, 12, 31), "m", "present")])

    assert assess(guest, RULE, TODAY).activity.status == "passive"


def test_another_rule_gives_another_answer() -> None:
    strict = replace(RULE, meetings_needed=2.0, newcomer_months=1)
    lenient = replace(RULE, last_meetings=12, months=36)

    assert assessed("present", "absent", "absent").activity.status == "active"
    assert assessed("present", "absent", "absent", rule=strict).activity.status == "passive"
    assert assessed("present", *["absent"] * 7).activity.status == "passive"
    assert assessed("present", *["absent"] * 7, rule=lenient).activity.status == "active"
    assert assessed(contributed="2024-01-01", rule=lenient).activity.status == "active"
    assert assessed("excused", rule=replace(RULE, weights={"excused": 1.0})).activity.status == "active"
    assert assess(Log(date(2026, 10, 1)), strict, TODAY).activity.status == "passive"
    twice = replace(RULE, contributions_needed=2)
    assert assessed(contributed="2026-10-01", rule=twice).activity.status == "passive"
    assert assessed(contributed="2026-10-01 2026-10-01", rule=twice).activity.status == "active"


# What will be


def test_the_planned_meeting_with_which_it_lapses_is_named() -> None:
    found = assessed("present", "absent", planned="2026-12-01 2027-01-12")

    assert found.activity.until == "2027-01-11"
    assert [(one.code, one.values) for one in found.activity.unless] == [
        ("attend", {"date": "2027-01-12"}),
        ("contribute-until", {"date": "2027-01-11"}),
    ]
    assert found.again_on == date(2026, 12, 1)
    later = assessed("present", "absent", "absent", planned="2027-01-12", today=date(2026, 12, 1))
    assert later.again_on == date(2027, 1, 11) - timedelta(days=RULE.remind_days)


def test_no_end_is_told_where_none_is_in_sight() -> None:
    found = assessed("present", planned="2026-12-01")

    assert (found.activity.until, found.activity.unless) == (None, ())
    assert assessed("present").again_on is None


def test_two_meetings_on_one_day_are_two_that_can_be_missed() -> None:
    assert assessed("present", "absent", planned="2026-12-01 2026-12-01").activity.until == "2026-11-30"


def test_a_passive_member_hears_of_the_next_meeting() -> None:
    found = assessed("absent", planned="2027-01-12 2026-12-01")

    assert [(one.code, one.values) for one in found.activity.unless] == [
        ("attend", {"date": "2026-12-01"}),
        ("contribute", {}),
    ]
    assert assessed("absent").activity.unless[0].code == "contribute"


def test_no_meeting_is_promised_to_be_enough_where_one_is_not() -> None:
    found = assessed("absent", planned="2026-12-01", rule=replace(RULE, meetings_needed=2.0))

    assert [one.code for one in found.activity.unless] == ["contribute"]


def test_an_event_that_is_to_come_counts_from_its_day() -> None:
    found = assessed(contributed="2026-12-05")

    assert (found.activity.status, found.again_on) == ("passive", date(2026, 12, 5))
    assert assessed(contributed="2026-12-05", today=date(2026, 12, 5)).activity.status == "active"


def test_a_reason_that_ends_is_not_told_for_longer_though_another_one_stays() -> None:
    found = assessed("present", contributed="2025-12-24")

    assert codes(found) == ["meetings", "contributions"]
    assert found.again_on == date(2026, 12, 24)
    assert codes(assessed("present", contributed="2025-12-24", today=date(2026, 12, 24))) == ["meetings"]


# Ends of months


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2025-01-15", -13, "2023-12-15"),
    ],
)
def test_months_go_by_the_calendar(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("contributed", "until"),
    [("2024-02-29", "2025-02-28"), ("2023-02-28", "2024-02-27"), ("2025-10-31", "2026-10-30")],
)
def test_twelve_months_end_before_their_last_day_comes_again(contributed: str, until: str) -> None:
    last = date.fromisoformat(until)
    member = Log(date(2020, 1, 1), (), [date.fromisoformat(contributed)])

    found = assess(member, RULE, last)

    assert (found.activity.status, found.activity.until) == ("active", until)
    assert assess(member, RULE, last + DAY).activity.status == "passive"


def test_newness_that_ends_in_a_short_month_ends_with_it() -> None:
    new = Log(date(2025, 8, 31))

    assert assess(new, RULE, date(2026, 2, 27)).activity.status == "active"
    assert assess(new, RULE, date(2026, 2, 28)).activity.status == "passive"


# Laws


@given(logs(), rules())
def test_on_every_day_since_the_admission_it_was_as_the_rule_says(given_log: tuple[Log, date], rule: Any) -> None:
    member, today = given_log
    periods = assess(member, rule, today).periods

    day = member.admitted_on
    while day <= today:
        period = activity_on(periods, day)
        assert period is not None
        assert (period.status == "active") == is_active(member, rule, day), day
        day += DAY
    assert activity_on(periods, member.admitted_on - DAY) is None
    assert [one.since for one in periods] == sorted({one.since for one in periods})


@given(st.data(), logs(), rules())
def test_the_order_of_the_log_does_not_matter(data: st.DataObject, given_log: tuple[Log, date], rule: Any) -> None:
    member, today = given_log
    other = Log(
        member.admitted_on,
        shuffled(data.draw, list(member.meetings)),
        shuffled(data.draw, list(member.contributions)),
        shuffled(data.draw, list(member.planned)),
        shuffled(data.draw, list(member.referrals)),
    )

    assert assess(other, rule, today) == assess(member, rule, today)


@given(logs(), rules())
def test_an_accepted_request_weighs_what_a_contribution_weighs(given_log: tuple[Log, date], rule: Any) -> None:
    member, today = without_future(*given_log), given_log[1]
    other = replace(member, contributions=member.referrals, referrals=member.contributions)

    found, exchanged = assess(member, rule, today), assess(other, rule, today)

    assert (found.activity.status, found.activity.until) == (exchanged.activity.status, exchanged.activity.until)
    assert found.since == exchanged.since


@given(st.data(), logs(), rules())
def test_what_held_on_a_past_day_is_what_was_said_on_it(
    data: st.DataObject, given_log: tuple[Log, date], rule: Any
) -> None:
    member, today = given_log
    day = data.draw(st.dates(member.admitted_on, today))

    said = assess(member, rule, day)
    period = activity_on(assess(member, rule, today).periods, day)

    assert period is not None
    assert (period.status, period.because) == (said.activity.status, said.activity.because)


@given(logs(), rules())
def test_it_is_active_until_the_day_that_is_told_and_not_a_day_longer(given_log: tuple[Log, date], rule: Any) -> None:
    member, today = without_future(*given_log), given_log[1]
    until = assess(member, rule, today).activity.until
    if until is None:
        return
    last = date.fromisoformat(until)

    assert last >= today
    then = missed(member, rule, last + DAY)
    assert assess(then, rule, last).activity.status == "active"
    assert assess(then, rule, last + DAY).activity.status == "passive"


@given(logs(), rules())
def test_an_active_member_without_an_end_stays_active_though_it_misses_all_that_is_planned(
    given_log: tuple[Log, date], rule: Any
) -> None:
    member, today = without_future(*given_log), given_log[1]
    activity = assess(member, rule, today).activity
    if activity.status == "passive" or activity.until is not None:
        return
    later = today + 250 * DAY

    assert assess(missed(member, rule, later), rule, later).activity.status == "active"


@given(logs(), rules())
def test_whoever_attends_the_meeting_that_is_named_is_active_on_that_day(
    given_log: tuple[Log, date], rule: Any
) -> None:
    member, today = without_future(*given_log), given_log[1]
    for remedy in assess(member, rule, today).activity.unless:
        if remedy.code != "attend":
            continue
        day = date.fromisoformat(str(remedy.values["date"]))
        best = max(rule.weights, key=rule.weights.get)
        # Of all that is planned until then it misses what it can.
        missing = missed(member, rule, day - DAY)
        attended = replace(missing, meetings=[*missing.meetings, Held(day, "z", best)])
        assert assess(attended, rule, day).activity.status == "active"
        assert day in list(member.planned)


@given(logs(), rules())
def test_whoever_contributes_until_the_day_that_is_named_is_active_beyond_it(
    given_log: tuple[Log, date], rule: Any
) -> None:
    member, today = without_future(*given_log), given_log[1]
    rule = replace(rule, contributions_needed=1)
    for remedy in assess(member, rule, today).activity.unless:
        if remedy.code == "contribute-until":
            last = date.fromisoformat(str(remedy.values["date"]))
            helped = replace(missed(member, rule, last + DAY), contributions=[*member.contributions, last])
            assert assess(helped, rule, last + DAY).activity.status == "active"
        if remedy.code == "contribute":
            helped = replace(member, contributions=[*member.contributions, today])
            assert assess(helped, rule, today).activity.status == "active"


@given(logs(), rules())
def test_nothing_that_is_told_changes_by_itself_before_it_is_looked_at_again(
    given_log: tuple[Log, date], rule: Any
) -> None:
    member, today = given_log
    found = assess(member, rule, today)

    assert found.again_on is None or found.again_on > today
    day = today
    while day < (found.again_on or today + 500 * DAY):
        later = assess(replace(member, planned=[one for one in member.planned if one > today]), rule, day)
        assert later.activity.status == found.activity.status
        assert later.activity.because == found.activity.because
        day += 7 * DAY
    if found.again_on:
        eve = assess(member, rule, found.again_on - DAY).activity
        assert (eve.status, eve.because) == (found.activity.status, found.activity.because)


@given(logs(), rules())
def test_a_member_that_lapses_is_looked_at_when_its_reminder_is_due(given_log: tuple[Log, date], rule: Any) -> None:
    member, today = given_log
    found = assess(member, rule, today)
    if found.activity.until is None:
        return
    due = date.fromisoformat(found.activity.until) - timedelta(days=rule.remind_days)

    assert found.again_on is not None
    assert found.again_on <= (due if due > today else date.fromisoformat(found.activity.until) + DAY)


@given(logs(), rules())
def test_since_is_the_day_on_which_it_became_what_it_is(given_log: tuple[Log, date], rule: Any) -> None:
    member, today = given_log
    found = assess(member, rule, today)
    is_now = found.activity.status == "active"

    assert is_active(member, rule, found.since) == is_now
    assert found.since == member.admitted_on or is_active(member, rule, found.since - DAY) != is_now


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_months_later_and_months_before_are_each_other_s_mirror(day: date, months: int) -> None:
    assert months_later(day, -months) == months_before(day, months)
