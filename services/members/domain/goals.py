"""Goals, measures and indicators with their history, and the papers that members agree to (DESIGN 8)."""

from collections.abc import Mapping
from typing import Any

from services.members.domain.organisations import is_member, not_a_member
from services.members.domain.state import State, in_future
from shared.aggregates.decisions import changed, created, not_as_seen, revised, unknown, wrong, wrong_status
from shared.aggregates.state import Decision
from shared.contracts.members import goals as contract
from shared.contracts.members.goals import (
    CharterFact,
    Counted,
    CountedReferrals,
    GoalFact,
    Indicator,
    IndicatorState,
)
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.requests import reason

_ABOVE = {"guiding": (), "intermediate": ("guiding",), "measure": ("guiding", "intermediate")}
_CONTENT = ("key", "level", "parent", "title", "text", "responsible")


def set_out(state: State, command: contract.SetGoal) -> Decision:
    """Set out a goal or measure, or word it anew. Values and reviews stay; a target that changes is remembered."""
    old = state.get(GoalFact, command.id)
    if old and (problem := not_as_seen(command.version, old.version)):
        return problem
    if command.parent is None and command.level != "guiding":
        return wrong(reason("parent", "parent-missing", "is needed: only guiding goals stand by themselves"))
    if command.parent is not None:
        parent = state.get(GoalFact, command.parent)
        if parent is None:
            return unknown("parent", "no goal")
        if parent.level not in _ABOVE[command.level]:
            return wrong(reason("parent", "parent-level", "is of a level that cannot hold this one"))
    names = [indicator.id for indicator in command.indicators]
    if len(set(names)) < len(names):
        return wrong(reason("indicators", "named-twice", "hold the same id twice"))
    for place, indicator in enumerate(command.indicators):
        if indicator.counted and indicator.referrals:
            return wrong(reason(f"indicators.{place}.referrals", "counted-twice", "stands beside counted: name one"))
    known = {one.id: one for one in old.indicators} if old else {}
    indicators = tuple(_indicator(state, one, known.get(one.id)) for one in command.indicators)
    content: dict[str, Any] = {name: getattr(command, name) for name in _CONTENT}
    if old is None:
        fact = GoalFact(id=command.id, version=1, status="open", indicators=indicators, updated_at=state.at, **content)
        return created(contract.GOAL_SET, fact)
    fields = {**content, "indicators": indicators, "status": "open", "retired_because": None}
    return changed(contract.GOAL_SET, old, revised(state, old, **fields))


def retire(state: State, command: contract.RetireGoal) -> Decision:
    """Pursue a goal no more."""
    old = state.get(GoalFact, command.id)
    if old is None:
        return unknown(what="no goal")
    return changed(contract.GOAL_RETIRED, old, revised(state, old, status="retired", retired_because=command.reason))


def measure(state: State, command: contract.MeasureIndicator) -> Decision:
    """Enter a value of an indicator that nobody counts; the same day again corrects it."""
    old = state.get(GoalFact, command.id)
    if old is None:
        return unknown(what="no goal")
    if problem := in_future(state, command.on):
        return problem
    on = command.on or state.today.isoformat()
    found = next((one for one in old.indicators if one.id == command.indicator), None)
    if found is None:
        return unknown("indicator", "no indicator of this goal")
    if counts(found) is not None:
        return wrong(reason("indicator", "is-counted", "is counted from facts; nobody enters its values"))
    value = contract.Value(on=on, value=command.value, note=command.note)
    others = [one for one in found.values if one.on != on]
    values = tuple(sorted([*others, value], key=lambda one: one.on))
    return changed(contract.GOAL_MEASURED, old, _with_values(state, old, {found.id: values}))


def counts(indicator: Indicator) -> Counted | CountedReferrals | None:
    """What an indicator is counted from; None where its values are entered."""
    return indicator.counted or indicator.referrals


def counted(state: State, old: GoalFact, values: Mapping[str, float]) -> Decision:
    """Keep what was counted today, by indicator: of each month its last value stays."""
    today = state.today.isoformat()
    fresh = {}
    for indicator in old.indicators:
        value = values.get(indicator.id)
        latest = indicator.values[-1] if indicator.values else None
        if value is None or (latest and latest.value == value):
            continue
        earlier = indicator.values[:-1] if latest and latest.on[:7] == today[:7] else indicator.values
        fresh[indicator.id] = (*earlier, contract.Value(on=today, value=value))
    return changed(contract.GOAL_MEASURED, old, _with_values(state, old, fresh) if fresh else None)


