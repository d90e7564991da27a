"""Timers: how active members are, who is still qualified, what was counted, which tombstones are due. Never commits.

Each does a limited part in one transaction and says how much that was, so that instances share the work.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from services.members import counting_store, referral_store, repository
from services.members.domain import goals, organisations, trainings
from services.members.domain.activity import ActivityRule, Assessment, Held, Log, assess
from services.members.domain.state import AGGREGATES, Rules, State, StoredMultiplier
from services.members.handlers import SERVICE
from services.members.repository import CountedMeeting
from shared.aggregates import store
from shared.aggregates import work as aggregates
from shared.aggregates.work import PER_ROUND, Work
from shared.clock import utc_now
from shared.contracts.base import Contract
from shared.contracts.members import contributions, people
from shared.contracts.members.goals import GoalFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PersonFact
from shared.db import Connection

_ERASED: Final[Mapping[type[Contract], str]] = {
    PersonFact: people.PERSON_ERASED,
    StoredMultiplier: contributions.MULTIPLIER_ERASED,
}


async def assess_members(connection: Connection, rules: Rules) -> int:
    """Look at the activity of members that are due, and tell what is new; returns how many there were."""
    now = utc_now()
    due = await repository.to_assess(connection, now, PER_ROUND)
    if not due:
        return 0
    await store.lock(connection, [(OrganisationFact, id_) for id_ in due])
    await repository.lock_marks(connection)
    still_due = await repository.still_to_assess(connection, due, now)
    facts = await store.read_keys(connection, AGGREGATES, [(OrganisationFact, id_) for id_ in still_due])
    work = Work(SERVICE, AGGREGATES, State(now, rules, facts))
    members = [fact for fact in work.state.all(OrganisationFact) if fact.status in organisations.ADMITTED]
    found = await assessments(connection, members, rules.activity, work.state.today)
    answered = await referral_store.by_year(connection, [member.id for member in members])
    next_times: dict[str, datetime | None] = dict.fromkeys(still_due)
    for member in members:
        assessment = found[member.id]
        decision = organisations.assessed(work.state, member, assessment, answered.get(member.id, ()))
        work.take_over(decision, None)
        if assessment.again_on:
            next_times[member.id] = datetime.combine(assessment.again_on, time(), rules.zone).astimezone(UTC)
    await work.save(connection)
    await repository.set_assess_at(connection, next_times.items())
    return len(due)


async def assessments(
    connection: Connection, members: Sequence[OrganisationFact], rule: ActivityRule, today: date
) -> dict[str, Assessment]:
    """How active ``members`` are on ``today``, by id; four statements, however many they are."""
    ids = [member.id for member in members]
    counted = await repository.counted_meetings(connection, rule.meeting_kinds)
    presence: dict[str, dict[str, str]] = defaultdict(dict)
    for organisation, meeting, how in await repository.attendance_of(connection, ids):
        presence[organisation][meeting] = how
    days: dict[str, list[date]] = defaultdict(list)
    for organisation, day in await repository.contribution_days(connection, ids, rule.contribution_kinds):
        days[organisation].append(day)
    accepted: dict[str, list[date]] = defaultdict(list)
    if "referral" in rule.contribution_kinds:
        for organisation, day in await referral_store.accepted_on(connection, ids):
            accepted[organisation].append(day)
    return {
        id_: assess(_log(member, counted, presence[id_], days[id_], accepted[id_]), rule, today)
        for id_, member in zip(ids, members, strict=True)
    }


async def renew_multipliers(connection: Connection, rules: Rules) -> None:
    """Bring the registry up to date with trainings, with the passing of time and with what was passed on."""
    # Few hold a qualification, so all are looked at each time.
    await repository.lock_people(connection)
    now = utc_now()
    entered = await store.read_all(connection, AGGREGATES, StoredMultiplier)
    await store.lock(connection, [(StoredMultiplier, one.id) for one in entered])
    registry = await store.read_all(connection, AGGREGATES, StoredMultiplier)  # as it stays until commit
    facts = await store.read_keys(connection, AGGREGATES, [(PersonFact, one.person) for one in registry])
    work = Work(SERVICE, AGGREGATES, State(now, rules, facts))
    passed_on = await counting_store.passed_on(connection, [one.person for one in registry])
    for multiplier in registry:
        person = work.state.get(PersonFact, multiplier.person)
        if person is not None:
            count = passed_on.get(person.id, 0)
            work.take_over(trainings.renewed(work.state, multiplier, person, count), None)
    await work.save(connection)


async def count_goals(connection: Connection, rules: Rules) -> None:
    """Count the indicators of all goals that are counted from facts, and tell what has changed."""
    now = utc_now()
    open_goals = [goal for goal in await store.read_all(connection, AGGREGATES, GoalFact) if goal.status == "open"]
    keys = [(GoalFact, goal.id) for goal in open_goals if any(map(goals.counts, goal.indicators))]
    if not keys:
        return
    await store.lock(connection, keys)
    work = Work(SERVICE, AGGREGATES, State(now, rules, await store.read_keys(connection, AGGREGATES, keys)))
    asked = {what for goal in work.state.all(GoalFact) for one in goal.indicators if (what := goals.counts(one))}
    counts = {what: await counting_store.count(connection, what, work.state.today) for what in asked}
    for goal in work.state.all(GoalFact):
        values = {one.id: counts[what] for one in goal.indicators if (what := goals.counts(one))}
        known = {name: value for name, value in values.items() if value is not None}
        work.take_over(goals.counted(work.state, goal, known), None)
    await work.save(connection)


async def repeat_tombstones(connection: Connection) -> int:
    """Send the tombstones of yesterday once more; returns how many."""
    return await aggregates.repeat_tombstones(connection, SERVICE, AGGREGATES, _ERASED)


def _log(
    member: OrganisationFact,
    counted: Collection[CountedMeeting],
    presence: Mapping[str, str],
    contributed: Sequence[date],
    accepted: Sequence[date],
) -> Log:
    assert member.admission is not None
    admitted_on = date.fromisoformat(member.admission.on)
    return Log(
        admitted_on=admitted_on,
        meetings=[
            Held(one.on, f"{one.starts_at} {one.id}", presence.get(one.id, "absent"))
            for one in counted
            if one.status == "held" and one.on >= admitted_on
        ],
        contributions=contributed,
        planned=[one.on for one in counted if one.status == "planned"],
        referrals=accepted,
    )
