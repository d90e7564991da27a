"""Every SQL statement of the membership, but those that count; see ``counting_store``."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zlib import crc32

import asyncpg

from services.members.domain.state import AGGREGATES, F, Fact, Key
from shared.contracts.base import Contract
from shared.contracts.members.meetings import MeetingFact
from shared.db import Connection
from shared.topics import MEMBERS_FACTS

LOCK_CLASS: Final = 0x0B06  # the first key of the locks; the second is a bucket
PEOPLE: Final = 0  # the bucket of all that names people
_BUCKETS: Final = 1_024  # so many locks at most, however many aggregates a batch is about
MARKS: Final = 1 + _BUCKETS  # the bucket of all that decides whose activity is to be looked at


async def lock_people(connection: Connection) -> None:
    """Wait until nobody else changes who is named where, and keep it so until commit; before ``lock``."""
    await connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK_CLASS, PEOPLE)


async def lock(connection: Connection, keys: Iterable[Key]) -> None:
    """Let nobody else decide on these aggregates until commit, whether they are there yet or not."""
    # By the id alone: of two that want it for something new, the second sees what it stands for.
    buckets = sorted({1 + crc32(id_.encode()) % _BUCKETS for _, id_ in keys})
    await connection.execute(
        "select pg_advisory_xact_lock($1, bucket) from unnest($2::int[]) as bucket", LOCK_CLASS, buckets
    )


async def lock_marks(connection: Connection) -> None:
    """Wait until nobody else changes what activity follows from, or looks at it, until commit; after ``lock``.

    So no mark is removed by somebody who has not seen what it was set for, and organisations of which many are
    changed at once are not waited for in a circle.
    """
    await connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK_CLASS, MARKS)


async def read(connection: Connection, model: type[F], ids: Collection[str]) -> list[F]:
    """Aggregates of one kind by id; those that are not there are missing."""
    rows = await connection.fetch(
        f"select state from {AGGREGATES[model].table} where id = any($1::text[])", sorted(ids)
    )
    return [model.model_validate_json(row["state"]) for row in rows]


async def tables_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """In which table of public aggregates each of these ids stands; those that stand in none are missing."""
    rows = await connection.fetch(
        " union all ".join(
            f"select id, '{table}' as name from {table} where id = any($1::text[])"
            for table in (one.table for one in AGGREGATES.values() if one.topic == MEMBERS_FACTS)
        ),
        sorted(ids),
    )
    return {row["id"]: row["name"] for row in rows}


async def read_all(connection: Connection, model: type[F]) -> list[F]:
    """All aggregates of one kind, by id."""
    rows = await connection.fetch(f"select state from {AGGREGATES[model].table} order by id")
    return [model.model_validate_json(row["state"]) for row in rows]


async def read_one(connection: Connection, model: type[F], id_: str) -> F | None:
    """One aggregate; None: there is none."""
    found = await read(connection, model, [id_])
    return found[0] if found else None


async def save(connection: Connection, model: type[Contract], facts: Sequence[Fact]) -> None:
    """Insert or replace aggregates of one kind, all in one statement."""
    await connection.execute(
        f"insert into {AGGREGATES[model].table} (id, version, state)"
        " select * from unnest($1::text[], $2::int[], $3::jsonb[])"
        " on conflict (id) do update set version = excluded.version, state = excluded.state",
        [fact.id for fact in facts],
        [fact.version for fact in facts],
        [fact.model_dump_json() for fact in facts],
    )


async def delete(connection: Connection, model: type[Contract], ids: Collection[str]) -> None:
    """Remove aggregates of one kind."""
    await connection.execute(f"delete from {AGGREGATES[model].table} where id = any($1::text[])", sorted(ids))


async def replace_attendance(connection: Connection, meetings: Sequence[MeetingFact]) -> None:
    """The attendance of ``meetings`` is what their states say; none of those that were not held."""
    await connection.execute("delete from attendance where meeting = any($1::text[])", [one.id for one in meetings])
    rows = [
        (one.organisation, meeting.id, one.presence)
        for meeting in meetings
        if meeting.status == "held"
        for one in meeting.attendance
    ]
    await connection.copy_records_to_table("attendance", records=rows, columns=["organisation", "meeting", "presence"])


async def members(connection: Connection) -> list[str]:
    """Ids of all members, active and passive."""
    rows = await connection.fetch("select id from organisation where status in ('active', 'passive') order by id")
    return [row["id"] for row in rows]


async def people_of(connection: Connection, organisations: Collection[str]) -> list[str]:
    """Ids of the people who have a role in one of these organisations."""
    rows = await connection.fetch(
        "select id from person where exists (select from jsonb_array_elements(state -> 'roles') as role"
        " where role ->> 'organisation' = any($1::text[]))",
        sorted(organisations),
    )
    return [row["id"] for row in rows]


async def meetings_naming(connection: Connection, people: Collection[str]) -> list[str]:
    """Ids of the meetings in whose state one of these people stands."""
    rows = await connection.fetch(
        "select id from meeting where exists"
        " (select from unnest($1::text[]) as person where strpos(state::text, person) > 0)",
        sorted(people),
    )
    return [row["id"] for row in rows]


async def contributions_of(connection: Connection, people: Collection[str]) -> list[str]:
    """Ids of the contributions that these people made."""
    rows = await connection.fetch("select id from contribution where person = any($1::text[])", sorted(people))
    return [row["id"] for row in rows]


async def multipliers_of(connection: Connection, people: Collection[str]) -> list[str]:
    """Ids of these people in the registry."""
    rows = await connection.fetch("select id from multiplier where person = any($1::text[])", sorted(people))
    return [row["id"] for row in rows]


async def participants(connection: Connection, trainings: Collection[str]) -> list[str]:
    """Ids of the people who took part in one of these trainings."""
    rows = await connection.fetch(
        "select id from person where exists (select from jsonb_array_elements(state -> 'trainings') as one"
        " where one ->> 'training' = any($1::text[]))",
        sorted(trainings),
    )
    return [row["id"] for row in rows]


async def known_erased(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these ids were erased before."""
    rows = await connection.fetch("select id from erased where id = any($1::text[])", sorted(ids))
    return {row["id"] for row in rows}


