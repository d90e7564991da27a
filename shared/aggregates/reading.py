"""Aggregates read from outside of the service that has them, as its commands do, each time by a short connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from shared import db
from shared.aggregates import store
from shared.aggregates.state import Aggregates, F
from shared.clock import rfc3339


@asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[db.Connection]:
    """A connection of its own to read by."""
    async with db.create_pool(database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        yield connection


async def list_all(database_url: str, aggregates: Aggregates, model: type[F]) -> list[F]:
    """All aggregates of one kind, by id."""
    async with connected(database_url) as connection:
        return await store.read_all(connection, aggregates, model)


async def read_one(database_url: str, aggregates: Aggregates, model: type[F], id_: str) -> F | None:
    """One aggregate; None: there is none."""
    async with connected(database_url) as connection:
        return await store.read_one(connection, aggregates, model, id_)


async def list_erased(database_url: str) -> list[dict[str, Any]]:
    """What was erased, the latest first: ``id``, ``kind``, ``erased_at``, ``repeated_at``; nothing else is known."""
    async with connected(database_url) as connection:
        rows = await store.list_erased(connection)
    return [
        {
            "id": row["id"],
            "kind": row["kind"],
            "erased_at": rfc3339(row["erased_at"]),
            "repeated_at": rfc3339(row["repeated_at"]) if row["repeated_at"] else None,
        }
        for row in rows
    ]
