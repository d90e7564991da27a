"""Every SQL statement that all kinds of aggregates share: their locks, their states, who was erased.

A kind has a table ``(id, version, state)``, with generated columns beside the state by which it is searched; a database
with erasures has ``erased (id, kind, erased_at, repeated_at)``.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final
from zlib import crc32

import asyncpg

from shared.aggregates.state import Aggregates, F, Fact, Key
from shared.contracts.base import Contract
from shared.db import Connection

LOCK_CLASS: Final = 0x0B06  # the first key of the locks; the second is a bucket
_BUCKETS: Final = 1_024  # so many locks at most, however many aggregates a batch is about
BEFORE: Final = 0
"""The bucket of what is locked before aggregates are."""
AFTER: Final = 1 + _BUCKETS
"""The bucket of what is locked after them."""


async def lock_bucket(connection: Connection, bucket: int) -> None:
    """Wait until nobody else holds ``BEFORE`` or ``AFTER``, and hold it until commit."""
    await connection.execute("select pg_advisory_xact_lock($1, $2)", LOCK_CLASS, bucket)


async def lock(connection: Connection, keys: Iterable[Key]) -> None:
    """Let nobody else decide on these aggregates until commit, whether they are there yet or not."""
    # By the id alone: of two that want it for something new, the second sees what it stands for.
    buckets = sorted({1 + crc32(id_.encode()) % _BUCKETS for _, id_ in keys})
    await connection.execute(
        "select pg_advisory_xact_lock($1, bucket) from unnest($2::int[]) as bucket", LOCK_CLASS, buckets
    )


async def read(connection: Connection, aggregates: Aggregates, model: type[F], ids: Collection[str]) -> list[F]:
    """Aggregates of one kind by id; those that are not there are missing."""
    rows = await connection.fetch(
        f"select state from {aggregates[model].table} where id = any($1::text[])", sorted(ids)
    )
    return [model.model_validate_json(row["state"]) for row in rows]


async def read_one(connection: Connection, aggregates: Aggregates, model: type[F], id_: str) -> F | None:
    """One aggregate; None: there is none."""
    found = await read(connection, aggregates, model, [id_])
    return found[0] if found else None


async def read_keys(connection: Connection, aggregates: Aggregates, keys: Iterable[Key]) -> dict[Key, Fact]:
    """Aggregates by key, a statement for each kind; those that are not there are missing."""
    facts: dict[Key, Fact] = {}
    for _, group in groupby(sorted(keys, key=_by_model), key=_by_model):
        named = list(group)
        model: type[Contract] = named[0][0]
        for fact in await read(connection, aggregates, model, {id_ for _, id_ in named}):
            facts[model, fact.id] = fact  # type: ignore[attr-defined]  # all that are kept are facts
    return facts


async def read_all(connection: Connection, aggregates: Aggregates, model: type[F]) -> list[F]:
    """All aggregates of one kind, by id."""
    rows = await connection.fetch(f"select state from {aggregates[model].table} order by id")
    return [model.model_validate_json(row["state"]) for row in rows]


async def tables_of(connection: Connection, aggregates: Aggregates, ids: Collection[str]) -> dict[str, str]:
    """In which table of public aggregates each of these ids stands; those that stand in none are missing."""
    rows = await connection.fetch(
        " union all ".join(
            f"select id, '{table}' as name from {table} where id = any($1::text[])"
            for table in (one.table for one in aggregates.values() if one.is_public)
        ),
        sorted(ids),
    )
    return {row["id"]: row["name"] for row in rows}


async def save(connection: Connection, aggregates: Aggregates, model: type[Contract], facts: Sequence[Fact]) -> None:
    """Insert or replace aggregates of one kind, all in one statement."""
    await connection.execute(
        f"insert into {aggregates[model].table} (id, version, state)"
        " select * from unnest($1::text[], $2::int[], $3::jsonb[])"
        " on conflict (id) do update set version = excluded.version, state = excluded.state",
        [fact.id for fact in facts],
        [fact.version for fact in facts],
        [fact.model_dump_json() for fact in facts],
    )


async def delete(connection: Connection, aggregates: Aggregates, model: type[Contract], ids: Collection[str]) -> None:
    """Remove aggregates of one kind."""
    await connection.execute(f"delete from {aggregates[model].table} where id = any($1::text[])", sorted(ids))


async def known_erased(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these ids were erased before."""
    rows = await connection.fetch("select id from erased where id = any($1::text[])", sorted(ids))
    return {row["id"] for row in rows}


async def remember_erased(connection: Connection, erased: Collection[tuple[str, str]], now: datetime) -> None:
    """Keep ``(id, kind)`` of what was erased; its tombstone is to be repeated, also where it was before."""
    await connection.execute(
        "insert into erased (id, kind, erased_at)"
        " select id, kind, $3 from unnest($1::text[], $2::text[]) as new (id, kind)"
        " on conflict (id) do update set erased_at = excluded.erased_at, repeated_at = null",
        [id_ for id_, _ in erased],
        [kind for _, kind in erased],
        now,
    )


async def repeat_erased(connection: Connection, before: datetime, now: datetime, most: int) -> list[tuple[str, str]]:
    """``(id, kind)`` of at most ``most`` that were erased before a time; they count as repeated with that."""
    rows = await connection.fetch(
        "update erased set repeated_at = $2 where id in"
        " (select id from erased where repeated_at is null and erased_at < $1"
        "  order by erased_at limit $3 for update skip locked) returning id, kind",
        before,
        now,
        most,
    )
    return [(row["id"], row["kind"]) for row in rows]


async def list_erased(connection: Connection) -> list[asyncpg.Record]:
    """``id``, ``kind``, ``erased_at`` and ``repeated_at`` of all that was erased, the latest first."""
    return await connection.fetch("select id, kind, erased_at, repeated_at from erased order by erased_at desc, id")


def _by_model(key: Key) -> str:
    return key[0].__name__
