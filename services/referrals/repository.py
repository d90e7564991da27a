"""The SQL statements of the service, but those that all aggregates share (``shared.aggregates.store``)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import asyncpg

from services.referrals.domain.trends import WeekCount
from shared.aggregates import store
from shared.db import Connection
from shared.routing.network import Load


async def lock_routing(connection: Connection) -> None:
    """Wait until nobody else chooses networks, and keep it so until commit; after aggregates are locked.

    Who is chosen depends on the loads of all networks, so that choices are made one batch after the other.
    """
    await store.lock_bucket(connection, store.AFTER)


async def read_loads(connection: Connection) -> dict[str, Load]:
    """The loads of all networks that were ever asked."""
    rows = await connection.fetch("select network, open, last_asked from load")
    return {row["network"]: Load(row["open"], row["last_asked"]) for row in rows}


async def save_loads(connection: Connection, loads: Mapping[str, Load]) -> None:
    """Store the loads of these networks."""
    names = sorted(loads)
    await connection.execute(
        "insert into load (network, open, last_asked) select * from unnest($1::text[], $2::int[], $3::timestamptz[])"
        " on conflict (network) do update set open = excluded.open, last_asked = excluded.last_asked",
        names,
        [loads[name].open for name in names],
        [loads[name].last_asked for name in names],
    )


async def requests_reached_by(connection: Connection, addresses: Collection[str]) -> list[tuple[str, str]]:
    """``(address, id)`` of the requests whose person has one of these e-mail addresses or numbers (digits alone)."""
    rows = await connection.fetch(
        "select email as address, id from person where email = any($1::text[])"
        " union all select phone, id from person where phone = any($1::text[])",
        sorted(addresses),
    )
    return [(row["address"], row["id"]) for row in rows]


async def due(connection: Connection, at: str, most: int) -> list[str]:
    """Ids of at most ``most`` requests with which something is to happen by ``at`` (RFC 3339 UTC), the longest due
    first."""
    rows = await connection.fetch("select id from referral where next_at <= $1 order by next_at, id limit $2", at, most)
    return [row["id"] for row in rows]


async def concerns_due(connection: Connection, at: str, counted_until: str, most: int) -> list[str]:
    """The same of worries whose words are to be forgotten, of those that were written before ``counted_until``."""
    rows = await connection.fetch(
        "select id from concern where next_at <= $1 and state ->> 'created_at' < $2 order by next_at, id limit $3",
        at,
        counted_until,
        most,
    )
    return [row["id"] for row in rows]


async def first_concern(connection: Connection) -> str | None:
    """When the first worry was written (RFC 3339 UTC); None: there is none."""
    first: str | None = await connection.fetchval("select min(state ->> 'created_at') from concern")
    return first


async def counted_weeks(connection: Connection) -> list[date]:
    """The Mondays of the weeks whose worries were counted, the latest last."""
    return [row["monday"] for row in await connection.fetch("select monday from counted_week order by monday")]


async def last_counted_week(connection: Connection) -> date | None:
    """The Monday of the last week whose worries were counted; None: none was."""
    last: date | None = await connection.fetchval("select max(monday) from counted_week")
    return last


async def claim_week(connection: Connection, monday: date) -> bool:
    """Whether the week from ``monday`` on is to be counted here: nobody else has, or does until this is committed."""
    claimed = await connection.fetchval(
        "insert into counted_week (monday) values ($1) on conflict do nothing returning true", monday
    )
    return bool(claimed)


async def count_concerns(connection: Connection, monday: date, since: str, start: str, end: str) -> None:
    """Count the senders of a week by topic and municipality; it goes from ``start`` to before ``end`` (RFC 3339 UTC).

    Whoever has written about a topic since ``since`` already is not counted once more; the place is that of what came
    first. What was deleted again is not counted.
    """
    await connection.execute(
        "insert into concern_count (monday, topic, ags, number)"
        " select $1, topic, ags, count(*) from ("
        "  select distinct on (topic, who) topic, ags, at from ("
        "   select topic, coalesce(sender, id) as who, state ->> 'ags' as ags, state ->> 'created_at' as at, id"
        "   from concern, jsonb_array_elements_text(state -> 'topics') as topic"
        "   where state ->> 'created_at' >= $2 and state ->> 'created_at' < $4 and state ->> 'words_version' <> '0'"
        "  ) written order by topic, who, at, id"
        " ) first where at >= $3 group by topic, ags",
        monday,
        since,
        start,
        end,
    )


async def list_counts(connection: Connection) -> list[WeekCount]:
    """What was counted, by week, topic and municipality."""
    rows = await connection.fetch("select monday, topic, ags, number from concern_count order by monday, topic, ags")
    return [WeekCount(*row) for row in rows]


async def forget_weeks(connection: Connection, before: date) -> None:
    """Remove what was counted in weeks before the one from this Monday on."""
    await connection.execute("delete from counted_week where monday < $1", before)


async def waiting(connection: Connection, most: int) -> list[str]:
    """Ids of at most ``most`` requests that wait for a network, in the order in which they came."""
    rows = await connection.fetch(
        "select id from referral where status = 'waiting' order by state ->> 'created_at', id limit $1", most
    )
    return [row["id"] for row in rows]


async def forget_concerns(connection: Connection, before: str) -> None:
    """Remove worries that were written before then (RFC 3339 UTC)."""
    await connection.execute("delete from concern where state ->> 'created_at' < $1", before)


async def forget_ended(connection: Connection, before: str, most: int) -> int:
    """Remove at most ``most`` requests that ended before then (RFC 3339 UTC); returns how many."""
    status = await connection.execute(
        "delete from referral where id in (select id from referral where ended_at < $1 order by ended_at limit $2)",
        before,
        most,
    )
    return int(status.rsplit(" ", 1)[-1])


class NetworkRow(NamedTuple):
    """Somebody who can be asked, as the directory reads it. ``state``: the fact as JSON; None: erased for good.

    ``kind``: what the fact is about.
    """

    id: str
    version: int
    kind: str
    state: str | None


async def upsert_networks(connection: Connection, rows: Sequence[NetworkRow]) -> None:
    """Store what is newer than the view or erases; what changes is numbered in the order of commits."""
    await store.lock_bucket(connection, store.BEFORE)
    await connection.execute(
        "insert into network (id, version, kind, state, changed)"
        " select id, version, kind, state, (select coalesce(max(changed), 0) + 1 from network)"
        " from unnest($1::text[], $2::int[], $3::text[], $4::jsonb[]) as new (id, version, kind, state)"
        " on conflict (id) do update set version = excluded.version, state = excluded.state, changed = excluded.changed"
        " where network.state is not null and (network.version < excluded.version or excluded.state is null)",
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def changed_networks(connection: Connection, after: int) -> Sequence[asyncpg.Record]:
    """``changed``, ``id``, ``kind`` and ``state`` of the networks that have changed since this number."""
    return await connection.fetch(
        "select changed, id, kind, state from network where changed > $1 order by changed", after
    )


async def known_networks(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these the view knows."""
    rows = await connection.fetch("select id from network where id = any($1::text[])", sorted(ids))
    return {row["id"] for row in rows}
