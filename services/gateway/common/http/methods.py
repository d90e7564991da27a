"""Methods of HTTP that no route declares: HEAD wherever there is GET, OPTIONS everywhere, and what ``Allow`` says.

RFC 9110, 9.3.2, 9.3.7 and 10.2.1.
"""

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.common.http import cors

_DECLARED: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_CORS: Final = [(name.lower().encode(), value.encode()) for name, value in cors.HEADERS.items()]


def allow(routes: Sequence[BaseRoute], path: str) -> str | None:
    """The value of ``Allow`` for ``path``: the methods of all routes that it leads to; None where there is none."""
    scope: dict[str, Any] = {"type": "http", "path": path, "root_path": "", "query_string": b"", "headers": []}
    found = [
        method
        for method in _DECLARED
        if any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    if not found:
        return None
    return ", ".join([*found, *(["HEAD"] if "GET" in found else []), "OPTIONS"])


class Methods:
    """ASGI middleware in front of ``routes``; it lets pages of any origin read what the interface answers."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS, pass HEAD on as GET, and everything else as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if cors.is_open(scope["path"]):
            send = _opened(send)
        if scope["method"] == "OPTIONS" and (methods := allow(self._routes, scope["path"])):
            await _options(scope["path"], methods)(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_head(message: Message) -> None:
            """The head ends the answer: the server then tells whoever still streams that the client has gone."""
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b""})

        asked = {**scope, "method": "GET"}
        try:
            await self._app(asked, receive, send_head)
        finally:
            # Which route it was is asked for by those who measure.
            scope.update({**asked, "method": "HEAD"})


def _opened(send: Send) -> Send:
    async def send_opened(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_CORS]
        await send(message)

    return send_opened


def _options(path: str, methods: str) -> Response:
    headers = {"Allow": methods}
    if cors.is_open(path):
        headers |= cors.preflight(methods)
    return Response(status_code=204, headers=headers)