async def remember_erased(connection: Connection, erased: Collection[tuple[str, str]], now: datetime) -> None:
    """Keep ``(id, kind)`` of what was erased; its tombstone is to be repeated, also where it was before."""
    await connection.execute(
        "insert into erased (id, kind, erased_at)"
        " select id, kind, $3 from unnest($1::text[], $2::text[]) as new (id, kind)"
        " on conflict (id) do update set erased_at = excluded.erased_at, repeated_at = null",
        [id_ for id_, _ in erased],
        [kind for _, kind in erased],
        now,
    )


async def repeat_erased(connection: Connection, before: datetime, now: datetime, most: int) -> list[tuple[str, str]]:
    """``(id, kind)`` of at most ``most`` that were erased before a time; they count as repeated with that."""
    rows = await connection.fetch(
        "update erased set repeated_at = $2 where id in"
        " (select id from erased where repeated_at is null and erased_at < $1"
        "  order by erased_at limit $3 for update skip locked) returning id, kind",
        before,
        now,
        most,
    )
    return [(row["id"], row["kind"]) for row in rows]


async def list_erased(connection: Connection) -> list[asyncpg.Record]:
    """``id``, ``kind``, ``erased_at`` and ``repeated_at`` of all that was erased, the latest first."""
    return await connection.fetch("select id, kind, erased_at, repeated_at from erased order by erased_at desc, id")


async def assess_at(connection: Connection, organisations: Collection[str] | None, at: datetime) -> None:
    """Let the activity of these organisations (None: of all members) be looked at, at the latest at this time."""
    await connection.execute(
        "update organisation set assess_at = least(assess_at, $2)"
        " where status in ('active', 'passive') and ($1::text[] is null or id = any($1))"
        " and (assess_at is null or assess_at > $2)",
        sorted(organisations) if organisations is not None else None,
        at,
    )


async def to_assess(connection: Connection, now: datetime, most: int) -> list[str]:
    """Ids of at most ``most`` organisations whose activity is to be looked at, the longest due first."""
    rows = await connection.fetch(
        "select id from organisation where assess_at <= $1 order by assess_at, id limit $2", now, most
    )
    return [row["id"] for row in rows]


