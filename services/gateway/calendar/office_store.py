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


async def count_waiting(connection: Connection) -> dict[str, int]:
    """How many ``events`` wait for the office."""
    return {"events": await connection.fetchval("select count(*) from event where visibility = 'waiting'")}
