"""Goals with measures, indicators and their history; papers in editions with the members' assent (DESIGN 8)."""

from typing import Any

import pytest

from services.members.domain.goals import counted
from shared.contracts.base import Contract
from shared.contracts.members import charter_id, goal_id
from shared.contracts.members.goals import (
    ADOPTED,
    ASSENTED,
    GOAL_MEASURED,
    GOAL_RETIRED,
    GOAL_REVIEWED,
    GOAL_SET,
    AdoptCharter,
    AssentToCharter,
    CharterFact,
    GoalFact,
    IndicatorState,
    MeasureIndicator,
    RetireGoal,
    ReviewGoal,
    SetGoal,
)
from shared.contracts.members.organisations import ApplyOrganisation, LeaveOrganisation
from tests.unit.members.alliance import Alliance, id_of, refusal

GUIDING, MEASURE = str(goal_id("1")), str(goal_id("1.1.1"))
TRUST = {"id": "vertrauen", "title": "Vertrauen", "unit": "%", "baseline": 40, "target": 60, "due": "2027-12-31"}
EVENTS = {"id": "treffen", "title": "Treffen", "target": 12, "counted": {"what": "events"}}
HELPED = {"id": "anfragen", "title": "Anfragen", "target": 12, "referrals": {"what": "accepted"}}
GOAL: dict[str, Any] = {"id": GUIDING, "key": "1", "level": "guiding", "title": "Zusammenhalt", "indicators": [TRUST]}
UNDER: dict[str, Any] = {"id": MEASURE, "key": "1.1.1", "level": "measure", "parent": GUIDING, "title": "Feste"}
PAPER = str(charter_id("leitbild"))
ADOPT: dict[str, Any] = {"id": PAPER, "kind": "leitbild", "title": "Leitbild", "text": "Wir stehen zusammen."}


@pytest.fixture
def alliance() -> Alliance:
    found = Alliance()
    found.member("haus")
    found.member("verein")
    found.do(ApplyOrganisation, id="bewerber", name="Bewerber")
    found.published.clear()
    found.do(SetGoal, **GOAL)
    return found


def goal(alliance: Alliance) -> GoalFact:
    return alliance.has(GoalFact, GUIDING)


def indicator(alliance: Alliance) -> IndicatorState:
    return goal(alliance).indicators[0]


def test_measures_serve_goals(alliance: Alliance) -> None:
    created = alliance.do(SetGoal, **UNDER, indicators=[EVENTS], responsible=["haus"])

    assert (created.result, created.about, alliance.kinds) == ("created", (GoalFact, MEASURE), [GOAL_SET, GOAL_SET])
    found = alliance.has(GoalFact, MEASURE)
    assert (found.parent, found.status, found.responsible) == (GUIDING, "open", ("haus",))


def test_targets_that_change_are_remembered_with_the_day(alliance: Alliance) -> None:
    alliance.do(SetGoal, **GOAL | {"indicators": [TRUST | {"target": 70}]})
    alliance.wait(days=1)
    alliance.do(SetGoal, **GOAL | {"indicators": [TRUST | {"target": 70, "due": None}]})

    assert (indicator(alliance).target, indicator(alliance).due) == (70, None)
    assert [(one.target, one.due, one.until) for one in indicator(alliance).former_targets] == [
        (60, "2027-12-31", "2026-11-25"),
        (70, "2027-12-31", "2026-11-26"),
    ]


def test_other_words_leave_values_reviews_and_former_targets(alliance: Alliance) -> None:
    alliance.do(MeasureIndicator, id=GUIDING, indicator="vertrauen", value=45)
    alliance.do(ReviewGoal, id=GUIDING, judgement="on-track", reasons="wächst")
    before = goal(alliance)

    alliance.do(SetGoal, **GOAL | {"title": "Zusammenhalt im Landkreis"})

    assert goal(alliance).changed == ("title",)
    assert (goal(alliance).indicators, goal(alliance).reviews) == (before.indicators, before.reviews)


