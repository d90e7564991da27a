"""Signing in to the office's pages, by a link that works once or by the office's key, and out again."""

import asyncio
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.common.access import sessions
from services.gateway.common.access.callers import identify
from services.gateway.common.access.keys import OFFICE, id_of
from services.gateway.common.context import Context, context
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.problems import ProblemError
from services.gateway.pages.office import HOME, render_sign_in, sign_in_failed
from services.gateway.routes.office_visit import Visit, private_page, read_form, redirect, signed_in
from shared import db
from shared.clock import utc_now

router = APIRouter()

AFTER_FAILURE_S: Final = 1.0  # what is guessed has 256 bits; this keeps the noise of guessing low


async def sign_in_page(request: Request) -> Response:
    """A page with a button, as programs that check mails follow links too."""
    language = negotiate(request.headers.get("accept-language"))
    return private_page(render_sign_in(request.query_params.get("token", "")[:100], language), language)


async def sign_in(request: Request) -> Response:
    """Begin a session."""
    parts = context(request)
    form = await read_form(request, parts)
    token, key = ((form.get(name) or ("",))[-1].strip() for name in ("token", "key"))
    is_office = not token and await _is_offices_key(parts, key)
    now = utc_now()
    async with db.transaction(parts.pool) as connection:
        if is_office or (token and await sessions.use_link(connection, parts.settings, token, now)):
            begun = await sessions.begin(
                connection, parts.settings, now, owner=OFFICE, scopes=(OFFICE,), key=id_of(key) if is_office else None
            )
            response = redirect(HOME)
            sessions.keep(response, parts.settings, begun[0])
            return response
    await asyncio.sleep(AFTER_FAILURE_S)
    language = negotiate(request.headers.get("accept-language"))
    error = sign_in_failed(language, by_link=bool(token))
    return private_page(render_sign_in("", language, error), language, 403)


@signed_in
async def sign_out(visit: Visit) -> Response:
    """End the session."""
    async with db.reading(visit.parts.pool) as connection:
        await sessions.end(connection, visit.parts.settings, visit.session.secret)
    response = redirect(f"{HOME}/sign-in")
    sessions.drop(response, visit.parts.settings)
    return response


async def _is_offices_key(parts: Context, key: str) -> bool:
    try:
        await identify(parts, key, OFFICE)
    except ProblemError:
        return False
    return True


router.add_route(f"{HOME}/sign-in", sign_in_page, methods=["GET"], include_in_schema=False)
router.add_route(f"{HOME}/sign-in", sign_in, methods=["POST"], include_in_schema=False)
router.add_route(f"{HOME}/sign-out", sign_out, methods=["POST"], include_in_schema=False)
