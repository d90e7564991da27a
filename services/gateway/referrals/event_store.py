"""Coming events around a place, for whoever asks or worries: the SQL statement about them."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from shared.circle import Circle
from shared.db import Connection


async def list_coming(
    connection: Connection, *, within: Circle, topics: Sequence[str], since: datetime, before: datetime, most: int
) -> Sequence[asyncpg.Record]:
    """The next occurrence of each public event that is about one of ``topics`` (none: any) and lies in the box around
    ``within``, those that are easy to come to first: ``base`` and ``times``, which together are its item as JSON,
    ``low_threshold``, ``starts_at``, ``latitude``, ``longitude``."""
    south, north, west, east = within.box()
    return await connection.fetch(
        "select * from (select distinct on (o.event) coalesce(o.base, e.base) as base, o.times, o.low_threshold,"
        " o.starts_at, o.latitude, o.longitude, o.id from occurrence o join event e on e.id = o.event"
        " where o.last_moment >= $1 and o.starts_at < $2 and o.status <> 'cancelled'"
        " and ($3::text[] = '{}' or o.topics && $3) and o.latitude between $4 and $5 and o.longitude between $6 and $7"
        " order by o.event, o.starts_at, o.id) found order by low_threshold desc, starts_at, id limit $8",
        since,
        before,
        list(topics),
        south,
        north,
        west,
        east,
        most,
    )
