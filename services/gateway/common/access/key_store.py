"""Every SQL statement about API keys."""

from datetime import datetime

import asyncpg

from services.gateway.common.access.keys import LIVE_KEYS, ApiKey
from shared.db import Connection

_COLUMNS = "id, hash, owner, scopes, note, created_at, expires_at, revoked_at"


class TooManyKeysError(ValueError):
    """An owner has as many live keys as are needed to change from one to the next."""


async def find(connection: Connection, key_id: str) -> ApiKey | None:
    """The key of this id, live or not."""
    row = await connection.fetchrow(f"select {_COLUMNS} from api_key where id = $1", key_id)
    return _key(row) if row else None


async def note_use(connection: Connection, key_id: str) -> None:
    """Remember that a key is in use, to the hour."""
    await connection.execute(
        "update api_key set used_at = now() where id = $1 and (used_at is null or used_at < now() - interval '1 hour')",
        key_id,
    )


async def insert(connection: Connection, key: ApiKey, now: datetime) -> None:
    """Store a new key.

    Raises:
        TooManyKeysError: its owner has two live keys already; revoke one first.
    """
    await connection.execute("select pg_advisory_xact_lock(hashtext($1))", f"api_key {key.owner}")
    live = await connection.fetchval(
        "select count(*) from api_key"
        " where owner = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
        key.owner,
        now,
    )
    if live >= LIVE_KEYS:
        raise TooManyKeysError(f"{key.owner} has {live} live keys; revoke one first")
    await connection.execute(
        f"insert into api_key ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        key.id,
        key.hash,
        key.owner,
        list(key.scopes),
        key.note,
        key.created_at,
        key.expires_at,
        key.revoked_at,
    )


async def list_keys(connection: Connection, owner: str | None = None) -> list[tuple[ApiKey, datetime | None]]:
    """Keys with the hour of their last use, by owner, oldest first."""
    rows = await connection.fetch(
        f"select {_COLUMNS}, used_at from api_key where $1::text is null or owner = $1 order by owner, created_at",
        owner,
    )
    return [(_key(row), row["used_at"]) for row in rows]


async def revoke(connection: Connection, *, key_id: str | None = None, owner: str | None = None) -> list[str]:
    """Make a key, or all of an owner's, void at once; returns the ids that were live."""
    rows = await connection.fetch(
        "update api_key set revoked_at = now() where revoked_at is null"
        " and ($1::text is null or id = $1) and ($2::text is null or owner = $2) and ($1 is not null or $2 is not null)"
        " returning id",
        key_id,
        owner,
    )
    return [row["id"] for row in rows]


def _key(row: asyncpg.Record) -> ApiKey:
    fields = {name: row[name] for name in _COLUMNS.split(", ")}
    return ApiKey(**{**fields, "scopes": tuple(fields["scopes"])})