def review(state: State, command: contract.ReviewGoal) -> Decision:
    """Keep what a retreat found about a goal; targets that it changed are remembered as they were."""
    old = state.get(GoalFact, command.id)
    if old is None:
        return unknown(what="no goal")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status == "retired":
        return wrong_status(old.status)
    if problem := in_future(state, command.on):
        return problem
    if command.meeting is not None and state.get(MeetingFact, command.meeting) is None:
        return unknown("meeting", "no meeting")
    known = {one.id for one in old.indicators}
    for place, target in enumerate(command.targets):
        if target.indicator not in known:
            return unknown(f"targets.{place}.indicator", "no indicator of this goal")
    on = command.on or state.today.isoformat()
    entry = contract.Review(
        on=on,
        meeting=command.meeting,
        judgement=command.judgement,
        reasons=command.reasons,
        targets=command.targets,
    )
    others = [one for one in old.reviews if (one.on, one.meeting) != (on, command.meeting)]
    reviews = tuple(sorted([*others, entry], key=lambda one: one.on))
    targets = {target.indicator: target for target in command.targets}
    indicators = tuple(
        _indicator(state, one.model_copy(update={"target": new.target, "due": new.due or one.due}), one, on)
        if (new := targets.get(one.id))
        else one
        for one in old.indicators
    )
    return changed(contract.GOAL_REVIEWED, old, revised(state, old, reviews=reviews, indicators=indicators))


def adopt(state: State, command: contract.AdoptCharter) -> Decision:
    """Keep a new edition of a paper; the same words again are no new one."""
    if command.text is None and command.url is None:
        return wrong(reason("text", "text-missing", "or url is needed"))
    if problem := in_future(state, command.on):
        return problem
    if command.meeting is not None and state.get(MeetingFact, command.meeting) is None:
        return unknown("meeting", "no meeting")
    old = state.get(CharterFact, command.id)
    edition = contract.Edition(
        number=len(old.editions) + 1 if old else 1,
        title=command.title,
        text=command.text,
        url=command.url,
        adopted_on=command.on or state.today.isoformat(),
        meeting=command.meeting,
    )
    if old is None:
        fact = CharterFact(id=command.id, version=1, kind=command.kind, editions=(edition,), updated_at=state.at)
        return created(contract.ADOPTED, fact)
    if old.kind != command.kind:
        return wrong(reason("kind", "another-kind", "is not that of the paper with this id"))
    latest = old.editions[-1]
    if (latest.title, latest.text, latest.url) == (edition.title, edition.text, edition.url):
        return changed(contract.ADOPTED, old, None)
    return changed(contract.ADOPTED, old, revised(state, old, editions=(*old.editions, edition)))


def assent(state: State, command: contract.AssentToCharter) -> Decision:
    """Keep that a member agrees to an edition."""
    old = state.get(CharterFact, command.id)
    if old is None:
        return unknown(what="no paper of the alliance")
    if not is_member(state, command.organisation):
        return not_a_member()
    if command.edition > len(old.editions):
        return unknown("edition", "no edition of this paper")
    before = next((one for one in old.assents if one.organisation == command.organisation), None)
    if before and before.edition >= command.edition:
        return changed(contract.ASSENTED, old, None)
    fresh = contract.Assent(organisation=command.organisation, edition=command.edition, on=state.today.isoformat())
    others = [one for one in old.assents if one.organisation != command.organisation]
    assents = tuple(sorted([*others, fresh], key=lambda one: one.organisation))
    return changed(contract.ASSENTED, old, revised(state, old, assents=assents))


def _indicator(state: State, new: Indicator, old: IndicatorState | None, on: str | None = None) -> IndicatorState:
    """``new`` with the history of ``old``; a target that differs is kept as it was until ``on`` (today)."""
    content = {name: getattr(new, name) for name in Indicator.model_fields}
    if old is None:
        return IndicatorState(**content)
    former = old.former_targets
    if (old.target, old.due) != (new.target, new.due):
        former = (*former, contract.FormerTarget(target=old.target, due=old.due, until=on or state.today.isoformat()))
    return IndicatorState(**content, values=old.values, former_targets=former)


def _with_values(state: State, goal: GoalFact, values: Mapping[str, tuple[contract.Value, ...]]) -> GoalFact | None:
    indicators = tuple(
        one.model_copy(update={"values": values[one.id]}) if one.id in values else one for one in goal.indicators
    )
    return revised(state, goal, indicators=indicators)
