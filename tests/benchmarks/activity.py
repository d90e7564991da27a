"""``activity``: how active 5,000 members were over ten years, our function of the log against one SQL query.

The query is written for the default rule and says only when each member was active. Ours reads the rule as data, says
why on each day and until when it holds. Both must find the same days, or this fails.
"""

import random
import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from deploy.local.platform import Platform
from deploy.migrate import migrate
from services.members.assessing import assessments
from services.members.domain.activity import ActivityRule, Assessment
from services.members.domain.state import AGGREGATES
from services.members.rules import read_rules
from shared.aggregates import store
from shared.contracts.members.contributions import ContributionFact
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import Admission, OrganisationFact
from tests.benchmarks.pairs import summary
from tests.integration.workbench import throw_away

MEMBERS = 5_000
YEARS = 10
ROUNDS = 5
TODAY = date(2026, 11, 25)
_AT = "2026-11-25T10:00:00.000Z"
_SQL = """
    with member as (select id, (state -> 'admission' ->> 'on')::date as admitted from organisation),
    meeting_of as (
        select member.id, meeting.day::date as day, lead(meeting.day::date) over one as next,
            sum(case presence when 'present' then 1 when 'online' then 1 when 'excused' then 0.5 else 0 end)
                over (one rows between 2 preceding and current row) as attended
        from member join meeting on meeting.day::date >= admitted
            and meeting.status = 'held' and meeting.kind in ('session', 'retreat')
        left join attendance on attendance.organisation = member.id and attendance.meeting = meeting.id
        window one as (partition by member.id order by meeting.day, meeting.id)
    ),
    span as (
        select id, daterange(day, coalesce(next, $1::date + 1)) as days from meeting_of where attended >= 1
        union all
        select member.id, daterange(greatest(day::date, admitted), (day::date + interval '12 months')::date)
        from contribution join member on member.id = organisation
        where status = 'confirmed' and day::date <= $1::date and (day::date + interval '12 months')::date > admitted
        union all
        select id, daterange(admitted, (admitted + interval '6 months')::date) from member
    )
    select id, range_agg(days) * datemultirange(daterange(null, $1::date + 1)) as active from span group by id
"""


async def measure(platform: Platform) -> dict[str, Any]:
    """Rounds in pairs on the same database."""
    rule = read_rules(None, "Europe/Berlin").activity
    async with throw_away(platform.postgres.admin_url, platform.database_url("members")) as url:
        migrate("members", url)
        connection = await asyncpg.connect(url)
        try:
            await _fill(connection)
            pairs = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                found = await _ours(connection, rule)
                between = time.perf_counter()
                rows = await connection.fetch(_SQL, TODAY)
                pairs.append((MEMBERS / (between - began), MEMBERS / (time.perf_counter() - between)))
        finally:
            await connection.close()
    _compare(found, {row["id"]: row["active"] for row in rows})
    return summary(pairs, "members")


async def _ours(connection: Any, rule: ActivityRule) -> dict[str, Assessment]:
    """As the service does it when a meeting was held: all members, in its own rounds."""
    members = await store.read_all(connection, AGGREGATES, OrganisationFact)
    found: dict[str, Assessment] = {}
    for first in range(0, len(members), 500):
        found |= await assessments(connection, members[first : first + 500], rule, TODAY)
    return found


def _compare(found: dict[str, Assessment], active: dict[str, Any]) -> None:
    assert len(found) == len(active) == MEMBERS
    for id_, assessment in found.items():
        ours: list[tuple[date, date]] = []
        ends = [date.fromisoformat(period.since) for period in assessment.periods[1:]] + [TODAY + timedelta(days=1)]
        for period, end in zip(assessment.periods, ends, strict=True):
            since = date.fromisoformat(period.since)
            if period.status == "passive":
                continue
            if ours and ours[-1][1] == since:
                ours[-1] = (ours[-1][0], end)
            else:
                ours.append((since, end))
        assert ours == [(one.lower, one.upper) for one in active[id_]], f"the two disagree about {id_}"


async def _fill(connection: Any) -> None:
    chance = random.Random(5)
    first = TODAY - timedelta(days=365 * YEARS)
    names = [f"verein-{number}" for number in range(MEMBERS)]
    await store.save(connection, AGGREGATES, OrganisationFact, [_member(name, first, chance) for name in names])
    meetings = [_meeting(number, first + timedelta(days=30 * number)) for number in range(YEARS * 12)]
    await store.save(connection, AGGREGATES, MeetingFact, meetings)
    attendance = []
    for name in names:
        diligence = chance.random() * 0.6
        for meeting in meetings:
            draw = chance.random()
            if draw < diligence:
                attendance.append((name, meeting.id, chance.choice(["present", "online"])))
            elif draw < diligence + 0.2:
                attendance.append((name, meeting.id, "excused"))
    await connection.copy_records_to_table("attendance", records=attendance)
    contributions = [
        (str(UUID(int=chance.getrandbits(128))), 1, _contribution(name, first, chance))
        for name in names
        for _ in range(chance.randrange(2 * YEARS))
    ]
    await connection.copy_records_to_table("contribution", records=contributions, columns=["id", "version", "state"])
    await connection.execute("analyze")


def _member(name: str, first: date, chance: random.Random) -> OrganisationFact:
    admitted = first + timedelta(days=chance.randrange(400))
    admission = Admission(on=admitted.isoformat(), by="office")
    return OrganisationFact(id=name, name=name, version=1, status="active", admission=admission, updated_at=_AT)


def _meeting(number: int, day: date) -> MeetingFact:
    return MeetingFact(
        id=str(UUID(int=number + 1)),
        version=1,
        kind="session",
        title="Sitzung",
        status="held",
        starts_at=f"{day}T18:00:00+01:00",
        time_zone="Europe/Berlin",
        public=False,
        sequence=0,
        created_at=_AT,
        updated_at=_AT,
    )


def _contribution(name: str, first: date, chance: random.Random) -> str:
    day = first + timedelta(days=chance.randrange(365 * YEARS))
    if (day.month, day.day) == (2, 29):  # twelve months later both count another day
        day += timedelta(days=1)
    fact = ContributionFact(
        id="", version=1, organisation=name, kind="content", title="Beitrag", on=day.isoformat(),
        status="confirmed", reported_by="office", updated_at=_AT,
    )  # fmt: skip
    return fact.model_dump_json()