def test_values_stand_in_order_of_days_and_the_same_day_corrects(alliance: Alliance) -> None:
    for on, value in (("2026-11-01", 45), ("2026-10-01", 42), ("2026-11-01", 46)):
        alliance.do(MeasureIndicator, id=GUIDING, indicator="vertrauen", value=value, on=on)

    assert [(one.on, one.value) for one in indicator(alliance).values] == [("2026-10-01", 42), ("2026-11-01", 46)]
    assert alliance.kinds[-1] == GOAL_MEASURED
    again = alliance.do(MeasureIndicator, id=GUIDING, indicator="vertrauen", value=46, on="2026-11-01")
    assert again.result == "unchanged"


def test_of_what_is_counted_the_last_value_of_each_month_stays(alliance: Alliance) -> None:
    alliance.do(SetGoal, **UNDER, indicators=[EVENTS, HELPED])
    days = (("2026-11-25", 3), ("2026-11-26", 4), ("2026-11-27", 4), ("2026-12-01", 4), ("2026-12-05", 5))
    results = []
    for day, value in (*days, ("2026-12-24", 6), ("2027-01-01", 0)):
        found = alliance.has(GoalFact, MEASURE)
        while alliance.state.today.isoformat() < day:
            alliance.wait(days=1)
        results.append(alliance._over(counted(alliance.state, found, {"treffen": value})).result)

    values = alliance.has(GoalFact, MEASURE).indicators[0].values
    assert [(one.on, one.value) for one in values] == [("2026-11-26", 4), ("2026-12-24", 6), ("2027-01-01", 0)]
    assert results == ["changed", "changed", "unchanged", "unchanged", "changed", "changed", "changed"]


def test_what_could_not_be_counted_changes_nothing(alliance: Alliance) -> None:
    alliance.do(SetGoal, **UNDER, indicators=[EVENTS, HELPED])

    assert counted(alliance.state, alliance.has(GoalFact, MEASURE), {}).result == "unchanged"


def test_a_review_judges_and_changes_targets(alliance: Alliance) -> None:
    meeting = alliance.held(1, "2026-11-20", haus="present")
    review = {
        "id": GUIDING,
        "meeting": meeting,
        "on": "2026-11-20",
        "judgement": "at-risk",
        "reasons": "zu wenige",
        "targets": [{"indicator": "vertrauen", "target": 55, "due": "2028-12-31"}],
    }

    alliance.do(ReviewGoal, **review)

    assert alliance.kinds[-1] == GOAL_REVIEWED
    [kept] = goal(alliance).reviews
    assert (kept.on, kept.meeting, kept.judgement, kept.targets[0].target) == ("2026-11-20", meeting, "at-risk", 55)
    assert (indicator(alliance).target, indicator(alliance).due) == (55, "2028-12-31")
    assert [(one.target, one.until) for one in indicator(alliance).former_targets] == [(60, "2026-11-20")]
    assert alliance.do(ReviewGoal, **review).result == "unchanged"

    alliance.do(ReviewGoal, **review | {"judgement": "missed"})
    assert [one.judgement for one in goal(alliance).reviews] == ["missed"]
    alliance.do(ReviewGoal, id=GUIDING, judgement="reached", reasons="x", on="2025-11-20")
    assert [one.judgement for one in goal(alliance).reviews] == ["reached", "missed"]


def test_a_goal_that_is_retired_keeps_its_history_and_can_be_taken_up_again(alliance: Alliance) -> None:
    alliance.do(MeasureIndicator, id=GUIDING, indicator="vertrauen", value=45)

    alliance.do(RetireGoal, id=GUIDING, reason="erreicht")
    assert (goal(alliance).status, goal(alliance).retired_because, alliance.kinds[-1]) == (
        "retired",
        "erreicht",
        GOAL_RETIRED,
    )
    assert len(indicator(alliance).values) == 1
    assert alliance.do(RetireGoal, id=GUIDING, reason="erreicht").result == "unchanged"
    alliance.do(SetGoal, **GOAL)
    assert (goal(alliance).status, goal(alliance).retired_because) == ("open", None)


