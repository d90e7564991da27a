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


async def count_waiting_members(connection: Connection) -> int:
    """How much waits about members: applications, members whose activity proposes passive, reported contributions."""
    return int(
        await connection.fetchval(
            "select (select count(*) from member_fact where kind = 'organisation'"
            " and (status = 'applied' or document ->> 'proposed' is not null))"
            " + (select count(*) from member_fact where kind = 'contribution' and status = 'reported')"
        )
    )


async def latest_meetings_of(connection: Connection, organisation: str, limit: int) -> Sequence[asyncpg.Record]:
    """``id``, ``title``, ``starts_at`` (as written) and ``presence`` of the meetings that were held last, the latest
    first; ``presence`` is null where nothing is recorded of this organisation."""
    return await connection.fetch(
        "select m.id, m.document ->> 'title' as title, m.document ->> 'starts_at' as starts_at, a.presence"
        " from member_fact m left join attendance a on a.meeting = m.id and a.organisation = $1"
        " where m.kind = 'meeting' and m.status = 'held' order by m.at desc, m.id desc limit $2",
        organisation,
        limit,
    )


async def list_organisations(connection: Connection, *, members: bool) -> Sequence[asyncpg.Record]:
    """``id``, ``name`` and ``is_member`` of all organisations that have ever applied, or of members alone, by name."""
    return await connection.fetch(
        "select id, document ->> 'name' as name, status in ('active', 'passive') as is_member from member_fact"
        " where kind = 'organisation' and (not $1 or status in ('active', 'passive')) order by name, id",
        members,
    )


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
