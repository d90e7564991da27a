"""Every SQL statement about sign-in links and sessions. Only hashes of what opens them are stored."""

from dataclasses import dataclass
from datetime import datetime

from shared.db import Connection


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Who is signed in until when. ``key``: id of the API key with which it began, None where a link did."""

    owner: str
    scopes: tuple[str, ...]
    key: str | None
    expires_at: datetime


async def add_link(connection: Connection, link: bytes, expires_at: datetime) -> None:
    """Remember a sign-in link."""
    await connection.execute("insert into office_sign_in (hash, expires_at) values ($1, $2)", link, expires_at)


async def use_link(connection: Connection, link: bytes, now: datetime) -> bool:
    """Use a sign-in link up; whether it was there and had not expired."""
    return bool(
        await connection.fetchval(
            "delete from office_sign_in where hash = $1 and expires_at > $2 returning true", link, now
        )
    )


async def begin(connection: Connection, session: bytes, of: StoredSession, now: datetime) -> None:
    """Begin a session."""
    await connection.execute(
        "insert into session (hash, owner, scopes, key, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        session,
        of.owner,
        list(of.scopes),
        of.key,
        now,
        of.expires_at,
    )


async def find(connection: Connection, session: bytes, now: datetime) -> StoredSession | None:
    """A session that was begun and has neither ended nor expired, nor the key with which it began."""
    row = await connection.fetchrow(
        "select s.owner, s.scopes, s.key, s.expires_at from session s left join api_key k on k.id = s.key"
        " where s.hash = $1 and s.expires_at > $2 and (s.key is null"
        " or (k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)))",
        session,
        now,
    )
    return StoredSession(row["owner"], tuple(row["scopes"]), row["key"], row["expires_at"]) if row else None


async def end(connection: Connection, session: bytes) -> None:
    """End a session."""
    await connection.execute("delete from session where hash = $1", session)


async def end_all_of(connection: Connection, owner: str) -> int:
    """End all sessions of an owner; returns how many there were."""
    return len(await connection.fetch("delete from session where owner = $1 returning 1", owner))


async def void_links(connection: Connection) -> None:
    """Void all sign-in links that were not used, which are the office's."""
    await connection.execute("delete from office_sign_in")


async def forget(connection: Connection, now: datetime) -> None:
    """Remove what has expired."""
    await connection.execute("delete from office_sign_in where expires_at <= $1", now)
    await connection.execute("delete from session where expires_at <= $1", now)
