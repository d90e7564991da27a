"""The SQL statements of the membership, but those that count (``counting_store``) and that all aggregates share."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from shared.aggregates import store
from shared.contracts.members.meetings import MeetingFact
from shared.db import Connection


async def lock_people(connection: Connection) -> None:
    """Wait until nobody else changes who is named where, and keep it so until commit; before aggregates are locked."""
    await store.lock_bucket(connection, store.BEFORE)


async def lock_marks(connection: Connection) -> None:
    """Wait until nobody else changes what activity follows from, or looks at it, until commit; after aggregates are
    locked.

    So no mark is removed by somebody who has not seen what it was set for, and organisations of which many are
    changed at once are not waited for in a circle.
    """
    await store.lock_bucket(connection, store.AFTER)


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
