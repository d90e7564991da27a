"""For search engines and for whoever finds a hole: robots.txt, sitemap.xml (sitemaps.org), security.txt (RFC 9116)."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.web.client import Client, Document
from services.web.common.problems import PageError
from services.web.common.visit import Visit, public
from services.web.context import context
from shared.clock import utc_now
from shared.responses import respond

MOST: Final = 50_000
"""What one sitemap may hold."""
_KEPT_S: Final = 600
_AT_ONCE: Final = "200"
_EXPIRES: Final = timedelta(days=180)
_PAGES: Final = ("/", "/help", "/members", "/goals", "/charters")


_kept: Final[dict[str, tuple[float, bytes]]] = {}
"""The sitemap of each address as it was made last, and until when it is good: making it reads every list to its end."""


async def robots(request: Request) -> Response:
    """All is for everyone but the pages of the office."""
    address = context(request).settings.public_url.rstrip("/")
    return PlainTextResponse(f"User-agent: *\nDisallow: /office\n\nSitemap: {address}/sitemap.xml\n")


@public
async def sitemap(visit: Visit) -> Response:
    """Coming events, once each however often they take place, and members."""
    address = visit.parts.settings.public_url.rstrip("/")
    until, body = _kept.get(address, (0.0, b""))
    if time.monotonic() > until:
        body = await _sitemap(visit.gateway, address)
        _kept[address] = (time.monotonic() + _KEPT_S, body)
    return respond(visit.request, body, media_type="application/xml", caching=f"public, max-age={_KEPT_S}")


async def security(request: Request) -> Response:
    """Whom to tell about a hole, where the operator has said it."""
    settings = context(request).settings
    if not settings.security_contact:
        raise PageError(404)
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {utc_now() + _EXPIRES:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.public_url.rstrip('/')}/.well-known/security.txt",
    )
    return PlainTextResponse("\n".join(lines) + "\n")


async def _sitemap(gateway: Client, address: str) -> bytes:
    changed: dict[str, str] = dict.fromkeys(_PAGES, "")
    async for event in _every(gateway, "/v1/events"):
        changed[f"/events/{event['id']}"] = event["updated_at"]
    async for member in _every(gateway, "/v1/members"):
        changed[f"/members/{member['id']}"] = ""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for path, at in list(changed.items())[:MOST]:
        last = f"<lastmod>{escape(at)}</lastmod>" if at else ""
        lines.append(f"<url><loc>{escape(address + path)}</loc>{last}</url>")
    return "\n".join([*lines, "</urlset>", ""]).encode()


async def _every(gateway: Client, path: str) -> AsyncIterator[Document]:
    """The items of a list, page by page, as many as a sitemap may hold."""
    cursor, count = None, 0
    while count < MOST:
        found = await gateway.read(path, [("limit", _AT_ONCE), ("cursor", cursor)])
        for item in found["items"]:
            yield item
        cursor, count = found["next"], count + len(found["items"])
        if cursor is None:
            return


ROUTES: Final = (
    Route("/robots.txt", robots),
    Route("/sitemap.xml", sitemap),
    Route("/.well-known/security.txt", security),
)
