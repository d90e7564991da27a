"""Every SQL statement about the view of organisations that may publish."""

from collections.abc import Sequence

import asyncpg

from shared.contracts.events import PartnerFact
from shared.db import Connection


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


async def upsert_partners(connection: Connection, partners: Sequence[PartnerFact]) -> None:
    """Store what is newer than the view."""
    await connection.executemany(
        "insert into partner (id, version, name, active, trusted) values ($1, $2, $3, $4, $5)"
        " on conflict (id) do update set version = excluded.version, name = excluded.name, active = excluded.active,"
        " trusted = excluded.trusted"
        " where partner.version < excluded.version",
        [(partner.id, partner.version, partner.name, partner.active, partner.trusted) for partner in partners],
    )
