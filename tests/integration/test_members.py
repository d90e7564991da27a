"""Commands to the service ``members`` on a real database: once, all or nothing, in nobody's way (DESIGN 2, 4, 9)."""

import asyncio
import random
import time
from typing import Any

import orjson
import pytest

from services.members import assessing
from services.members.domain.state import StoredContribution, StoredMultiplier
from shared import db
from shared.broker import Record
from shared.contracts.members.contributions import (
    CompleteTraining,
    ConfirmContribution,
    PlanTraining,
    RegisterMultiplier,
    ReportContribution,
    RetireMultiplier,
)
from shared.contracts.members.meetings import (
    InviteToMeeting,
    MeetingFact,
    PlanMeeting,
    RecordAttendance,
    RecordMinutes,
    ReplyToMeeting,
)
from shared.contracts.members.organisations import (
    AdmitOrganisation,
    ApplyOrganisation,
    ChangeOrganisation,
    OrganisationFact,
)
from shared.contracts.members.people import ErasePerson, KeepPerson, PersonFact
from tests.integration.members_base import RULES, Members, attendance
from tests.integration.workbench import without
from tests.support.facts import event_fact
from tests.support.membership import id_of, sent, tables_with

ANNA, BERT = id_of(7), id_of(8)


def planned(number: int, day: str = "2026-11-25", **fields: Any) -> Record:
    return sent(PlanMeeting, id=id_of(number), kind="session", title=f"Sitzung {number}", starts_at=day, **fields)


def attended(number: int, **presence: str) -> Record:
    return sent(RecordAttendance, id=id_of(number), attendance=attendance(**presence))


def kept(id_: str, organisation: str = "haus", **fields: Any) -> Record:
    card = {"name": "Anna Muster", "email": "anna@example.org", "consent": "2026-11"} | fields
    return sent(KeepPerson, id=id_, roles=[{"organisation": organisation, "role": "representative"}], **card)


async def test_outcome_state_and_messages_are_written_together(members: Members) -> None:
    await members.member("haus")
    await members.take(planned(1), attended(1, haus="present"))

    assert (await members.get(MeetingFact, id_of(1))).status == "held"
    assert await members.number("select presence from attendance where organisation = 'haus'") == "present"
    assert {outcome.result for outcome in (await members.outcomes()).values()} == {"created", "changed"}
    told = await members.told()
    assert [(kind, body["version"]) for kind, _, body in told] == [
        ("members.organisation.applied.v1", 1),
        ("members.organisation.admitted.v1", 2),
        ("members.meeting.planned.v1", 1),
        ("members.meeting.attended.v1", 2),
    ]
    answers = await members.told("members.outcomes")
    assert [body["resource"] for _, _, body in answers[-2:]] == [f"/v1/meetings/{id_of(1)}"] * 2
    assert [body["version"] for _, _, body in answers] == [1, 2, 1, 2]


