"""Answers to GET: entity tags, caching, what has not changed is not sent again (RFC 9110, 9111)."""

from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response


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
    tag = f'W/"{blake2b(body, digest_size=12).hexdigest()}"'
    sent = {"ETag": tag, "Cache-Control": caching, **(headers or {})}
    asked = request.headers.get("if-none-match")
    if asked is not None and (asked.strip() == "*" or tag in [one.strip() for one in asked.split(",")]):
        return Response(status_code=304, headers=sent)
    return Response(body, media_type=media_type, headers=sent)
