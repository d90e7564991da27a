"""Every SQL statement of the office's own lists."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from shared.db import Connection


async def list_events(
    connection: Connection,
    visibility: str,
    *,
    partner: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> Sequence[asyncpg.Record]:
    """``updated_at``, ``id``, ``document`` and ``last_public`` (both JSON without occurrences), the oldest change
    first. ``after``: the last one of the page before."""
    return await connection.fetch(
        "select updated_at, id::text, (document - 'occurrences')::text as document,"
        " (last_public - 'occurrences')::text as last_public from event"
        " where visibility = $1 and ($2::text is null or partner = $2)"
        " and ($3::timestamptz is null or (updated_at, id) > ($3, $4::uuid)) order by updated_at, id limit $5",
        visibility,
        partner,
        after[0] if after else None,
        UUID(after[1]) if after else None,
        limit,
    )


async def read_event(connection: Connection, event: UUID) -> asyncpg.Record | None:
    """``document`` and ``last_public``, as above but with occurrences, of an event of any visibility."""
    return await connection.fetchrow(
        "select document::text, (last_public - 'occurrences')::text as last_public from event where id = $1", event
    )


async def count_events(connection: Connection, visibility: str) -> int:
    """How many events are waiting, refused, …"""
    return int(await connection.fetchval("select count(*) from event where visibility = $1", visibility))


async def list_partners(connection: Connection, partner: str | None = None) -> Sequence[asyncpg.Record]:
    """Organisations by name, or the one of this id, with how many of their events wait and are public."""
    return await connection.fetch(
        "select p.id, p.name, p.trusted, p.active, p.version, coalesce(e.waiting, 0) as waiting,"
        " coalesce(e.events, 0) as events from partner p left join"
        " (select partner, count(*) filter (where visibility = 'waiting') as waiting,"
        " count(*) filter (where visibility = 'public') as events from event"
        " where $1::text is null or partner = $1 group by partner) e on e.partner = p.id"
        " where $1::text is null or p.id = $1 order by lower(p.name), p.id",
        partner,
    )