def test_setting_a_goal_out_again_changes_nothing(alliance: Alliance) -> None:
    assert alliance.do(SetGoal, **GOAL).result == "unchanged"
    assert alliance.do(SetGoal, **GOAL | {"version": 1}).result == "unchanged"


# Papers


def test_editions_are_numbered_and_the_same_words_are_no_new_one(alliance: Alliance) -> None:
    meeting = alliance.held(1, "2026-11-20", haus="present")

    adopted = alliance.do(AdoptCharter, **ADOPT, meeting=meeting, on="2026-11-20")
    assert (adopted.result, adopted.about, alliance.kinds[-1]) == ("created", (CharterFact, PAPER), ADOPTED)
    alliance.wait(days=1)
    assert alliance.do(AdoptCharter, **ADOPT).result == "unchanged"
    alliance.do(AdoptCharter, **ADOPT | {"text": "Wir stehen zusammen, auch im Streit."})

    editions = alliance.has(CharterFact, PAPER).editions
    assert [(one.number, one.adopted_on, one.meeting) for one in editions] == [
        (1, "2026-11-20", meeting),
        (2, "2026-11-26", None),
    ]


def test_each_member_s_assent_is_to_the_latest_edition_it_agreed_to(alliance: Alliance) -> None:
    alliance.do(AdoptCharter, **ADOPT)
    alliance.do(AssentToCharter, id=PAPER, organisation="verein", edition=1)
    alliance.do(AdoptCharter, **ADOPT | {"text": "Neu."})
    alliance.do(AssentToCharter, id=PAPER, organisation="haus", edition=2)
    alliance.do(AssentToCharter, id=PAPER, organisation="verein", edition=2)

    assert alliance.kinds[-1] == ASSENTED
    assents = alliance.has(CharterFact, PAPER).assents
    assert [(one.organisation, one.edition, one.on) for one in assents] == [
        ("haus", 2, "2026-11-25"),
        ("verein", 2, "2026-11-25"),
    ]
    for edition in (1, 2):
        again = alliance.do(AssentToCharter, id=PAPER, organisation="verein", edition=edition)
        assert again.result == "unchanged"


