"""Answers to GET: entity tags, caching, compression; what has not changed is not sent again (RFC 9110, 9111)."""

import zlib
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_WORTH_COMPRESSING = 1024
_GZIP = 16 + zlib.MAX_WBITS


def respond(
    request: Request,
    body: bytes,
    *,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
    caching: str = "no-cache",
) -> Response:
    """``body`` with its ETag, or 304 where the client has it already.

    ``no-cache`` lets caches keep it but ask each time: what was published is seen at once.
    """
    # It tells an answer from the one before and proves nothing, so the cheapest checksum will do.
    tag = f'W/"{zlib.crc32(body):08x}-{len(body):x}"'
    sent = {"ETag": tag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if headers:
        sent |= headers
        sent["Vary"] = ", ".join({"Accept-Encoding", headers.get("Vary", "Accept-Encoding")})
    if _has(request, tag):
        return Response(status_code=304, headers=sent)
    if len(body) >= _WORTH_COMPRESSING and _takes_gzip(request):
        packer = zlib.compressobj(5, zlib.DEFLATED, _GZIP)
        body = packer.compress(body) + packer.flush()
        sent["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=sent)


def respond_in_parts(request: Request, parts: AsyncIterator[bytes], *, tag: str, media_type: str) -> Response:
    """A body of any length, sent as its ``parts`` are made; ``tag``: its ETag, known beforehand.

    Where ``parts`` raises, the connection is broken off, so that no client takes what it has for the whole.
    """
    sent = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if _has(request, tag):
        return Response(status_code=304, headers=sent)
    if _takes_gzip(request):
        sent["Content-Encoding"] = "gzip"
        parts = _compressed(parts)
    return StreamingResponse(parts, media_type=media_type, headers=sent)


async def _compressed(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, _GZIP)
    async for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()


def _has(request: Request, tag: str) -> bool:
    asked = request.headers.get("if-none-match")
    return asked is not None and (asked.strip() == "*" or tag in [one.strip() for one in asked.split(",")])


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
