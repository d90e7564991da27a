"""Who is signed in to the office's pages: links that open a session once, cookies, and forms that are of a session.

A session opens pages only; the interface for programs takes keys alone.
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
from services.gateway.common.access.keys import hash_of
from services.gateway.settings import Settings
from shared.db import Connection

LINK_LASTS: Final = timedelta(minutes=15)
SESSION_LASTS: Final = timedelta(hours=12)


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


async def begin(connection: Connection, settings: Settings, now: datetime) -> str:
    """Begin a session of 12 hours; returns what its cookie is to hold."""
    secret = secrets.token_urlsafe(32)
    await session_store.begin(connection, _hash(secret, settings), now, now + SESSION_LASTS)
    return secret


async def current(connection: Connection, settings: Settings, request: Request, now: datetime) -> Session | None:
    """The open session whose cookie ``request`` holds."""
    secret = request.cookies.get(cookie_name(settings))
    if not secret or not await session_store.is_open(connection, _hash(secret, settings), now):
        return None
    pepper = settings.key_pepper.get_secret_value().encode()
    return Session(secret, hmac.digest(pepper, b"form " + secret.encode(), sha256).hex())


async def end(connection: Connection, settings: Settings, session: Session) -> None:
    """End a session."""
    await session_store.end(connection, _hash(session.secret, settings))


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