UNKNOWN = id_of(99)
REFUSED: dict[str, tuple[type[Contract], dict[str, Any], tuple[int, str, str]]] = {
    "a measure of nothing": (SetGoal, UNDER | {"parent": None}, (422, "parent", "parent-missing")),
    "a measure of an unknown goal": (SetGoal, UNDER | {"parent": UNKNOWN}, (404, "parent", "not-found")),
    "a guiding goal under another": (
        SetGoal,
        GOAL | {"id": UNKNOWN, "parent": GUIDING},
        (422, "parent", "parent-level"),
    ),
    "an indicator twice": (SetGoal, GOAL | {"indicators": [TRUST, TRUST]}, (422, "indicators", "named-twice")),
    "an indicator that is counted from two things": (
        SetGoal,
        GOAL | {"indicators": [TRUST, EVENTS | {"referrals": {"what": "accepted"}}]},
        (422, "indicators.1.referrals", "counted-twice"),
    ),
    "a goal that was changed": (SetGoal, GOAL | {"version": 9}, (409, "version", "changed-meanwhile")),
    "retiring none": (RetireGoal, {"id": UNKNOWN, "reason": "x"}, (404, "id", "not-found")),
    "measuring none": (
        MeasureIndicator,
        {"id": UNKNOWN, "indicator": "vertrauen", "value": 1},
        (404, "id", "not-found"),
    ),
    "measuring what is not there": (
        MeasureIndicator,
        {"id": GUIDING, "indicator": "anderes", "value": 1},
        (404, "indicator", "not-found"),
    ),
    "measuring tomorrow": (
        MeasureIndicator,
        {"id": GUIDING, "indicator": "vertrauen", "value": 1, "on": "2026-11-26"},
        (422, "on", "in-future"),
    ),
    "measuring what is counted of requests for help": (
        MeasureIndicator,
        {"id": MEASURE, "indicator": "anfragen", "value": 1},
        (422, "indicator", "is-counted"),
    ),
    "measuring what is counted": (
        MeasureIndicator,
        {"id": MEASURE, "indicator": "treffen", "value": 1},
        (422, "indicator", "is-counted"),
    ),
    "reviewing none": (ReviewGoal, {"id": UNKNOWN, "judgement": "missed", "reasons": "x"}, (404, "id", "not-found")),
    "reviewing what was changed": (
        ReviewGoal,
        {"id": GUIDING, "judgement": "missed", "reasons": "x", "version": 9},
        (409, "version", "changed-meanwhile"),
    ),
    "reviewing in no meeting": (
        ReviewGoal,
        {"id": GUIDING, "judgement": "missed", "reasons": "x", "meeting": UNKNOWN},
        (404, "meeting", "not-found"),
    ),
    "reviewing tomorrow": (
        ReviewGoal,
        {"id": GUIDING, "judgement": "missed", "reasons": "x", "on": "2026-11-26"},
        (422, "on", "in-future"),
    ),
    "a paper of tomorrow": (AdoptCharter, ADOPT | {"on": "2026-11-26"}, (422, "on", "in-future")),
    "a target of nothing": (
        ReviewGoal,
        {"id": GUIDING, "judgement": "missed", "reasons": "x", "targets": [{"indicator": "y", "target": 1}]},
        (404, "targets.0.indicator", "not-found"),
    ),
    "reviewing what is retired": (
        ReviewGoal,
        {"id": id_of(3), "judgement": "missed", "reasons": "x"},
        (409, "id", "wrong-status"),
    ),
    "a paper without words": (AdoptCharter, ADOPT | {"text": None}, (422, "text", "text-missing")),
    "a paper of no meeting": (AdoptCharter, ADOPT | {"meeting": UNKNOWN}, (404, "meeting", "not-found")),
    "a paper of another kind": (AdoptCharter, ADOPT | {"kind": "konzeption"}, (422, "kind", "another-kind")),
    "assent to none": (
        AssentToCharter,
        {"id": UNKNOWN, "organisation": "haus", "edition": 1},
        (404, "id", "not-found"),
    ),
    "assent by no member": (
        AssentToCharter,
        {"id": PAPER, "organisation": "bewerber", "edition": 1},
        (403, "organisation", "not-a-member"),
    ),
    "assent by one that has left": (
        AssentToCharter,
        {"id": PAPER, "organisation": "verein", "edition": 1},
        (403, "organisation", "not-a-member"),
    ),
    "assent to what is not adopted": (
        AssentToCharter,
        {"id": PAPER, "organisation": "haus", "edition": 2},
        (404, "edition", "not-found"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_its_field_and_reason(alliance: Alliance, case: str) -> None:
    model, fields, expected = REFUSED[case]
    alliance.do(SetGoal, **UNDER, indicators=[EVENTS, HELPED])
    alliance.do(SetGoal, **GOAL | {"id": id_of(3), "key": "3"})
    alliance.do(RetireGoal, id=id_of(3), reason="x")
    alliance.do(AdoptCharter, **ADOPT)
    alliance.do(LeaveOrganisation, id="verein")
    before = dict(alliance.state.facts)

    assert refusal(alliance.do(model, **fields)) == expected
    assert alliance.state.facts == before


def test_a_target_that_a_review_changes_keeps_its_day_unless_another_is_named(alliance: Alliance) -> None:
    review = {"id": GUIDING, "judgement": "at-risk", "reasons": "Zu hoch gegriffen."}

    alliance.do(ReviewGoal, **review, targets=[{"indicator": "vertrauen", "target": 50}])
    assert (indicator(alliance).target, indicator(alliance).due) == (50, "2027-12-31")

    alliance.wait(days=1)
    alliance.do(ReviewGoal, **review, targets=[{"indicator": "vertrauen", "target": 50, "due": "2028-06-30"}])
    assert indicator(alliance).due == "2028-06-30"
