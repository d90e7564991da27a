"""Who is asking, by the API key or session token of a request, and what that opens."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request

from services.gateway.common.access import key_store, sessions
from services.gateway.common.access.keys import OFFICE, id_of, matches
from services.gateway.common.context import Context
from services.gateway.common.http.problems import ProblemError, reason
from shared import db
from shared.clock import utc_now

_CHALLENGE: Final = 'Bearer realm="buendnisbus"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request. ``owner``: an organisation's id or ``office``; ``key``: id of the API key, also of the one
    with which a session began."""

    owner: str
    scopes: tuple[str, ...]
    key: str | None

    @property
    def is_office(self) -> bool:
        """Whether it is the office."""
        return self.owner == OFFICE

    def may_act_for(self, organisation: str) -> bool:
        """An organisation acts for itself; the office for all."""
        return self.owner in (organisation, OFFICE)


async def authenticate(request: Request, parts: Context, scope: str) -> Caller:
    """Who sent ``request``.

    Raises:
        ProblemError: 401 without a key or session that is known and live, 403 where it lacks ``scope``.
    """
    return await identify(parts, bearer_token(request), scope)


def bearer_token(request: Request) -> str:
    """The API key or session token that came with ``request`` (RFC 6750, 2.1).

    Raises:
        ProblemError: 401, there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized("key-missing", "needs to be: Bearer <API key>")
    return token.strip()


async def authenticate_owner(
    request: Request, parts: Context, scope: str, organisation: str, *, field: str = "partner"
) -> None:
    """Let nobody but ``organisation`` and the office pass; ``field`` names it in the path.

    Raises:
        ProblemError: 401 and 403 as ``authenticate`` and ``check_owner``.
    """
    check_owner(await authenticate(request, parts, scope), organisation, field=field)


async def caller_if_any(request: Request, parts: Context, scope: str) -> Caller | None:
    """Who sent ``request``, where a key came with it; problems as ``authenticate``."""
    return await authenticate(request, parts, scope) if "authorization" in request.headers else None


async def identify(parts: Context, credential: str, scope: str | None) -> Caller:
    """Who holds this API key or session token; ``scope`` None: whatever it opens.

    Raises:
        ProblemError: 401 where it is not known or not live, 403 where it lacks ``scope``.
    """
    is_session = credential.startswith(sessions.PREFIX)
    caller = await (_by_session(parts, credential) if is_session else _by_key(parts, credential))
    is_enough = scope is None or OFFICE in caller.scopes or scope in caller.scopes
    # What is the office's own is never opened by the key of an organisation, whatever scope it was given.
    if not is_enough or (scope == OFFICE and caller.owner != OFFICE):
        raise ProblemError(403, reason("authorization", "scope-missing", "lacks the scope {scope}", scope=str(scope)))
    return caller


async def _by_session(parts: Context, token: str) -> Caller:
    async with db.reading(parts.pool) as connection:
        session = await sessions.find(connection, parts.settings, token, utc_now())
    if session is None:
        raise unauthorized("session-over", "holds the token of a session that is over")
    return Caller(session.owner, session.scopes, session.key)


async def _by_key(parts: Context, key: str) -> Caller:
    key_id = id_of(key)
    stored = None
    if key_id is not None:
        async with db.reading(parts.pool) as connection:
            stored = await key_store.find(connection, key_id)
            if stored is not None:
                await key_store.note_use(connection, key_id)
    if stored is None or not matches(stored, key, parts.settings.key_pepper.get_secret_value()):
        raise unauthorized("key-unknown", "is not a key known here")
    if not stored.is_live(utc_now()):
        raise unauthorized("key-expired", "holds a key that has expired or was revoked")
    return Caller(stored.owner, stored.scopes, stored.id)


def unauthorized(code: str, sentence: str, *, field: str = "authorization") -> ProblemError:
    """401: what came along opens nothing; ``field`` names where it stood."""
    return ProblemError(401, reason(field, code, sentence), headers={"WWW-Authenticate": _CHALLENGE})


def check_owner(caller: Caller, organisation: str | None, *, field: str = "partner") -> None:
    """Nobody acts for another organisation; None is for what concerns none. ``field`` names it in the path.

    Raises:
        ProblemError: 403.
    """
    if organisation is not None and not caller.may_act_for(organisation):
        raise ProblemError(403, reason(field, "owner-differs", "is not the organisation this key belongs to"))
