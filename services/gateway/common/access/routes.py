"""Signing in for programs that serve people: a link or a key becomes a session, whose token opens what they open."""

from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from services.gateway.common.access import sessions
from services.gateway.common.access.callers import Caller, bearer_token, identify, unauthorized
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.access.session_store import StoredSession
from services.gateway.common.context import Context, context
from services.gateway.common.http.bodies import read_json
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.openapi.common import header
from services.gateway.common.openapi.operation import KEY, Json, described
from shared import db
from shared.clock import rfc3339, utc_now
from shared.contracts.base import field_errors
from shared.responses import respond

router = APIRouter(tags=["sessions"])

_MOST_BYTES: Final = 4_096
_OFFICE: Final = Caller(OFFICE, (OFFICE,), key=None)
Secret = Annotated[str, Field(min_length=1, max_length=200, pattern="^[!-~]+$")]


class ByLink(BaseModel):
    """Signs in with the token of a link, which works once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: Annotated[Secret, Field(description="Of a link by `buendnisbus office sign-in`.")]


class ByKey(BaseModel):
    """Signs in with an API key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[Secret, Field(description="Of an organisation or of the office.")]


class SessionDocument(BaseModel):
    """Who is signed in, as what, and until when."""

    role: Literal["office", "organisation"]
    owner: str = Field(description="`office`, or the id of an organisation.")
    scopes: list[str]
    expires_at: AwareDatetime


class NewSession(SessionDocument):
    """A session that has begun."""

    token: str = Field(description="Opens what its key opens, as `Authorization: Bearer …`; shown this once.")


_SIGN_IN: Final[Json] = {
    "schema": {"oneOf": [ByLink.model_json_schema(), ByKey.model_json_schema()]},
    "example": {"key": "bb_id_secret_checksum"},
}
_BEGUN: Final[Json] = {
    "model": NewSession,
    "description": "The session has begun.",
    "headers": {"Location": header("Location")},
}


@router.post(
    "/v1/sessions",
    status_code=201,
    operation_id="create_session",
    response_class=Response,
    responses={201: _BEGUN, 401: {"description": ""}},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": _SIGN_IN}}},
)
async def create_session(request: Request) -> Response:
    """Sign in with the token of a link, or with an API key. The session ends after 12 hours, or with its key."""
    parts, now = context(request), utc_now()
    sent = await _sign_in(request)
    caller = await identify(parts, sent.key, None) if isinstance(sent, ByKey) else _OFFICE
    async with db.transaction(parts.pool) as connection:
        if isinstance(sent, ByLink) and not await sessions.use_link(connection, parts.settings, sent.token, now):
            raise unauthorized("link-used", "belongs to no link that can still be used", field="token")
        token, session = await sessions.begin(
            connection, parts.settings, now, owner=caller.owner, scopes=caller.scopes, key=caller.key
        )
    body = orjson.dumps(_document(session) | {"token": token})
    headers = {"Location": "/v1/sessions/current", "Cache-Control": "no-store"}
    return Response(body, 201, headers, "application/json")


@router.get("/v1/sessions/current", **described("read_session", SessionDocument, scope="", problems=(404,)))
async def read_session(request: Request) -> Response:
    """Who is signed in by the token that came along."""
    parts = context(request)
    _, session = await _session(request, parts)
    return respond(request, orjson.dumps(_document(session)), caching="no-store")


@router.delete(
    "/v1/sessions/current",
    status_code=204,
    operation_id="delete_session",
    response_class=Response,
    responses={204: {"description": "The session is over."}, 404: {"description": ""}},
    openapi_extra={"security": [{KEY: []}]},
)
async def delete_session(request: Request) -> Response:
    """Sign out: the token that came along opens nothing any more."""
    parts = context(request)
    token, _ = await _session(request, parts)
    async with db.transaction(parts.pool) as connection:
        await sessions.end(connection, parts.settings, token)
    return Response(status_code=204)


async def _sign_in(request: Request) -> ByLink | ByKey:
    body = await read_json(request, _MOST_BYTES)
    try:
        return (ByKey if _names_a_key(body) else ByLink).model_validate_json(body)
    except ValidationError as error:
        raise ProblemError(422, *field_errors(error)) from None


def _names_a_key(body: bytes) -> bool:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(document, dict) and "key" in document


async def _session(request: Request, parts: Context) -> tuple[str, StoredSession]:
    token = bearer_token(request)
    async with db.reading(parts.pool) as connection:
        session = await sessions.find(connection, parts.settings, token, utc_now())
    if session is None:
        await identify(parts, token, None)
        raise ProblemError(404, reason("authorization", "no-session", "holds a key, which is no session"))
    return token, session


def _document(session: StoredSession) -> dict[str, Any]:
    return {
        "role": "office" if session.owner == OFFICE else "organisation",
        "owner": session.owner,
        "scopes": list(session.scopes),
        "expires_at": rfc3339(session.expires_at),
    }
