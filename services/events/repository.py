"""Every SQL statement of the calendar."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.events.domain import Event
from services.events.partnership import Partner
from shared.db import Connection

_EVENT: Final = (
    "id, partner, uid, version, sequence, visibility, content, expanded_until, created_at, updated_at, refused_because,"
    " places_digest"
)


async def lock_partners(connection: Connection, ids: Iterable[str]) -> dict[str, Partner]:
    """Partners by id, locked until commit: what one partner sends is decided on one at a time."""
    rows = await connection.fetch(
        "select id, version, name, trusted, active from partner where id = any($1::text[]) order by id for update",
        sorted(set(ids)),
    )
    return {row["id"]: Partner(**row) for row in rows}


async def read_partners(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, Partner]:
    """Partners by id (all where ``ids`` is None), unlocked."""
    rows = await connection.fetch(
        "select id, version, name, trusted, active from partner where $1::text[] is null or id = any($1) order by id",
        sorted(set(ids)) if ids is not None else None,
    )
    return {row["id"]: Partner(**row) for row in rows}


async def lock_events(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Event]:
    """Stored events by id, locked until commit in the order of their ids."""
    rows = await connection.fetch(
        f"select {_EVENT} from event where id = any($1::uuid[]) order by id for update",
        list(ids),
    )
    return {row["id"]: _event(row) for row in rows}


async def read_events(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Event]:
    """Stored events by id, unlocked."""
    rows = await connection.fetch(f"select {_EVENT} from event where id = any($1::uuid[])", list(ids))
    return {row["id"]: _event(row) for row in rows}


async def partners_of(connection: Connection, events: Iterable[UUID]) -> set[str]:
    """Ids of the partners whose events these are; an event never changes its partner."""
    rows = await connection.fetch("select distinct partner from event where id = any($1::uuid[])", list(events))
    return {row["partner"] for row in rows}


async def waiting_events(connection: Connection, partners: Sequence[str]) -> list[UUID]:
    """Ids of the events of ``partners`` that wait for the office, oldest first."""
    rows = await connection.fetch(
        "select id from event where partner = any($1::text[]) and visibility = 'waiting' order by partner, created_at",
        partners,
    )
    return [row["id"] for row in rows]


async def events_to_extend(connection: Connection, expanded_before: datetime, limit: int) -> list[UUID]:
    """Ids of recurring events of which occurrences after ``expanded_before`` are not published yet."""
    rows = await connection.fetch(
        "select id from event where expanded_until < $1 order by expanded_until limit $2", expanded_before, limit
    )
    return [row["id"] for row in rows]


async def use_places(connection: Connection, digest: str, started_at: datetime) -> bool:
    """Note which places an instance uses; whether they count: those of the instance that was started last do."""
    await connection.execute(
        "insert into places_in_use (digest, started_at) values ($1, $2) on conflict (single) do update"
        " set digest = excluded.digest, started_at = excluded.started_at"
        " where excluded.started_at > places_in_use.started_at",
        digest,
        started_at,
    )
    return bool(await connection.fetchval("select digest = $1 from places_in_use", digest))


async def events_to_resolve(connection: Connection, digest: str, after: UUID, limit: int) -> list[UUID]:
    """Ids, sorted and after ``after``, of events in the calendar whose places were resolved by other places."""
    rows = await connection.fetch(
        "select id from event where id > $2 and places_digest is distinct from $1 and visibility <> 'withdrawn'"
        " order by id limit $3",
        digest,
        after,
        limit,
    )
    return [row["id"] for row in rows]


async def save_partners(connection: Connection, partners: Iterable[Partner], now: datetime) -> None:
    """Insert or replace partners."""
    await connection.executemany(
        "insert into partner (id, version, name, trusted, active, updated_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (id) do update set version = excluded.version, name = excluded.name,"
        " trusted = excluded.trusted, active = excluded.active, updated_at = excluded.updated_at",
        [(p.id, p.version, p.name, p.trusted, p.active, now) for p in partners],
    )


async def save_events(connection: Connection, events: Sequence[Event]) -> None:
    """Insert or replace events, all in one statement."""
    await connection.execute(
        "insert into event (id, partner, uid, version, sequence, visibility, content, expanded_until, created_at,"
        " updated_at, refused_because, places_digest) select * from unnest($1::uuid[], $2::text[], $3::text[],"
        " $4::int[], $5::int[], $6::text[], $7::jsonb[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],"
        " $11::text[], $12::text[])"
        " on conflict (id) do update set version = excluded.version, sequence = excluded.sequence,"
        " visibility = excluded.visibility, content = excluded.content, expanded_until = excluded.expanded_until,"
        " updated_at = excluded.updated_at, refused_because = excluded.refused_because,"
        " places_digest = excluded.places_digest",
        [event.id for event in events],
        [event.partner for event in events],
        [event.uid for event in events],
        [event.version for event in events],
        [event.sequence for event in events],
        [event.visibility for event in events],
        [orjson.dumps(event.content).decode() for event in events],
        [event.expanded_until for event in events],
        [event.created_at for event in events],
        [event.updated_at for event in events],
        [event.refused_because for event in events],
        [event.places_digest for event in events],
    )


def _event(row: Any) -> Event:
    fields = dict(row)
    fields["content"] = orjson.loads(fields["content"])
    for name in ("created_at", "updated_at", "expanded_until"):
        fields[name] = fields[name].astimezone(UTC) if fields[name] else None
    return Event(**fields)
