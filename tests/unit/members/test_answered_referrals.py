"""What of a request for help is counted: answers, each on its day, for whoever gave it (DESIGN 8)."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.members.answered_referrals import answers_of
from tests.support.referral_facts import DUE, asked, referral

ZONE = ZoneInfo("Europe/Berlin")


def counted(*assignments: Any) -> list[tuple[str, str, bool, bool]]:
    """Who, on which day, whether it accepted, whether it answered as promised."""
    found = answers_of(referral(1, 1, *assignments), ZONE)
    return [(one.organisation, one.day.isoformat(), one.accepted, one.in_time) for one in found]


@pytest.mark.parametrize("by", ["routing", "office", "network"])
def test_whoever_accepts_has_contributed_on_that_day_whoever_chose_it(by: str) -> None:
    assert counted(asked("haus", "accepted", by=by)) == [("haus", "2026-11-21", True, True)]


def test_a_day_is_the_day_where_the_alliance_lives() -> None:
    late = "2026-11-21T23:30:00.000Z"

    [one] = answers_of(referral(1, 1, asked("haus", "accepted", late)), ZONE)
    [elsewhere] = answers_of(referral(1, 1, asked("haus", "accepted", late)), ZoneInfo("America/New_York"))

    assert (one.day, elsewhere.day) == (date(2026, 11, 22), date(2026, 11, 21))


@pytest.mark.parametrize("answer", ["declined", "handed-on"])
def test_a_no_in_time_is_seen_and_no_contribution(answer: str) -> None:
    assert counted(asked("haus", answer)) == [("haus", "2026-11-21", False, True)]


def test_a_promise_that_was_not_kept_is_none_that_was() -> None:
    silent, late = asked("haus", "no-answer", DUE), asked("verein", "declined", "2026-11-27T23:00:00.001Z")

    assert counted(silent, late) == [("haus", "2026-11-28", False, False), ("verein", "2026-11-28", False, False)]
    assert counted(asked("haus", "accepted", DUE))[0][3]


@pytest.mark.parametrize("answer", ["given-back", "nobody-called", "superseded", None])
def test_what_came_to_nothing_or_was_not_answered_counts_for_nothing(answer: str | None) -> None:
    assert counted(asked("haus", answer)) == []


def test_all_who_were_asked_count_each_for_itself() -> None:
    found = list(answers_of(referral(1, 1, asked("a", "declined"), asked("b"), asked("a", "accepted")), ZONE))

    assert [(one.number, one.organisation, one.accepted) for one in found] == [(1, "a", False), (3, "a", True)]


def test_what_a_person_of_the_registry_answers_is_not_measured() -> None:
    assert counted(asked("5c4b", "accepted", is_multiplier=True), asked("haus", "accepted")) == [
        ("haus", "2026-11-21", True, True)
    ]
