"""Every SQL statement that writes the views of members, and those that read one thing of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from shared.db import Connection

Kind = Literal["organisation", "meeting", "contribution", "training", "multiplier", "goal", "charter"]
PrivateKind = Literal["person", "minutes"]
_ERASED_FROM = {"multiplier": "member_fact", "person": "private_fact"}
# No label holds a line break: contracts allow none in a word.
_BETWEEN = "\n"


class FactRow(NamedTuple):
    """A row of ``member_fact``. ``document``: the fact as JSON; ``at``: by which it is sorted, where it has a time."""

    kind: Kind
    id: str
    version: int
    document: str
    updated_at: datetime
    at: datetime | None
    labels: Sequence[str] = ()
    covers: Sequence[str] = ()


class PrivateRow(NamedTuple):
    """A row of ``private_fact``."""

    kind: PrivateKind
    id: str
    version: int
    document: str
    updated_at: datetime


async def upsert_facts(connection: Connection, rows: Sequence[FactRow]) -> None:
    """Store what is newer than the view and was not erased since, with who took part in meetings."""
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
    if meetings := [row["id"] for row in newer if row["kind"] == "meeting"]:
        await _replace_attendance(connection, meetings)


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
    connection: Connection, kind: Literal["person", "multiplier"], erasures: Sequence[tuple[str, datetime]]
) -> None:
    """Remove what is shown of these, and remember until when no record of them counts.

    That is not before the newest one that was shown: a clock that is behind must not let it come back.
    """
    ids, moments = [id_ for id_, _ in erasures], [at for _, at in erasures]
    await connection.execute(
        f"with gone as (delete from {_ERASED_FROM[kind]} where kind = $1 and id = any($2::text[])"
        " returning id, updated_at)"
        " insert into erased (kind, id, erased_at) select $1, new.id, greatest(new.at, gone.updated_at)"
        " from unnest($2::text[], $3::timestamptz[]) as new (id, at) left join gone on gone.id = new.id"
        " on conflict (id, kind) do update set erased_at = greatest(erased.erased_at, excluded.erased_at)",
        kind,
        ids,
        moments,
    )


async def read_fact(connection: Connection, kind: Kind, id_: str) -> str | None:
    """A fact as JSON, None where there is none: whether it is public is not asked here."""
    document: str | None = await connection.fetchval(
        "select document from member_fact where kind = $1 and id = $2", kind, id_
    )
    return document


async def read_public(connection: Connection, kind: Kind, id_: str) -> str | None:
    """A fact as JSON that everyone may see, None where there is none."""
    document: str | None = await connection.fetchval(
        "select document from member_fact where kind = $1 and id = $2 and is_public", kind, id_
    )
    return document


async def read_private(connection: Connection, kind: PrivateKind, id_: str) -> str | None:
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


async def _replace_attendance(connection: Connection, meetings: Sequence[str]) -> None:
    await connection.execute("delete from attendance where meeting = any($1::text[])", meetings)
    await connection.execute(
        "insert into attendance (organisation, meeting, at, presence)"
        " select a ->> 'organisation', m.id, m.at, a ->> 'presence' from member_fact m,"
        " jsonb_array_elements(m.document -> 'attendance') a"
        " where m.kind = 'meeting' and m.status = 'held' and m.id = any($1::text[]) on conflict do nothing",
        meetings,
    )


async def erased(connection: Connection, kind: PrivateKind) -> list[tuple[str, datetime]]:
    """Ids of all of this kind that were erased, with the time of it, the latest first."""
    rows = await connection.fetch("select id, erased_at from erased where kind = $1 order by erased_at desc, id", kind)
    return [(row["id"], row["erased_at"]) for row in rows]