async def still_to_assess(connection: Connection, organisations: Collection[str], now: datetime) -> set[str]:
    """Which of these are still to be looked at, once they are locked."""
    rows = await connection.fetch(
        "select id from organisation where id = any($1::text[]) and assess_at <= $2", sorted(organisations), now
    )
    return {row["id"] for row in rows}


async def set_assess_at(connection: Connection, next_times: Iterable[tuple[str, datetime | None]]) -> None:
    """When each organisation is to be looked at again; None: when something happens."""
    rows = list(next_times)
    await connection.execute(
        "update organisation set assess_at = new.at from unnest($1::text[], $2::timestamptz[]) as new (id, at)"
        " where organisation.id = new.id",
        [id_ for id_, _ in rows],
        [at for _, at in rows],
    )


class CountedMeeting(NamedTuple):
    """A meeting that counts for activity. ``starts_at``: as it is written, in its zone."""

    id: str
    on: date
    starts_at: str
    status: str


async def counted_meetings(connection: Connection, kinds: Collection[str]) -> list[CountedMeeting]:
    """All meetings of these kinds that were held or are planned, by start."""
    rows = await connection.fetch(
        "select id, day, state ->> 'starts_at' as starts_at, status from meeting"
        " where kind = any($1::text[]) and status <> 'cancelled' order by day, starts_at, id",
        sorted(kinds),
    )
    return [CountedMeeting(row["id"], date.fromisoformat(row["day"]), row["starts_at"], row["status"]) for row in rows]


async def attendance_of(connection: Connection, organisations: Collection[str]) -> list[tuple[str, str, str]]:
    """``(organisation, meeting, presence)`` of these organisations."""
    rows = await connection.fetch(
        "select organisation, meeting, presence from attendance where organisation = any($1::text[])",
        sorted(organisations),
    )
    return [tuple(row) for row in rows]


async def contribution_days(
    connection: Connection, organisations: Collection[str], kinds: Collection[str]
) -> list[tuple[str, date]]:
    """``(organisation, day)`` of each confirmed contribution of these kinds, and of each day with an event of its own,
    future ones too, where ``event`` is among them."""
    rows = await connection.fetch(
        "select organisation, day::date as day from contribution where organisation = any($1::text[])"
        " and status = 'confirmed' and kind = any($2::text[]) union all"
        " select organisation, day from event_day where organisation = any($1::text[])"
        " and 'event' = any($2::text[]) group by organisation, day, event",
        sorted(organisations),
        sorted(kinds),
    )
    return [(row["organisation"], row["day"]) for row in rows]


class EventSeen(NamedTuple):
    """An event as it is counted."""

    id: UUID
    version: int
    topics: list[str]


async def see_events(connection: Connection, events: Sequence[EventSeen]) -> set[UUID]:
    """Keep which versions were seen; returns those that are newer than what was known."""
    rows = await connection.fetch(
        "insert into event_seen (id, version, topics)"
        " select id, version, string_to_array(topics, ' ') from unnest($1::uuid[], $2::int[], $3::text[])"
        " as new (id, version, topics) on conflict (id) do update set version = excluded.version,"
        " topics = excluded.topics where event_seen.version < excluded.version returning id",
        [event.id for event in events],
        [event.version for event in events],
        [" ".join(event.topics) for event in events],
    )
    return {row["id"] for row in rows}


class EventDay(NamedTuple):
    """A day on which an organisation holds an event: so many times, in these municipalities (keys, or names)."""

    organisation: str
    day: date
    event: UUID
    times: int
    municipalities: list[str]


async def replace_event_days(connection: Connection, events: Collection[UUID], days: Sequence[EventDay]) -> set[str]:
    """The days of ``events`` are these; returns the organisations that had or have some."""
    gone = await connection.fetch("delete from event_day where event = any($1::uuid[]) returning organisation", events)
    if days:
        await connection.copy_records_to_table("event_day", records=days, columns=list(EventDay._fields))
    return {row["organisation"] for row in gone} | {one.organisation for one in days}
