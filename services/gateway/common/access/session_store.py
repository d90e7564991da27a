"""Every SQL statement about sign-in links and sessions of the office. Only hashes of what opens them are stored."""

from datetime import datetime

from shared.db import Connection


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


async def begin(connection: Connection, session: bytes, now: datetime, expires_at: datetime) -> None:
    """Begin a session."""
    await connection.execute(
        "insert into office_session (hash, created_at, expires_at) values ($1, $2, $3)", session, now, expires_at
    )


async def is_open(connection: Connection, session: bytes, now: datetime) -> bool:
    """Whether a session was begun, and has neither ended nor expired."""
    return bool(
        await connection.fetchval("select true from office_session where hash = $1 and expires_at > $2", session, now)
    )


async def end(connection: Connection, session: bytes) -> None:
    """End a session."""
    await connection.execute("delete from office_session where hash = $1", session)


async def end_all(connection: Connection) -> int:
    """End all sessions and void all links that were not used; returns how many sessions there were."""
    await connection.execute("delete from office_sign_in")
    return len(await connection.fetch("delete from office_session returning 1"))


async def forget(connection: Connection, now: datetime) -> None:
    """Remove what has expired."""
    await connection.execute("delete from office_sign_in where expires_at <= $1", now)
    await connection.execute("delete from office_session where expires_at <= $1", now)
