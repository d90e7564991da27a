"""Who is signed in: links and keys that begin a session, its token, which opens what they open, and cookies of pages.

Where an API key is taken, a session's token is, too. The interface for programs takes it as a bearer token alone;
cookies are for pages.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.common.access import session_store
from services.gateway.common.access.keys import OFFICE, hash_of
from services.gateway.common.access.session_store import StoredSession
from services.gateway.settings import Settings
from shared.db import Connection

LINK_LASTS: Final = timedelta(minutes=15)
SESSION_LASTS: Final = timedelta(hours=12)
PREFIX: Final = "bs_"


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is open. ``form_token`` stands in each of its forms; another site cannot know it."""

    secret: str
    form_token: str


async def new_link(connection: Connection, settings: Settings, now: datetime) -> str:
    """An address that signs in once, within 15 minutes."""
    token = secrets.token_urlsafe(32)
    await session_store.add_link(connection, _hash(token, settings), now + LINK_LASTS)
    return f"{settings.public_url.rstrip('/')}/office/sign-in?token={token}"


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


async def current(connection: Connection, settings: Settings, request: Request, now: datetime) -> Session | None:
    """The open session whose cookie ``request`` holds."""
    secret = request.cookies.get(cookie_name(settings))
    found = await find(connection, settings, secret, now) if secret else None
    if not secret or found is None or found.owner != OFFICE:
        return None
    pepper = settings.key_pepper.get_secret_value().encode()
    return Session(secret, hmac.digest(pepper, b"form " + secret.encode(), sha256).hex())


async def end(connection: Connection, settings: Settings, token: str) -> None:
    """End the session of this token."""
    await session_store.end(connection, _hash(token, settings))


def keep(response: Response, settings: Settings, secret: str) -> None:
    """Let the browser keep a session."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, settings: Settings) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(cookie_name(settings), path="/", secure=_is_secure(settings), httponly=True, samesite="lax")


def cookie_name(settings: Settings) -> str:
    """``__Host-`` keeps other hosts of the domain from setting it; browsers take it over TLS only (RFC 6265bis)."""
    return "__Host-office" if _is_secure(settings) else "office"


def is_from_here(request: Request, settings: Settings) -> bool:
    """Whether a form was sent by a page of ours, as far as the browser says; those that say nothing are old."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = urlsplit(settings.public_url)
    return origin == f"{ours.scheme}://{ours.netloc}" or urlsplit(origin).netloc == request.headers.get("host")


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def _hash(secret: str, settings: Settings) -> bytes:
    return hash_of(secret, settings.key_pepper.get_secret_value())
