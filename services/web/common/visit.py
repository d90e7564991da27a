"""A visit to a page: who asks for it in which language, what a form sent, and the answer."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.web.client import Client, Outcome, Query
from services.web.common.forms import Fields, check_token, form_token, idempotency_key, new_key, read_form
from services.web.common.frame import Frame
from services.web.common.headers import page_headers, private_headers
from services.web.common.language import negotiate
from services.web.common.problems import sign_in_url
from services.web.context import Context, context
from services.web.settings import Settings
from shared.language import Language
from shared.responses import respond

HTML: Final = "text/html; charset=utf-8"
SESSION_S: Final = 12 * 3600
"""So long a session lasts at most; the gateway says when it is over."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/-]{1,200}=*")  # what a header can say of one (RFC 6750)

Page: TypeAlias = Callable[["Visit"], Awaitable[Response]]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Visit:
    """What somebody asks for. ``gateway`` asks in their language, and in their session where one is open.

    ``session``: its token, empty for everyone; ``form``: what was sent, empty for GET.
    """

    request: Request
    parts: Context
    language: Language
    gateway: Client
    session: str = ""
    form: Fields = field(default_factory=dict)

    def page(self, html: str, status: int = 200) -> Response:
        """A page: for everyone with its entity tag, in a session for nobody to keep."""
        if self.session:
            return self.private_page(html, status)
        return self.text(html, HTML)

    def private_page(self, html: str, status: int = 200) -> Response:
        """A page for whoever asks for it now, which nobody keeps."""
        headers = private_headers(self.request) | {"Content-Language": self.language.code}
        return HTMLResponse(html, status, headers)

    def text(self, text: str, media_type: str) -> Response:
        """Something else for everyone, with its entity tag."""
        headers = page_headers(self.request) | {"Content-Language": self.language.code}
        return respond(self.request, text.encode(), media_type=media_type, headers=headers)

    def named(self, parameter: str) -> str:
        """What the path names."""
        return str(self.request.path_params[parameter])

    def asked(self, name: str) -> str:
        """A field of the query string, empty without."""
        return self.request.query_params.get(name, "")

    def asked_several(self, name: str) -> tuple[str, ...]:
        """A field of the query string that may stand there repeatedly; empty ones are left out."""
        return tuple(value for value in self.request.query_params.getlist(name) if value)

    def sent(self, name: str) -> str:
        """A field of the form, without white space around it."""
        return (self.form.get(name) or ("",))[-1].strip()

    @property
    def seen(self) -> int | None:
        """The version that the form was made of, None where it names none."""
        text = self.sent("version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    async def write(self, method: str, path: str, body: dict[str, Any] | None = None) -> Outcome:
        """Make the write that the form asks for; the same form sent twice makes it once."""
        return await self.gateway.write(
            method, path, body, key=idempotency_key(self.form, f"{method} {path} {self.request.url.path}")
        )

    async def frame(self, problem: str = "") -> Frame:
        """What stands on every page of the office."""
        waiting = await self.gateway.read("/v1/office/waiting")
        return Frame(
            token=form_token(self.session),
            key=new_key(),
            waiting=waiting.pop("events"),
            # A gateway of the version before does not count these.
            referrals_waiting=waiting.pop("referrals", 0),
            concerns_waiting=waiting.pop("concerns", 0),
            members_waiting=sum(waiting.values()),
            done="" if problem else self.asked("done"),
            problem=problem,
        )

    async def read_items(self, path: str, query: Query = ()) -> list[dict[str, Any]]:
        """The items of the list at ``path``, its first page."""
        items: list[dict[str, Any]] = (await self.gateway.read(path, query))["items"]
        return items

    async def table(self, path: str) -> Response:
        """A table of the interface, as a file to keep."""
        text = await self.gateway.read_text(path)
        name = path.partition("?")[0].rpartition("/")[2]
        headers = private_headers(self.request) | {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text.encode(), 200, headers, "text/csv; charset=utf-8")


def public(page: Page) -> Endpoint:
    """A route for everyone. There is no session that a form could be of: it must have been sent from here."""

    @wraps(page)
    async def route(request: Request) -> Response:
        is_form = request.method == "POST"
        form = await read_form(request, context(request).settings.public_url) if is_form else {}
        return await page(_visit(request, form=form))

    return route


def signed_in(page: Page) -> Endpoint:
    """A route for those who are signed in; others are led to the sign-in page, and foreign forms are refused."""

    @wraps(page)
    async def route(request: Request) -> Response:
        settings = context(request).settings
        session = request.cookies.get(cookie_name(settings), "")
        if not _TOKEN.fullmatch(session):
            return redirect(request, sign_in_url(request))
        form: Fields = {}
        if request.method == "POST":
            form = await read_form(request, settings.public_url)
            check_token(form, session)
        visit = _visit(request, session, form)
        if request.method == "POST":
            # A gateway that does not answer is found out in the time for reading, not in that for writing.
            await visit.gateway.read("/v1/sessions/current")
        return await page(visit)

    return route


def redirect(request: Request, url: str) -> Response:
    """To where the page is that shows what came of a form."""
    return RedirectResponse(url, status_code=303, headers=private_headers(request))


def keep_session(response: Response, settings: Settings, token: str) -> None:
    """Let the browser keep a session."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=SESSION_S,
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def drop_session(response: Response, settings: Settings) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(cookie_name(settings), path="/", secure=_is_secure(settings), httponly=True, samesite="lax")


def cookie_name(settings: Settings) -> str:
    """``__Host-`` keeps other hosts of the domain from setting it; browsers take it over TLS only (RFC 6265bis)."""
    return "__Host-office" if _is_secure(settings) else "office"


def _visit(request: Request, session: str = "", form: Fields | None = None) -> Visit:
    parts, language = context(request), negotiate(request.headers.get("accept-language"))
    address = request.client.host if request.client else ""
    gateway = parts.gateway.asked_by(language.code, session or None, address)
    return Visit(request, parts, language, gateway, session, form or {})


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")
