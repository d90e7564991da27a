"""Who is signed in: links and keys that begin a session, and its token, which opens what they open.

Where an API key is taken, a session's token is, too, as a bearer token alone: cookies are for pages.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from services.gateway.common.access import session_store
from services.gateway.common.access.keys import hash_of
from services.gateway.common.access.session_store import StoredSession
from services.gateway.settings import Settings
from shared.db import Connection

LINK_LASTS: Final = timedelta(minutes=15)
SESSION_LASTS: Final = timedelta(hours=12)
PREFIX: Final = "bs_"


async def new_link(connection: Connection, settings: Settings, now: datetime) -> str:
    """An address that signs in once, within 15 minutes."""
    token = secrets.token_urlsafe(32)
    await session_store.add_link(connection, _hash(token, settings), now + LINK_LASTS)
    return f"{settings.web_url.rstrip('/')}/office/sign-in?token={token}"


async def use_link(connection: Connection, settings: Settings, token: str, now: datetime) -> bool:
    """Use a link's token up; whether it was good."""
    return await session_store.use_link(connection, _hash(token, settings), now)


async def begin(
    connection: Connection, settings: Settings, now: datetime, *, owner: str, scopes: tuple[str, ...], key: str | None
) -> tuple[str, StoredSession]:
    """Begin a session of 12 hours with these rights; returns its token, which is shown this once.

    ``key``: id of the API key with which it begins, and ends; None where a link begins it.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    session = StoredSession(owner, scopes, key, now + SESSION_LASTS)
    await session_store.begin(connection, _hash(token, settings), session, now)
    return token, session


async def find(connection: Connection, settings: Settings, token: str, now: datetime) -> StoredSession | None:
    """The open session of this token."""
    return await session_store.find(connection, _hash(token, settings), now)


async def end(connection: Connection, settings: Settings, token: str) -> None:
    """End the session of this token."""
    await session_store.end(connection, _hash(token, settings))


def _hash(secret: str, settings: Settings) -> bytes:
    return hash_of(secret, settings.key_pepper.get_secret_value())
