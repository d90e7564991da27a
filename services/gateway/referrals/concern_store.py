"""Worries and their words: every SQL statement about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from shared.db import Connection

_ROWS: Final = (
    "select f.id, f.document, f.updated_at, p.document as words from member_fact f"
    " left join private_fact p on p.id = f.id and p.kind = 'words' where f.kind = 'concern'"
)
_WAITS: Final = "f.document -> 'flags' <> '[]' and f.document ->> 'settled_at' is null"


async def read(connection: Connection, id_: str) -> asyncpg.Record | None:
    """``document`` of a worry and its ``words``, None where they were erased; None: there is none yet."""
    return await connection.fetchrow(f"{_ROWS} and f.id = $1", id_)


async def list_all(
    connection: Connection, *, waiting: bool, before: tuple[datetime, str] | None, limit: int
) -> Sequence[asyncpg.Record]:
    """Worries, the latest first; as ``read``. ``waiting``: those alone that cannot wait."""
    return await connection.fetch(
        f"{_ROWS} and (not $1 or ({_WAITS})) and ($2::timestamptz is null or (f.updated_at, f.id) < ($2, $3::text))"
        " order by f.updated_at desc, f.id desc limit $4",
        waiting,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )


async def list_trends(connection: Connection) -> Sequence[str]:
    """All trends, as JSON."""
    rows = await connection.fetch("select document from member_fact where kind = 'trend'")
    return [row["document"] for row in rows]


async def count_waiting(connection: Connection) -> dict[str, int]:
    """How many ``concerns`` cannot wait."""
    number = await connection.fetchval(f"select count(*) from member_fact f where f.kind = 'concern' and {_WAITS}")
    return {"concerns": int(number)}


async def forget_old(connection: Connection, before: datetime) -> None:
    """Remove worries that nothing has happened to since then."""
    await connection.execute("delete from member_fact where kind = 'concern' and updated_at < $1", before)
