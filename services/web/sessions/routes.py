"""Signing in to the office's pages, by a link that works once or by its key, to an association's, and out again."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.web.client import RefusedError
from services.web.common.forms import read_form
from services.web.common.frame import HOME
from services.web.common.headers import private_headers
from services.web.common.language import negotiate
from services.web.common.problems import OWN, OWN_SIGN_IN, SIGN_IN, is_of_office
from services.web.common.visit import Visit, drop_session, keep_session, redirect, signed_in
from services.web.context import context
from services.web.sessions.pages import render_sign_in, sign_in_failed

AFTER_FAILURE_S: Final = 1.0  # what is guessed has 256 bits; this keeps the noise of guessing low
_LONGEST: Final = 200


async def sign_in_page(request: Request) -> Response:
    """A page with a button, as programs that check mails follow links too."""
    asked = request.query_params
    return _page(request, token=asked.get("token", "")[:_LONGEST], back=asked.get("next", ""))


async def sign_in(request: Request) -> Response:
    """Begin a session, and lead back to where it was missing."""
    parts = context(request)
    form = await read_form(request, parts.settings.public_url)
    token, key, back = ((form.get(name) or ("",))[-1].strip() for name in ("token", "key", "next"))
    language = negotiate(request.headers.get("accept-language"))
    gateway = parts.gateway.asked_by(language.code)
    try:
        session = await gateway.sign_in(token=token, key=key)
    except RefusedError:
        session = {}
    is_own = _is_own(request)
    if session.get("role") == ("organisation" if is_own else "office"):
        response = redirect(request, OWN if is_own else back if is_of_office(back) else HOME)
        keep_session(response, parts.settings, session["token"])
        return response
    if session:
        await parts.gateway.asked_by(language.code, session["token"]).sign_out()
    await asyncio.sleep(AFTER_FAILURE_S)
    return _page(request, back=back, error=sign_in_failed(language, by_link=bool(token), is_own=is_own), status=403)


@signed_in
async def sign_out(visit: Visit) -> Response:
    """End the session."""
    await visit.gateway.sign_out()
    response = redirect(visit.request, OWN_SIGN_IN if _is_own(visit.request) else SIGN_IN)
    drop_session(response, visit.parts.settings)
    return response


def _is_own(request: Request) -> bool:
    """Whether it is the page of associations, and not that of the office."""
    return request.url.path.startswith(f"{OWN}/")


def _page(request: Request, *, token: str = "", back: str = "", error: str = "", status: int = 200) -> Response:
    language = negotiate(request.headers.get("accept-language"))
    back = back if is_of_office(back) else ""
    html = render_sign_in(token, language, error, back, is_own=_is_own(request))
    return HTMLResponse(html, status, private_headers(request) | {"Content-Language": language.code})


ROUTES: Final = (
    Route(SIGN_IN, sign_in_page),
    Route(SIGN_IN, sign_in, methods=["POST"]),
    Route(f"{HOME}/sign-out", sign_out, methods=["POST"]),
    Route(OWN_SIGN_IN, sign_in_page),
    Route(OWN_SIGN_IN, sign_in, methods=["POST"]),
    Route(f"{OWN}/sign-out", sign_out, methods=["POST"]),
)
