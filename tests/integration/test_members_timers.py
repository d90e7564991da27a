"""What time and others' facts do to members: looked at when due, counted as it is, events seen once (DESIGN 8)."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from services.members import assessing, counting_store
from services.members.domain.state import AGGREGATES, StoredContribution, StoredMultiplier
from shared import db
from shared.aggregates import store
from shared.aggregates.work import PER_ROUND
from shared.broker import Record
from shared.contracts.base import Contract
from shared.contracts.events import EventFact
from shared.contracts.members.contributions import (
    CompleteTraining,
    ConfirmContribution,
    DeclineContribution,
    PlanTraining,
    RegisterMultiplier,
    ReportContribution,
    TrainingFact,
)
from shared.contracts.members.goals import Counted, GoalFact, SetGoal
from shared.contracts.members.meetings import (
    CancelMeeting,
    InviteToMeeting,
    MeetingFact,
    PlanMeeting,
    RecordAttendance,
    RecordMinutes,
)
from shared.contracts.members.organisations import (
    AdmitOrganisation,
    ApplyOrganisation,
    ConfirmStatus,
    LeaveOrganisation,
    OrganisationFact,
)
from shared.contracts.members.people import KeepPerson
from tests.integration.members_base import RULES, Members, attendance
from tests.support.facts import event_fact
from tests.support.membership import id_of, sent

ANNA, ENTRY = id_of(7), id_of(50)


def planned(number: int, day: str, kind: str = "session") -> Record:
    return sent(PlanMeeting, id=id_of(number), kind=kind, title=f"Sitzung {number}", starts_at=day)


def attended(number: int, **presence: str) -> Record:
    return sent(RecordAttendance, id=id_of(number), attendance=attendance(**presence))


def held(number: int, day: str, kind: str = "session", **presence: str) -> tuple[Record, Record]:
    return planned(number, day, kind), attended(number, **presence)


def reported(number: int, organisation: str, on: str, **fields: Any) -> Record:
    content = {"organisation": organisation, "kind": "content", "title": "Vortrag", "on": on} | fields
    return sent(ReportContribution, id=id_of(number), **content)


async def says(members: Members, organisation: str = "haus") -> str:
    activity = (await members.get(OrganisationFact, organisation)).activity
    assert activity is not None
    return activity.status


# Looking at members


async def test_only_those_are_looked_at_of_whom_something_is_new(members: Members) -> None:
    await members.member("haus", "verein", "kirche")
    assert await members.assess() == 3
    assert await members.assess() == 0

    await members.take(reported(1, "haus", "2026-11-01"))
    assert await members.assess() == 1
    assert (await says(members), await says(members, "verein")) == ("active", "passive")

    await members.take(*held(2, "2026-11-02", verein="present"))
    assert await members.assess() == 3
    assert await says(members, "verein") == "active"


async def test_what_activity_does_not_follow_from_lets_nobody_be_looked_at(members: Members) -> None:
    await members.member("haus", "verein")
    await members.take(planned(1, "2026-12-24"), *held(2, "2026-11-02"))
    await members.assess()

    await members.take(
        sent(InviteToMeeting, id=id_of(1)),
        sent(RecordMinutes, id=id_of(2), text="Wir waren da."),
        sent(PlanTraining, id=id_of(4), title="Moderation", starts_at="2026-11-01"),
        sent(SetGoal, id=id_of(5), key="1", level="guiding", title="Zusammenhalt"),
    )

    assert await members.assess() == 0


async def test_time_alone_lets_a_member_be_looked_at_when_its_reminder_is_due_and_when_it_lapses(
    members: Members,
) -> None:
    await members.member("haus", admitted="2026-07-01")  # new until the last day of the year
    await members.assess()

    members.clock.forward(days=5)
    assert await members.assess() == 0
    members.clock.forward(days=1)  # the 1st of December, thirty days before
    assert await members.assess() == 1
    members.clock.forward(days=30)
    assert await members.assess() == 0
    members.clock.forward(hours=12.9)  # half an hour to midnight in Berlin
    assert await members.assess() == 0
    members.clock.forward(hours=0.2)
    assert await members.assess() == 1

    found = await members.get(OrganisationFact, "haus")
    assert (found.status, found.proposed) == ("active", "passive")
    kinds = [kind for kind, _, _ in await members.told()]
    assert kinds[2:] == [
        "members.organisation.assessed.v1",
        "members.organisation.lapsing.v1",
        "members.organisation.assessed.v1",
    ]
    assert (await members.do(ConfirmStatus, id="haus", status="passive")).result == "changed"
    await members.assess()
    assert (await members.get(OrganisationFact, "haus")).status == "passive"


async def test_who_has_left_is_not_looked_at_any_more(members: Members) -> None:
    await members.member("haus", admitted="2026-07-01")
    await members.assess()
    await members.take(sent(LeaveOrganisation, id="haus"))
    version = (await members.get(OrganisationFact, "haus")).version

    members.clock.forward(days=100)
    await members.assess()

    assert (await members.get(OrganisationFact, "haus")).version == version
    assert await members.number("select count(*) from organisation where assess_at is not null") == 0


async def test_more_than_a_round_holds_is_looked_at_in_several(members: Members) -> None:
    names = [f"verein-{number}" for number in range(PER_ROUND + 20)]
    await members.take(*[sent(ApplyOrganisation, id=name, name=name) for name in names])
    await members.take(*[sent(AdmitOrganisation, id=name, on="2026-11-01") for name in names])

    async with db.transaction(members.pool) as connection:
        assert await assessing.assess_members(connection, RULES) == PER_ROUND
    assert await members.assess() == 20
    assert await members.number("select count(*) from organisation where state ->> 'activity' is null") == 0


async def test_a_meeting_that_was_recorded_by_mistake_is_taken_back(members: Members) -> None:
    await members.member("haus")
    await members.take(*held(1, "2026-11-02", haus="present"))
    await members.assess()
    assert await says(members) == "active"

    await members.take(attended(1))
    await members.assess()

    assert await says(members) == "passive"
    assert await members.number("select count(*) from attendance") == 0


async def test_each_planned_meeting_is_told_as_the_next_until_it_has_passed(members: Members) -> None:
    await members.member("haus")
    await members.take(planned(1, "2026-12-01"), planned(2, "2026-12-08"))
    await members.assess()

    async def next_meeting() -> Any:
        activity = (await members.get(OrganisationFact, "haus")).activity
        assert activity is not None
        return activity.unless[0].values.get("date")

    assert await next_meeting() == "2026-12-01"
    members.clock.forward(days=7)
    await members.assess()
    assert await next_meeting() == "2026-12-08"


# Events


def event(number: int, version: int, *organisers: str, day: str = "2026-11-01", **fields: Any) -> EventFact:
    named = [{"id": name, "name": name} for name in organisers]
    starts = {"starts_at": f"{day}T16:00:00+01:00"}
    return event_fact(id_of(number), version, organisers=named, **starts, **fields)


def times(*days: str, status: str = "scheduled", **fields: Any) -> list[dict[str, Any]]:
    return [
        {"occurrence_id": f"o-{day}", "starts_at": f"{day}T16:00:00+01:00", "ends_at": None, "status": status} | fields
        for day in days
    ]


async def days(members: Members) -> list[tuple[str, str, int]]:
    async with db.reading(members.pool) as connection:
        rows = await connection.fetch("select organisation, day::text, times from event_day order by organisation, day")
    return [tuple(row) for row in rows]


async def test_an_event_of_its_own_makes_a_member_active(members: Members) -> None:
    await members.member("haus", "verein")
    await members.assess()

    await members.see(event(91, 1, "haus", "fremd"))

    assert await members.assess() == 1
    assert (await says(members), await says(members, "verein")) == ("active", "passive")


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
async def test_the_newest_version_of_an_event_counts_whatever_the_order(
    members: Members, order: tuple[int, ...]
) -> None:
    versions = {number: event(91, number, "haus", day=f"2026-11-0{number}") for number in (1, 2, 3)}

    for number in order:
        await members.see(versions[number])
    assert await days(members) == [("haus", "2026-11-03", 1)]
    await members.see(*[versions[number] for number in order])

    assert await days(members) == [("haus", "2026-11-03", 1)]


async def test_of_several_versions_in_one_batch_the_newest_counts(members: Members) -> None:
    await members.see(event(91, 2, "haus", day="2026-11-02"), event(91, 1, "haus"), event(92, 1, "haus"))

    assert await days(members) == [("haus", "2026-11-01", 1), ("haus", "2026-11-02", 1)]


async def test_what_does_not_take_place_or_is_not_public_does_not_count(members: Members) -> None:
    await members.see(
        event(91, 1, "haus", occurrences=times("2026-11-01", "2026-11-02") + times("2026-11-03", status="cancelled")),
        event(92, 1, "haus", occurrences=times("2026-11-04", status="postponed")),
        event(93, 1, "haus", occurrences=times("2026-11-05"), visibility="waiting"),
    )
    assert await days(members) == [("haus", "2026-11-01", 1), ("haus", "2026-11-02", 1)]

    await members.see(event(91, 2, "haus", visibility="withdrawn"))
    assert await days(members) == []


async def test_all_who_hold_an_event_together_have_contributed(members: Members) -> None:
    await members.member("haus", "verein")
    await members.see(event(91, 1, "haus", "verein", occurrences=times("2026-11-01", "2026-11-01")))
    assert await days(members) == [("haus", "2026-11-01", 2), ("verein", "2026-11-01", 2)]
    await members.assess()
    assert (await says(members), await says(members, "verein")) == ("active", "active")

    await members.see(event(91, 2, "haus"))  # the other one does not hold it any more
    await members.assess()

    assert (await says(members), await says(members, "verein")) == ("active", "passive")


async def test_an_event_to_come_makes_its_member_active_on_its_day(members: Members) -> None:
    await members.member("haus")
    await members.see(event(91, 1, "haus", day="2026-12-01"))
    await members.assess()
    assert await says(members) == "passive"

    members.clock.forward(days=6)

    assert await members.assess() == 1
    assert await says(members) == "active"


# Counting


async def test_what_is_counted_is_what_is_there(members: Members) -> None:
    chance = random.Random(3)
    names = [f"verein-{number}" for number in range(12)]
    today = date(2026, 11, 25)

    def some_day(back: int = 800) -> str:
        return (today - timedelta(days=chance.randrange(back))).isoformat()

    await members.take(*[sent(ApplyOrganisation, id=name, name=name) for name in names])
    await members.take(*[sent(AdmitOrganisation, id=name, on=some_day()) for name in names[:-2]])
    for number in range(100, 115):
        presence = {name: chance.choice(("present", "online", "excused", "absent")) for name in chance.sample(names, 7)}
        kind = chance.choice(("session", "retreat", "working-group"))
        await members.take(*held(number, some_day(), kind, **presence))
    await members.take(
        planned(120, "2026-12-24"), planned(121, "2026-12-25"), sent(CancelMeeting, id=id_of(121), reason="x")
    )
    for number in range(200, 230):
        await members.take(reported(number, chance.choice(names), some_day()))
    await members.take(*[sent(DeclineContribution, id=id_of(number), reason="x") for number in range(200, 207)])
    await members.take(
        *[sent(PlanTraining, id=id_of(number), title="T", starts_at=some_day()) for number in range(300, 308)]
    )
    await members.take(*[sent(CompleteTraining, id=id_of(number), participants=[]) for number in range(300, 305)])
    await members.take(
        *[sent(LeaveOrganisation, id=name, on=some_day(200)) for name in names[:3]],
        sent(ApplyOrganisation, id=names[0], name="wieder da"),  # asks again, and is no member meanwhile
    )
    seen = [
        event(
            number,
            1,
            *chance.sample(names, 2),
            topics=chance.sample(["integration", "kultur"], chance.randrange(3)),
            occurrences=times(some_day(), (today + timedelta(days=9)).isoformat()),
            place={"name": "Saal", "municipality": chance.choice(("Werdau", "Zwickau", "Crimmitschau"))},
        )
        for number in range(400, 420)
    ]
    await members.see(*seen)
    await members.assess()

    async with db.reading(members.pool) as connection:
        organisations = await store.read_all(connection, AGGREGATES, OrganisationFact)
        meetings = await store.read_all(connection, AGGREGATES, MeetingFact)
        contributions = await store.read_all(connection, AGGREGATES, StoredContribution)
        trainings = await store.read_all(connection, AGGREGATES, TrainingFact)
        for period in ("year", "twelve-months", "ever"):
            first = {"year": "2026-01-01", "twelve-months": "2025-11-25", "ever": "0001-01-01"}[period]

            def within(day: str, first: str = first) -> bool:
                return first <= day[:10] <= today.isoformat()

            meetings_held = [one for one in meetings if one.status == "held" and within(one.starts_at)]
            expected: dict[tuple[str, str | None], float] = {
                ("members", None): sum(one.status in ("active", "passive") for one in organisations),
                ("active-members", None): sum(one.status == "active" for one in organisations),
                ("meetings", None): len(meetings_held),
                ("attendance", None): attended_share(meetings_held, organisations),
                ("contributions", None): sum(one.status == "confirmed" and within(one.on) for one in contributions),
                ("trainings", None): sum(one.status == "held" and within(one.starts_at) for one in trainings),
                ("multipliers", None): 0,
            }
            for topic in (None, "integration"):
                found = [one for one in seen if topic is None or topic in one.topics]
                held_then = [one for one in found if any(within(o.starts_at) for o in one.occurrences)]
                expected["events", topic] = len(held_then)
                expected["municipalities", topic] = len({one.place.municipality for one in held_then if one.place})
            for (what, topic), value in expected.items():
                counted = Counted.model_validate({"what": what, "topic": topic, "period": period})
                assert await counting_store.count(connection, counted, today) == value, (what, topic, period)


def attended_share(meetings: list[MeetingFact], organisations: list[OrganisationFact]) -> float:
    """In how many percent of the members of its day a meeting was attended, on average."""
    shares = []
    for meeting in (one for one in meetings if one.kind != "working-group"):
        day = meeting.starts_at[:10]
        were = {
            one.id
            for one in organisations
            if one.admission and one.admission.on <= day and (one.left_on is None or one.left_on > day)
        }
        came = [one for one in meeting.attendance if one.organisation in were and one.presence in ("present", "online")]
        if were:
            shares.append(len(came) / len(were))
    return round(100 * sum(shares) / len(shares), 1)


async def test_goals_tell_what_is_counted_when_it_changes_and_not_otherwise(members: Members) -> None:
    indicators = [
        {"id": "treffen", "title": "Treffen", "target": 6, "counted": {"what": "meetings", "period": "year"}},
        {"id": "vertrauen", "title": "Vertrauen", "target": 60},
    ]
    await members.take(
        sent(SetGoal, id=id_of(5), key="1", level="guiding", title="Zusammenhalt", indicators=indicators),
        *held(1, "2026-11-02"),
    )

    async def count() -> GoalFact:
        await members.count_goals()
        return await members.get(GoalFact, id_of(5))

    first = await count()
    assert [(one.on, one.value) for one in first.indicators[0].values] == [("2026-11-25", 1.0)]
    assert await count() == first
    members.clock.forward(days=40)
    assert [one.value for one in (await count()).indicators[0].values] == [1.0, 0.0]
    assert (await count()).indicators[1].values == ()


async def test_multipliers_follow_their_trainings_time_and_what_they_passed_on(members: Members) -> None:
    await members.member("haus")
    training: dict[str, Any] = {"title": "Moderation", "qualification": "moderation", "valid_months": 12}
    await members.take(
        sent(KeepPerson, id=ANNA, name="Anna Muster", consent="2026-11"),
        sent(PlanTraining, id=id_of(4), starts_at="2026-11-01", **training),
        sent(CompleteTraining, id=id_of(4), participants=[{"person": ANNA}]),
        sent(RegisterMultiplier, id=ENTRY, person=ANNA),
        reported(1, "haus", "2026-11-02", kind="knowledge", by="haus", person=ANNA),
        reported(2, "haus", "2026-11-03", kind="content", person=ANNA),
    )

    async def renew() -> StoredMultiplier:
        async with db.transaction(members.pool) as connection:
            await assessing.renew_multipliers(connection, RULES)
        return await members.get(StoredMultiplier, ENTRY)

    assert (await renew()).passed_on == 0
    await members.take(sent(ConfirmContribution, id=id_of(1)))
    assert (await renew()).passed_on == 1

    members.clock.forward(days=300)
    assert (await renew()).reminded_of == "2027-10-31"
    members.clock.forward(days=50)
    assert (await renew()).status == "expired"
    version = (await renew()).version
    assert (await renew()).version == version

    await members.take(
        sent(PlanTraining, id=id_of(6), starts_at="2027-11-01", **training),
        sent(CompleteTraining, id=id_of(6), participants=[{"person": ANNA}]),
    )
    assert (await renew()).status == "available"
    assert not [body for _, key, body in await members.told() if body and ANNA in str(body)]


async def test_every_kind_of_message_to_tell_is_one_that_was_declared(members: Members) -> None:
    from shared.contracts.members import FACTS

    await members.member("haus", admitted="2026-06-01")
    await members.assess()

    for kind, _, body in await members.told():
        model: type[Contract] = FACTS[kind]
        model.model_validate(body, strict=False)


async def test_of_several_meetings_on_one_day_the_last_by_their_start_count(members: Members) -> None:
    await members.member("haus")
    times = {1: "20:00", 2: "10:00", 3: "12:00", 4: "14:00"}  # the id says nothing of the order
    for number, start in times.items():
        plan = {"kind": "session", "title": "Sitzung", "starts_at": f"2026-11-24T{start}:00+01:00"}
        await members.do(PlanMeeting, id=id_of(number), **plan)
        present = [{"organisation": "haus", "presence": "present"}] if number == 1 else []
        await members.do(RecordAttendance, id=id_of(number), attendance=present)
    await members.assess()

    activity = (await members.get(OrganisationFact, "haus")).activity
    assert activity is not None
    assert [(one.code, one.values["attended"]) for one in activity.because] == [("meetings", 1.0)]
