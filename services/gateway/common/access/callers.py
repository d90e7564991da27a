"""Who is asking, by the key of a request, and what that key opens."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request

from services.gateway.common.access import key_store
from services.gateway.common.access.keys import OFFICE, id_of, matches
from services.gateway.common.context import Context
from services.gateway.common.http.problems import ProblemError, reason
from shared import db
from shared.clock import utc_now

_CHALLENGE: Final = 'Bearer realm="buendnisbus"'


@dataclass(frozen=True, slots=True)
class Caller:
    """Who holds the key of a request. ``owner``: an organisation's id or ``office``."""

    owner: str
    scopes: tuple[str, ...]

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
        ProblemError: 401 without a key that is known and live, 403 where it lacks ``scope``.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        missing = reason("authorization", "key-missing", "needs to be: Bearer <API key>")
        raise ProblemError(401, missing, headers={"WWW-Authenticate": _CHALLENGE})
    return await identify(parts, key.strip(), scope)


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


async def identify(parts: Context, key: str, scope: str) -> Caller:
    """Who holds ``key``.

    Raises:
        ProblemError: 401 where it is not known or not live, 403 where it lacks ``scope``.
    """
    challenge = {"WWW-Authenticate": _CHALLENGE}
    key_id = id_of(key)
    stored = None
    if key_id is not None:
        async with db.reading(parts.pool) as connection:
            stored = await key_store.find(connection, key_id)
            if stored is not None:
                await key_store.note_use(connection, key_id)
    if stored is None or not matches(stored, key, parts.settings.key_pepper.get_secret_value()):
        raise ProblemError(401, reason("authorization", "key-unknown", "is not a key known here"), headers=challenge)
    if not stored.is_live(utc_now()):
        expired = reason("authorization", "key-expired", "holds a key that has expired or was revoked")
        raise ProblemError(401, expired, headers=challenge)
    caller = Caller(stored.owner, stored.scopes)
    is_enough = OFFICE in caller.scopes or scope in caller.scopes
    # What is the office's own is never opened by the key of an organisation, whatever scope it was given.
    if not is_enough or (scope == OFFICE and caller.owner != OFFICE):
        raise ProblemError(403, reason("authorization", "scope-missing", "lacks the scope {scope}", scope=scope))
    return caller


def check_owner(caller: Caller, organisation: str | None, *, field: str = "partner") -> None:
    """Nobody acts for another organisation; None is for what concerns none. ``field`` names it in the path.

    Raises:
        ProblemError: 403.
    """
    if organisation is not None and not caller.may_act_for(organisation):
        raise ProblemError(403, reason(field, "owner-differs", "is not the organisation this key belongs to"))
