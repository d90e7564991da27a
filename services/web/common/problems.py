"""What went wrong, as a page: ours, the gateway's problems (RFC 9457), and the gateway being away."""

import re
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.web.client import GatewayAwayError, RefusedError
from services.web.common.headers import page_headers, private_headers
from services.web.common.language import negotiate
from services.web.common.render import render
from shared.language import Language
from shared.measuring import route_of

log = structlog.get_logger()

OFFICE: Final = "/office"
SIGN_IN: Final = f"{OFFICE}/sign-in"
OWN: Final = "/own"
"""Where an association that is signed in has its page."""
OWN_SIGN_IN: Final = f"{OWN}/sign-in"
_PRIVATE: Final = re.compile(r"/(?:office|own|referrals|answers|concerns)(?:/|$)|/help/ask$")
_LINKED: Final = re.compile(r"/(?:referrals|answers|concerns)/")
_OF_OFFICE: Final = re.compile(r"/office(?:[/?][!-\[\]-~]*)?")  # no backslash, which browsers take for a slash


class PageError(Exception):
    """Raised where there is no such page, or a form cannot be taken. ``code``: which kind of ``status`` it is."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(code or status)
        self.status = status
        self.code = code


def install(app: Starlette) -> None:
    """Let every error of ``app`` become a page."""
    app.add_exception_handler(PageError, _page_error)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(GatewayAwayError, _gateway_away)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _failure)


def sign_in_url(request: Request) -> str:
    """Where to sign in, and from there back to the page that was asked for, or on which the form stood.

    Associations have one page, to which theirs leads.
    """
    if f"{request.url.path}/".startswith(f"{OWN}/"):
        return OWN_SIGN_IN
    if request.method in ("GET", "HEAD"):
        back = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    else:
        back = urlsplit(request.headers.get("referer", "")).path
    return f"{SIGN_IN}?{urlencode({'next': back})}" if is_of_office(back) and back != OFFICE else SIGN_IN


def is_of_office(path: str) -> bool:
    """Whether ``path`` names a page of the office on this site, to which one may be led back."""
    # Browsers take two dots for the folder above, encoded or not.
    folders = path.partition("?")[0].lower().replace("%2e", ".")
    return bool(_OF_OFFICE.fullmatch(path)) and ".." not in folders and not path.startswith(SIGN_IN)


async def _page_error(request: Request, error: Any) -> Response:
    if error.code == "form-foreign":
        language = negotiate(request.headers.get("accept-language"))
        return _page(request, 403, language.gettext("This form is not of this session; please open the page anew"))
    return _titled(request, error.status)


async def _refused(request: Request, error: Any) -> Response:
    if error.status == 401:
        return RedirectResponse(sign_in_url(request), status_code=303, headers=private_headers(request))
    if error.status in (404, 410):
        return _titled(request, error.status)
    detail = "; ".join(one["detail"] for one in error.errors)
    language = negotiate(request.headers.get("accept-language"))
    return _page(request, error.status, error.problem.get("title") or _title(error.status, language), detail)


async def _gateway_away(request: Request, error: Any) -> Response:
    return _titled(request, 503, {"Retry-After": str(error.retry_after)})


async def _http_error(request: Request, error: Any) -> Response:
    return _titled(request, error.status_code, dict(error.headers or {}))


async def _failure(request: Request, error: Exception) -> Response:
    log.error("request failed", path=route_of(request.scope), exc_info=error)
    return _titled(request, 500)


def _titled(request: Request, status: int, headers: dict[str, str] | None = None) -> Response:
    language = negotiate(request.headers.get("accept-language"))
    detail = ""
    if status == 404 and _LINKED.match(request.url.path):
        detail = language.gettext("This link opens nothing. Perhaps a part of it is missing, or it is too old.")
    return _page(request, status, _title(status, language), detail, headers=headers)


def _page(
    request: Request, status: int, title: str, detail: str = "", headers: dict[str, str] | None = None
) -> Response:
    language = negotiate(request.headers.get("accept-language"))
    html = render("problem.html", language, status=status, title=title, detail=detail)
    sent = private_headers(request) if _PRIVATE.match(request.url.path) else page_headers(request)
    return HTMLResponse(html, status, {**sent, "Content-Language": language.code, **(headers or {})})


def _title(status: int, language: Language) -> str:
    titles = {
        403: language.gettext("This is not for you"),
        404: language.gettext("There is nothing here"),
        405: language.gettext("This cannot be done here"),
        410: language.gettext("This was withdrawn"),
        413: language.gettext("What was sent is too large"),
        415: language.gettext("What was sent is no form"),
        422: language.gettext("What was sent cannot be read"),
        503: language.gettext("Not available at the moment, please try again"),
    }
    return titles.get(status) or language.gettext("Something went wrong on our side")
