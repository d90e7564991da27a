"""Every SQL statement about an organisation's year."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from shared.db import Connection


async def meetings(
    connection: Connection, organisation: str, begin: datetime, end: datetime
) -> Sequence[asyncpg.Record]:
    """``id``, ``title`` (null unless everyone may see the meeting), ``kind``, ``starts_at`` (as written) and
    ``presence`` of the meetings in which it took part, oldest first."""
    return await connection.fetch(
        "select m.id, case when m.is_public then m.document ->> 'title' end as title, m.document ->> 'kind' as kind,"
        " m.document ->> 'starts_at' as starts_at, a.presence"
        " from attendance a join member_fact m on m.id = a.meeting and m.kind = 'meeting'"
        " where a.organisation = $1 and a.at >= $2 and a.at < $3 and a.presence in ('present', 'online')"
        " order by a.at, m.id",
        organisation,
        begin,
        end,
    )


async def contributions(
    connection: Connection, organisation: str, begin: datetime, end: datetime
) -> Sequence[asyncpg.Record]:
    """``id``, ``title``, ``kind`` and ``on`` (as written) of its confirmed contributions, oldest first."""
    return await connection.fetch(
        "select id, document ->> 'title' as title, document ->> 'kind' as kind, document ->> 'on' as on"
        " from member_fact where kind = 'contribution' and document ->> 'organisation' = $1"
        " and status = 'confirmed' and at >= $2 and at < $3 order by at, id",
        organisation,
        begin,
        end,
    )


async def events(connection: Connection, organisation: str, begin: datetime, end: datetime) -> Sequence[asyncpg.Record]:
    """``id``, ``title``, ``topics`` (JSON), ``first``, ``times`` and ``towns`` (JSON: pairs of key and name) of its
    public events that took place, by their first time."""
    return await connection.fetch(
        "select e.id::text as id, e.document ->> 'title' as title, e.document -> 'topics' as topics, o.first, o.times,"
        " o.towns from event e join (select event, min(starts_at) as first, count(*)::int as times,"
        " jsonb_agg(distinct jsonb_build_array(ags, municipality)) as towns from occurrence"
        " where organisers && array[$1::text] and status not in ('cancelled', 'postponed')"
        " and starts_at >= $2 and starts_at < $3 group by event) o on o.event = e.id order by o.first, e.id",
        organisation,
        begin,
        end,
    )
