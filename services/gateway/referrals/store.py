"""Requests for help and who asks: every SQL statement about them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import asyncpg

from shared.clock import rfc3339
from shared.db import Connection

LAST: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Behind all times: where requests stand that have ended."""

_DUE: Final = f"coalesce(f.at, '{LAST.isoformat()}')"
_ROWS: Final = (
    "select f.id, f.document, p.document as person, f.at from member_fact f"
    " left join private_fact p on p.id = f.id and p.kind = 'asking' where f.kind = 'referral'"
)


async def read(connection: Connection, id_: str) -> asyncpg.Record | None:
    """``document`` of a request, and ``person``: who asks, None where that was erased; None: there is none yet."""
    return await connection.fetchrow(f"{_ROWS} and f.id = $1", id_)


async def list_of(
    connection: Connection, network: str, *, states: Sequence[str], after: tuple[datetime, str] | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Requests of a network in these states, those that are due first; as ``read``."""
    return await connection.fetch(
        f"{_ROWS} and f.document ->> 'network' = $1 and f.document ->> 'state' = any($2::text[])"
        f" and ($3::timestamptz is null or ({_DUE}, f.id) > ($3, $4::text)) order by {_DUE}, f.id limit $5",
        network,
        list(states),
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )


async def list_all(
    connection: Connection,
    *,
    state: str | None,
    network: str | None,
    overdue_at: datetime | None,
    after: tuple[datetime, str] | None,
    limit: int | None,
) -> Sequence[asyncpg.Record]:
    """``id``, ``document`` and ``at`` of requests, those that are due first. ``overdue_at``: due before then;
    ``limit``: None, all of them."""
    return await connection.fetch(
        "select f.id, f.document, f.at from member_fact f where f.kind = 'referral'"
        " and ($1::text is null or f.document ->> 'state' = $1) and ($2::text is null or f.document ->> 'network' = $2)"
        " and ($3::timestamptz is null or f.at < $3)"
        f" and ($4::timestamptz is null or ({_DUE}, f.id) > ($4, $5::text)) order by {_DUE}, f.id limit $6",
        state,
        network,
        overdue_at,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )


async def count_by_state(connection: Connection) -> dict[str, int]:
    """How many requests there are in each state."""
    rows = await connection.fetch(
        "select document ->> 'state' as state, count(*) as number from member_fact where kind = 'referral'"
        " group by 1 order by 1"
    )
    return {row["state"]: row["number"] for row in rows}


async def forget_ended(connection: Connection, before: datetime) -> None:
    """Remove requests that ended before then: as long ago their topic has forgotten them, too."""
    await connection.execute(
        "delete from member_fact where kind = 'referral' and (document ->> 'ended_at') < $1", rfc3339(before)
    )


async def count_waiting(connection: Connection) -> dict[str, int]:
    """How many ``referrals`` are with the office."""
    number = await connection.fetchval(
        "select count(*) from member_fact where kind = 'referral' and document ->> 'state' = 'escalated'"
    )
    return {"referrals": int(number)}


async def count_unanswered(connection: Connection) -> dict[tuple[str, str], int]:
    """How many requests have found no network, by municipality and topic."""
    rows = await connection.fetch(
        "select document ->> 'ags' as ags, topic, count(*) as number from member_fact,"
        " jsonb_array_elements_text(document -> 'topics') as topic where kind = 'referral'"
        " and document ->> 'kind' <> 'moderator' and (document ->> 'state' in ('waiting', 'escalated')"
        " or document ->> 'closed_because' = 'nobody-found') group by 1, 2"
    )
    return {(row["ags"], row["topic"]): row["number"] for row in rows}


async def list_documents(connection: Connection) -> Sequence[str]:
    """All requests, as JSON."""
    rows = await connection.fetch("select document from member_fact where kind = 'referral'")
    return [row["document"] for row in rows]
