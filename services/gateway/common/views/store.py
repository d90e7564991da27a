"""Every SQL statement that writes the view that all subjects share, and those that read one thing of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shared.db import Connection

# No label holds a line break: contracts allow none in a word.
_BETWEEN = "\n"


class FactRow(NamedTuple):
    """A row of ``member_fact``. ``document``: the fact as JSON; ``at``: by which it is sorted, where it has a time."""

    kind: str
    id: str
    version: int
    document: str
    updated_at: datetime
    at: datetime | None
    labels: Sequence[str] = ()
    covers: Sequence[str] = ()


class PrivateRow(NamedTuple):
    """A row of ``private_fact``."""

    kind: str
    id: str
    version: int
    document: str
    updated_at: datetime


async def upsert_facts(connection: Connection, rows: Sequence[FactRow]) -> dict[str, list[str]]:
    """Store what is newer than the view and was not erased since; returns the ids of those by their kind."""
    newer = await connection.fetch(
        "insert into member_fact (kind, id, version, document, updated_at, at, labels, covers)"
        " select kind, id, version, document, updated_at, at,"
        " string_to_array(labels, $9), string_to_array(covers, $9)"
        " from unnest($1::text[], $2::text[], $3::int[], $4::jsonb[], $5::timestamptz[], $6::timestamptz[], $7::text[],"
        " $8::text[]) as new (kind, id, version, document, updated_at, at, labels, covers)"
        " where not exists (select from erased e where e.id = new.id and e.kind = new.kind"
        " and e.erased_at >= new.updated_at)"
        " on conflict (id, kind) do update set version = excluded.version, document = excluded.document,"
        " updated_at = excluded.updated_at, at = excluded.at, labels = excluded.labels, covers = excluded.covers"
        " where member_fact.version < excluded.version returning kind, id",
        [row.kind for row in rows],
        [row.id for row in rows],
        [row.version for row in rows],
        [row.document for row in rows],
        [row.updated_at for row in rows],
        [row.at for row in rows],
        [_BETWEEN.join(row.labels) for row in rows],
        [_BETWEEN.join(row.covers) for row in rows],
        _BETWEEN,
    )
    ids: dict[str, list[str]] = {}
    for row in newer:
        ids.setdefault(row["kind"], []).append(row["id"])
    return ids


async def upsert_private(connection: Connection, rows: Sequence[PrivateRow]) -> None:
    """Store what is newer than the view and was not erased since."""
    await connection.execute(
        "insert into private_fact (kind, id, version, document, updated_at)"
        " select kind, id, version, document, updated_at"
        " from unnest($1::text[], $2::text[], $3::int[], $4::jsonb[], $5::timestamptz[])"
        " as new (kind, id, version, document, updated_at)"
        " where not exists (select from erased e where e.id = new.id and e.kind = new.kind"
        " and e.erased_at >= new.updated_at)"
        " on conflict (id, kind) do update set version = excluded.version, document = excluded.document,"
        " updated_at = excluded.updated_at where private_fact.version < excluded.version",
        *(list(column) for column in zip(*rows, strict=True)),
    )


async def erase(
    connection: Connection, kind: str, erasures: Sequence[tuple[str, datetime]], *, is_private: bool
) -> None:
    """Remove what is shown of these, and remember until when no record of them counts.

    That is not before the newest one that was shown: a clock that is behind must not let it come back.
    """
    ids, moments = [id_ for id_, _ in erasures], [at for _, at in erasures]
    table = "private_fact" if is_private else "member_fact"
    await connection.execute(
        f"with gone as (delete from {table} where kind = $1 and id = any($2::text[])"
        " returning id, updated_at)"
        " insert into erased (kind, id, erased_at) select $1, new.id, greatest(new.at, gone.updated_at)"
        " from unnest($2::text[], $3::timestamptz[]) as new (id, at) left join gone on gone.id = new.id"
        " on conflict (id, kind) do update set erased_at = greatest(erased.erased_at, excluded.erased_at)",
        kind,
        ids,
        moments,
    )


async def read_fact(connection: Connection, kind: str, id_: str) -> str | None:
    """A fact as JSON, None where there is none: whether it is public is not asked here."""
    document: str | None = await connection.fetchval(
        "select document from member_fact where kind = $1 and id = $2", kind, id_
    )
    return document


async def read_public(connection: Connection, kind: str, id_: str) -> str | None:
    """A fact as JSON that everyone may see, None where there is none."""
    document: str | None = await connection.fetchval(
        "select document from member_fact where kind = $1 and id = $2 and is_public", kind, id_
    )
    return document


async def read_private(connection: Connection, kind: str, id_: str) -> str | None:
    """A person, or the minutes of a meeting, as JSON; None where there are none."""
    document: str | None = await connection.fetchval(
        "select document from private_fact where kind = $1 and id = $2", kind, id_
    )
    return document


async def is_member(connection: Connection, organisation: str) -> bool:
    """Whether an organisation is a member now, listed or not."""
    found = await connection.fetchval(
        "select status in ('active', 'passive') from member_fact where kind = 'organisation' and id = $1", organisation
    )
    return bool(found)


async def names(connection: Connection, organisations: Sequence[str]) -> dict[str, str]:
    """What organisations are called; of those that are no members what they are called as partners."""
    rows = await connection.fetch(
        "select id, name from partner where id = any($1::text[]) union all"
        " select id, document ->> 'name' from member_fact where kind = 'organisation' and id = any($1::text[])",
        list(organisations),
    )
    return {row["id"]: row["name"] for row in rows}


async def people_behind(connection: Connection, multipliers: Sequence[str]) -> dict[str, dict[str, str]]:
    """``id`` and ``name`` of who is in the registry under each of these ids: for the office alone."""
    rows = await connection.fetch(
        "select document ->> 'multiplier' as multiplier, id, document ->> 'name' as name from private_fact"
        " where kind = 'person' and document ->> 'multiplier' = any($1::text[])",
        list(multipliers),
    )
    return {row["multiplier"]: {"id": row["id"], "name": row["name"]} for row in rows}


async def erased(connection: Connection, kind: str) -> list[tuple[str, datetime]]:
    """Ids of all of this kind that were erased, with the time of it, the latest first."""
    rows = await connection.fetch("select id, erased_at from erased where kind = $1 order by erased_at desc, id", kind)
    return [(row["id"], row["erased_at"]) for row in rows]


async def list_all(connection: Connection, kind: str) -> Sequence[str]:
    """All facts of a kind of which there are few, as JSON, by id."""
    rows = await connection.fetch("select document from member_fact where kind = $1 order by id", kind)
    return [row["document"] for row in rows]


async def notify(connection: Connection, channel: str) -> None:
    """Tell the listeners of all instances, when this transaction commits."""
    await connection.execute("select pg_notify($1, '')", channel)


async def members_among(connection: Connection, organisations: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Of these those that are members now: name, and whether everyone may see that."""
    rows = await connection.fetch(
        "select id, document ->> 'name' as name, is_public from member_fact"
        " where kind = 'organisation' and id = any($1::text[]) and status in ('active', 'passive')",
        list(organisations),
    )
    return {row["id"]: (row["name"], row["is_public"]) for row in rows}


async def is_active_partner(connection: Connection, partner: str) -> bool:
    """Whether an organisation of this id may publish."""
    return bool(await connection.fetchval("select active from partner where id = $1", partner))


async def count_members(connection: Connection) -> int:
    """How many members there are, active and passive, listed or not."""
    return int(
        await connection.fetchval(
            "select count(*) from member_fact where kind = 'organisation' and status in ('active', 'passive')"
        )
    )