async def test_where_the_end_of_a_batch_fails_nothing_of_it_stays(
    members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    await members.member("haus")
    before = await members.told()

    async def fail(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("services.members.repository.assess_at", fail)
    with pytest.raises(ConnectionError):
        async with db.transaction(members.pool) as connection:
            await members.handle(connection, planned(1), attended(1, haus="present"))

    assert await members.told() == before
    assert len(await members.outcomes()) == 2
    assert await members.number("select count(*) from meeting") == 0


async def test_a_batch_that_is_delivered_again_changes_nothing_and_is_answered_once(members: Members) -> None:
    await members.member("haus")
    batch = (planned(1), attended(1, haus="present"), kept(ANNA), sent(InviteToMeeting, id=id_of(9)))
    await members.take(*batch)
    before = [await members.told(topic) for topic in ("members.facts", "members.private", "members.outcomes")]

    await members.take(*batch)
    await members.take(*batch[1:3], batch[1])

    assert [await members.told(topic) for topic in ("members.facts", "members.private", "members.outcomes")] == before
    assert len(await members.outcomes()) == 6
    assert (await members.get(MeetingFact, id_of(1))).version == 2


async def test_the_same_id_with_another_body_is_refused_and_changes_nothing(members: Members) -> None:
    await members.take(sent(ApplyOrganisation, message_id="id-1", id="haus", name="Haus"))

    await members.take(sent(ApplyOrganisation, message_id="id-1", id="haus", name="Anders"))
    await members.take(sent(ApplyOrganisation, message_id="id-1", id="haus", name="Anders"))

    assert (await members.get(OrganisationFact, "haus")).name == "Haus"
    found = await members.outcomes()
    assert found["id-1"].result == "created"
    [other] = [outcome for id_, outcome in found.items() if id_ != "id-1"]
    assert other.problem is not None
    assert other.problem.type == "/problems/id-reused"


async def test_invalid_data_is_refused_by_its_field_and_never_by_its_value(members: Members) -> None:
    bad = without(kept(ANNA), value=orjson.dumps({"id": ANNA, "name": "Anna\x00Muster", "email": "geheim"}))

    await members.take(bad, kept(BERT))

    [outcome] = [one for one in (await members.outcomes()).values() if one.problem and one.problem.status == 422]
    assert outcome.problem is not None
    assert {error.field for error in outcome.problem.errors} >= {"name", "email", "consent"}
    assert "geheim" not in outcome.model_dump_json()
    assert "Anna" not in outcome.model_dump_json()
    assert len(await members.outcomes()) == 2


async def test_commands_of_a_batch_build_on_each_other(members: Members) -> None:
    await members.take(
        sent(ApplyOrganisation, id="haus", name="Haus"),
        sent(AdmitOrganisation, id="haus", on="2026-01-01"),
        kept(ANNA),
        planned(1),
        sent(InviteToMeeting, id=id_of(1)),
        sent(ReplyToMeeting, id=id_of(1), organisation="haus", reply="yes", person=ANNA),
        attended(1, haus="present"),
        sent(PlanTraining, id=id_of(2), title="Moderation", starts_at="2026-11-01", qualification="moderation"),
        sent(CompleteTraining, id=id_of(2), participants=[{"person": ANNA}]),
        sent(RegisterMultiplier, id=id_of(50), person=ANNA),
        sent(
            ReportContribution, id=id_of(3), organisation="haus", kind="content", title="x", on="2026-11-01", by="haus"
        ),
        sent(ConfirmContribution, id=id_of(3)),
    )

    assert {one.result for one in (await members.outcomes()).values()} == {"created", "changed"}
    assert (await members.get(StoredMultiplier, id_of(50))).person == ANNA
    assert [one.people for one in (await members.get(MeetingFact, id_of(1))).invited] == [(ANNA,)]


async def test_a_thousand_commands_are_one_batch(members: Members) -> None:
    names = [f"verein-{number}" for number in range(400)]
    began = time.monotonic()
    await members.take(
        *[sent(ApplyOrganisation, id=name, name=name) for name in names],
        *[sent(AdmitOrganisation, id=name, on="2026-01-01") for name in names],
        *[planned(number) for number in range(1, 101)],
        *[attended(number, **dict.fromkeys(names[:50], "present")) for number in range(1, 101)],
    )

    assert time.monotonic() - began < 20
    assert len(await members.outcomes()) == 1_000
    assert await members.number("select count(*) from attendance") == 5_000
    assert await members.number("select count(*) from outbox") == 2_000
    assert await members.assess() == 400
    active = "select count(*) from organisation where state -> 'activity' ->> 'status' = $1"
    assert await members.number(active, "active") == 50
    assert await members.number(active, "passive") == 350


# At the same time


def about_some(chance: random.Random) -> list[Record]:
    """Commands that name some of the same few aggregates and people, in any order."""
    names = ["haus", "verein", "kirche"]
    commands = [
        *[sent(ChangeOrganisation, id=name, name=f"{name} {chance.random()}") for name in names],
        *[attended(number, **{name: chance.choice(("present", "absent")) for name in names}) for number in (1, 2)],
        *[kept(id_, chance.choice(names), name=f"Anna {chance.random()}") for id_ in (ANNA, BERT)],
        sent(RecordMinutes, id=id_of(1), text=f"{chance.random()}"),
        sent(InviteToMeeting, id=id_of(3), organisations=chance.sample(names, 2)),
        sent(ReplyToMeeting, id=id_of(3), organisation="haus", reply="yes", person=chance.choice((ANNA, BERT))),
        sent(CompleteTraining, id=id_of(4), participants=[{"person": ANNA}, {"person": BERT}]),
        sent(RegisterMultiplier, id=id_of(50), person=ANNA, topics=[f"{chance.random()}"]),
        *[
            sent(
                ReportContribution,
                id=id_of(10 + place),
                organisation=name,
                kind="content",
                title=f"{chance.random()}",
                on="2026-11-01",
                person=BERT,
            )
            for place, name in enumerate(names)
        ],
    ]
    return chance.sample(commands, chance.randint(2, len(commands)))


async def test_nobody_waits_for_each_other_in_a_circle(members: Members) -> None:
    await members.member("haus", "verein", "kirche")
    await members.take(planned(1), planned(2), planned(3, "2026-12-24"), kept(ANNA), kept(BERT))
    await members.take(
        sent(PlanTraining, id=id_of(4), title="Moderation", starts_at="2026-11-01", qualification="moderation"),
        sent(CompleteTraining, id=id_of(4), participants=[{"person": ANNA}]),
    )
    chance = random.Random(5)

    async def command() -> None:
        commands = about_some(chance)
        async with db.transaction(members.pool) as connection:
            await members.handle(connection, *commands)

    async def look() -> None:
        async with db.transaction(members.pool) as connection:
            await assessing.assess_members(connection, RULES)

    async def timers() -> None:
        async with db.transaction(members.pool) as connection:
            await assessing.renew_multipliers(connection, RULES)
        await members.count_goals()

    async def calendar() -> None:
        organisers = [{"id": name, "name": name} for name in chance.sample(["haus", "verein", "kirche"], 3)]
        facts = [event_fact(id_of(number), chance.randrange(1, 10_000), organisers=organisers) for number in (91, 92)]
        await members.see(*chance.sample(facts, 2))

    for _ in range(40):
        await asyncio.gather(command(), command(), look(), timers(), calendar(), look())

    refused = [one for one in (await members.outcomes()).values() if one.problem]
    assert {error.code for one in refused if one.problem for error in one.problem.errors} <= {"not-invited"}


async def test_whoever_marks_all_members_waits_for_nobody_who_does_so_too(members: Members) -> None:
    await members.member("haus", "verein")
    await members.take(planned(1), planned(2))

    async def change(name: str, number: int, turn: int) -> None:
        presence = {name: ("present", "absent")[turn % 2]}
        async with db.transaction(members.pool) as connection:
            await members.handle(
                connection, sent(ChangeOrganisation, id=name, name=f"{name} {turn}"), attended(number, **presence)
            )

    for turn in range(20):
        await members.assess()  # so that there are marks to be set
        await asyncio.gather(change("haus", 1, turn), change("verein", 2, turn))
        assert await members.assess() == 2


async def test_what_is_committed_while_members_are_looked_at_is_looked_at_too(members: Members) -> None:
    await members.member("haus")
    await members.take(planned(1))
    async with members.pool.acquire() as recording, members.pool.acquire() as looking:
        change = recording.transaction()
        await change.start()
        await members.handle(recording, attended(1, haus="present"))

        async def look() -> None:
            async with looking.transaction():
                await assessing.assess_members(looking, RULES)

        looked = asyncio.create_task(look())
        await asyncio.wait((looked,), timeout=0.5)
        await change.commit()
        await looked

    await members.assess()
    activity = (await members.get(OrganisationFact, "haus")).activity
    assert activity is not None
    assert activity.status == "active"


async def test_of_two_that_want_one_id_for_something_new_the_second_is_refused(members: Members) -> None:
    await members.member("haus")
    async with members.pool.acquire() as first:
        change = first.transaction()
        await change.start()
        await members.handle(first, planned(1))

        async def report() -> None:
            async with db.transaction(members.pool) as connection:
                report = {"organisation": "haus", "kind": "content", "title": "x", "on": "2026-11-01"}
                await members.handle(connection, sent(ReportContribution, id=id_of(1), **report))

        reported = asyncio.create_task(report())
        await asyncio.wait((reported,), timeout=0.3)
        await change.commit()
        await reported

    assert await members.number("select count(*) from contribution") == 0
    [refused] = [one.problem for one in (await members.outcomes()).values() if one.problem]
    assert refused.type == "/problems/id-taken"


async def test_a_multiplier_that_is_retired_while_all_are_renewed_stays_retired(members: Members) -> None:
    await members.member("haus")
    plan: dict[str, Any] = {
        "title": "Moderation",
        "starts_at": "2025-12-01",
        "qualification": "moderation",
        "valid_months": 12,
    }
    await members.take(
        kept(ANNA),
        sent(PlanTraining, id=id_of(4), **plan),
        sent(CompleteTraining, id=id_of(4), participants=[{"person": ANNA}]),
        sent(RegisterMultiplier, id=id_of(50), person=ANNA),
    )
    async with members.pool.acquire() as retiring, members.pool.acquire() as renewing:
        change = retiring.transaction()
        await change.start()
        await members.handle(retiring, sent(RetireMultiplier, id=id_of(50)))

        async def renew() -> None:
            async with renewing.transaction():
                await assessing.renew_multipliers(renewing, RULES)

        renewed = asyncio.create_task(renew())
        await asyncio.wait((renewed,), timeout=0.5)
        await change.commit()
        await renewed

    assert (await members.get(StoredMultiplier, id_of(50))).status == "retired"


# Erasure


async def test_after_an_erasure_the_person_stands_among_the_erased_alone(members: Members) -> None:
    await members.member("haus")
    await members.take(
        kept(ANNA),
        planned(1),
        sent(InviteToMeeting, id=id_of(1)),
        sent(ReplyToMeeting, id=id_of(1), organisation="haus", reply="yes", person=ANNA),
        sent(
            RecordAttendance,
            id=id_of(1),
            attendance=[{"organisation": "haus", "presence": "present", "person": ANNA}],
        ),
        sent(PlanTraining, id=id_of(2), title="Moderation", starts_at="2026-11-01", qualification="moderation"),
        sent(CompleteTraining, id=id_of(2), participants=[{"person": ANNA}]),
        sent(RegisterMultiplier, id=id_of(50), person=ANNA),
        sent(
            ReportContribution,
            id=id_of(3),
            organisation="haus",
            kind="content",
            title="x",
            on="2026-11-01",
            person=ANNA,
        ),
    )
    await members.number("delete from outbox")  # as the relay does, once Kafka has it
    counted = (await members.get(StoredContribution, id_of(3))).version

    outcome = await members.do(ErasePerson, id=ANNA)

    assert (outcome.result, outcome.resource, outcome.version) == ("withdrawn", f"/v1/office/people/{ANNA}", None)
    assert await where(members, "Anna") == await where(members, "anna@example.org") == set()
    # Their keys are what is told to be erased; what was answered to requests names the aggregate, and nothing of it.
    assert await where(members, ANNA) == {"erased", "outbox", "inbox"}
    assert [body for _, _, body in await members.told("members.private")] == [None]
    erasing = [(kind, body) for kind, key, body in await members.told() if key == id_of(50)]
    assert erasing == [("members.multiplier.erased.v1", None)]
    contribution = await members.get(StoredContribution, id_of(3))
    assert (contribution.person, contribution.version) == (None, counted)


async def where(members: Members, text: str) -> set[str]:
    async with db.reading(members.pool) as connection:
        return await tables_with(connection, text)  # type: ignore[arg-type]  # the pool's stands for one


async def test_whoever_is_named_somewhere_while_being_erased_is_nowhere_afterwards(members: Members) -> None:
    await members.member("haus", "verein")
    await members.take(
        *[planned(number, "2026-11-25") for number in range(1, 4)],
        sent(PlanTraining, id=id_of(4), title="Moderation", starts_at="2026-11-01", qualification="moderation"),
    )
    chance = random.Random(9)
    for turn in range(25):
        person = id_of(100 + turn)
        entry, contribution = id_of(300 + turn), id_of(500 + turn)
        await members.take(kept(person, chance.choice(("haus", "verein"))))
        reply = {"organisation": "haus", "reply": "yes", "person": person}
        report = {"organisation": "haus", "kind": "content", "title": "x", "on": "2026-11-01", "person": person}
        naming = [
            kept(person, "haus", name="Anna Neu"),
            *[sent(InviteToMeeting, id=id_of(number), organisations=["haus", "verein"]) for number in (1, 2)],
            sent(ReplyToMeeting, id=id_of(1), **reply),
            sent(CompleteTraining, id=id_of(4), participants=[{"person": person}]),
            sent(RegisterMultiplier, id=entry, person=person),
            sent(ReportContribution, id=contribution, **report),
        ]
        chance.shuffle(naming)

        async def handle(*commands: Record) -> None:
            async with db.transaction(members.pool) as connection:
                await members.handle(connection, *commands)

        await asyncio.gather(
            handle(*naming[:2]), handle(*naming[2:4]), handle(sent(ErasePerson, id=person)), handle(*naming[4:])
        )

        async with db.reading(members.pool) as connection:
            assert await connection.fetchval("select count(*) from person where id = $1", person) == 0
            for table in ("meeting", "contribution", "multiplier", "training", "attendance", "organisation", "person"):
                found = f"select count(*) from {table} as one where strpos(one::text, $1) > 0"
                assert await connection.fetchval(found, person) == 0, table
            newest = await connection.fetch(
                "select distinct on (topic, key) topic, key, value from outbox"
                " where topic in ('members.facts', 'members.private') order by topic, key, id desc"
            )
        assert not [row["key"] for row in newest if row["value"] and person.encode() in row["value"]]


async def test_a_person_that_was_erased_stays_so_whatever_comes_late(members: Members) -> None:
    await members.member("haus")
    await members.take(kept(ANNA), sent(ErasePerson, id=ANNA), kept(ANNA))
    await members.take(kept(ANNA))

    assert sum(1 for one in (await members.outcomes()).values() if one.problem) == 2
    with pytest.raises(AssertionError):
        await members.get(PersonFact, ANNA)
    assert (await members.told("members.private"))[-1][2] is None


async def test_a_meeting_that_names_nobody_can_be_recorded_while_somebody_is_erased(members: Members) -> None:
    await members.member("haus")
    await members.take(planned(1), kept(ANNA))
    async with members.pool.acquire() as erasing:
        change = erasing.transaction()
        await change.start()
        await members.handle(erasing, sent(ErasePerson, id=ANNA))

        async def record() -> None:
            async with db.transaction(members.pool) as connection:
                await members.handle(connection, attended(1, haus="present"))

        await asyncio.wait_for(record(), 5)
        await change.commit()


async def test_tombstones_of_yesterday_are_sent_once_more_and_no_more(members: Members) -> None:
    await members.member("haus")
    await members.take(kept(ANNA), sent(ErasePerson, id=ANNA))

    async def repeat() -> int:
        async with db.transaction(members.pool) as connection:
            return await assessing.repeat_tombstones(connection)

    members.clock.forward(hours=24)
    assert await repeat() == 0
    members.clock.forward(hours=1, seconds=1)
    assert sorted(await asyncio.gather(repeat(), repeat())) == [0, 1]
    assert await repeat() == 0

    bodies = [(kind, body is None) for kind, _, body in await members.told("members.private")]
    assert bodies == [
        ("members.person.kept.v1", False),
        ("members.person.erased.v1", True),
        ("members.person.erased.v1", True),
    ]
    await members.do(ErasePerson, id=ANNA)  # after a restored backup
    members.clock.forward(hours=26)
    assert await repeat() == 1
