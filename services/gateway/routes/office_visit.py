"""A visit to the office's pages: who is signed in, what a form sent, and the headers of every answer."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.gateway.calendar import office_store
from services.gateway.common.access import sessions
from services.gateway.common.access.sessions import Session
from services.gateway.common.context import Context, context
from services.gateway.common.http.bodies import media_type, read_body
from services.gateway.common.http.language import Language, negotiate
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.members import store
from services.gateway.pages.office import HOME, Frame
from services.gateway.routes.site import SECURITY
from shared import db
from shared.clock import utc_now

# With no-referrer a browser would hide the origin of our own forms.
PRIVATE: Final = SECURITY | {
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
Form = Mapping[str, Sequence[str]]
MOST_FIELDS: Final = 2_500
"""A meeting has a field for each member in the form for who took part; its command takes 2,000."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What someone who is signed in asks for. ``form`` is empty for GET."""

    request: Request
    parts: Context
    session: Session
    language: Language
    form: Form

    def sent(self, name: str) -> str:
        """A field of the form, without white space around it."""
        return (self.form.get(name) or ("",))[-1].strip()

    @property
    def seen(self) -> int | None:
        """The version that the form was made of, None where it names none."""
        text = self.sent("version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    async def frame(self, problem: str = "") -> Frame:
        """What stands on every page."""
        async with db.reading(self.parts.pool) as connection:
            waiting = await office_store.count_events(connection, "waiting")
            members_waiting = await store.count_waiting_members(connection)
        done = "" if problem else self.request.query_params.get("done", "")
        return Frame(self.session.form_token, waiting, done, problem, members_waiting)

    def page(self, html: str, status: int = 200) -> Response:
        """A page."""
        return private_page(html, self.language, status)


def signed_in(handle: Callable[[Visit], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A route for those who are signed in; others are led to the sign-in page, and foreign forms are refused."""

    @wraps(handle)
    async def route(request: Request) -> Response:
        parts = context(request)
        async with db.reading(parts.pool) as connection:
            session = await sessions.current(connection, parts.settings, request, utc_now())
        if session is None:
            return redirect(f"{HOME}/sign-in")
        form = await read_form(request, parts) if request.method == "POST" else {}
        if request.method == "POST":
            _check_form(form, session)
        language = negotiate(request.headers.get("accept-language"))
        return await handle(Visit(request, parts, session, language, form))

    return route


async def read_form(request: Request, parts: Context) -> Form:
    """The fields of a form that was sent from a page of ours.

    Raises:
        ProblemError: it was sent from elsewhere, is too large or no form.
    """
    if not sessions.is_from_here(request, parts.settings):
        raise _foreign()
    if media_type(request) != "application/x-www-form-urlencoded":
        raise ProblemError(415)
    body = await read_body(request, parts.settings.largest_body)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise ProblemError(422) from None


def private_page(html: str, language: Language, status: int = 200) -> Response:
    """A page of the office, which nobody keeps."""
    return HTMLResponse(html, status_code=status, headers=PRIVATE | {"Content-Language": language.code})


def redirect(url: str) -> Response:
    """To where the page is that shows what came of a form."""
    return RedirectResponse(url, status_code=303, headers=PRIVATE)


def _check_form(form: Form, session: Session) -> None:
    token = (form.get("csrf") or ("",))[-1]
    if not hmac.compare_digest(token.encode(), session.form_token.encode()):
        raise _foreign()


def _foreign() -> ProblemError:
    foreign = reason("csrf", "form-foreign", "is not of this session; open the page anew")
    return ProblemError(403, foreign, kind="/problems/form-foreign")
