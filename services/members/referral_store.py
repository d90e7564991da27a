"""Which requests for help members answered: every SQL statement about them but those that count for goals."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from shared.contracts.members.organisations import AnsweredReferrals
from shared.db import Connection


class ReferralSeen(NamedTuple):
    """A request for help as it is counted."""

    id: UUID
    version: int
    topics: list[str]
    ended_at: datetime | None


class ReferralAnswer(NamedTuple):
    """How an organisation answered, to an assignment with this number. ``in_time``: as it had promised."""

    referral: UUID
    number: int
    organisation: str
    day: date
    accepted: bool
    in_time: bool


async def see(connection: Connection, referrals: Sequence[ReferralSeen]) -> set[UUID]:
    """Keep which versions were seen; returns those that are newer than what was known."""
    rows = await connection.fetch(
        "insert into referral_seen (id, version, topics, ended_at)"
        " select id, version, string_to_array(topics, chr(10)), ended_at"
        " from unnest($1::uuid[], $2::int[], $3::text[], $4::timestamptz[]) as new (id, version, topics, ended_at)"
        " on conflict (id) do update set version = excluded.version, topics = excluded.topics,"
        " ended_at = excluded.ended_at where referral_seen.version < excluded.version returning id",
        [referral.id for referral in referrals],
        [referral.version for referral in referrals],
        ["\n".join(referral.topics) for referral in referrals],
        [referral.ended_at for referral in referrals],
    )
    return {row["id"] for row in rows}


async def replace_answers(
    connection: Connection, referrals: Collection[UUID], answers: Sequence[ReferralAnswer]
) -> set[str]:
    """The answers to ``referrals`` are these; returns the organisations that had or have some."""
    gone = await connection.fetch(
        "delete from referral_answer where referral = any($1::uuid[]) returning organisation", referrals
    )
    if answers:
        columns = list(ReferralAnswer._fields)
        await connection.copy_records_to_table("referral_answer", records=answers, columns=columns)
    return {row["organisation"] for row in gone} | {one.organisation for one in answers}


async def accepted_on(connection: Connection, organisations: Collection[str]) -> list[tuple[str, date]]:
    """``(organisation, day)`` of each time that one of these accepted a request."""
    rows = await connection.fetch(
        "select organisation, day from referral_answer where organisation = any($1::text[]) and accepted",
        sorted(organisations),
    )
    return [(row["organisation"], row["day"]) for row in rows]


async def by_year(
    connection: Connection, organisations: Collection[str]
) -> Mapping[str, tuple[AnsweredReferrals, ...]]:
    """How many requests each of these accepted and answered as promised, by year; of none there is nothing."""
    rows = await connection.fetch(
        "select organisation, extract(year from day)::int as year,"
        " count(distinct referral) filter (where accepted) as accepted,"
        " count(distinct referral) filter (where in_time) as in_time"
        " from referral_answer where organisation = any($1::text[]) and (accepted or in_time)"
        " group by organisation, year order by organisation, year",
        sorted(organisations),
    )
    found: dict[str, tuple[AnsweredReferrals, ...]] = defaultdict(tuple)
    for row in rows:
        year = AnsweredReferrals(year=row["year"], accepted=row["accepted"], in_time=row["in_time"])
        found[row["organisation"]] += (year,)
    return found


async def forget(connection: Connection, before: datetime) -> int:
    """Forget which requests they were that ended before then, and keep what is counted; returns how many."""
    status = await connection.execute(
        "update referral_seen set id = gen_random_uuid(), ended_at = null where ended_at < $1", before
    )
    return int(status.rpartition(" ")[2])
