"""Answers to GET: entity tags, caching, compression; what has not changed is not sent again (RFC 9110, 9111)."""

import zlib

from starlette.requests import Request
from starlette.responses import Response

_WORTH_COMPRESSING = 1024
_GZIP = 16 + zlib.MAX_WBITS


def answer(
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
    asked = request.headers.get("if-none-match")
    if asked is not None and (asked.strip() == "*" or tag in [one.strip() for one in asked.split(",")]):
        return Response(status_code=304, headers=sent)
    if len(body) >= _WORTH_COMPRESSING and "gzip" in request.headers.get("accept-encoding", ""):
        packer = zlib.compressobj(5, zlib.DEFLATED, _GZIP)
        body = packer.compress(body) + packer.flush()
        sent["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=sent)
