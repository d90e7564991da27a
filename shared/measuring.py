"""How many requests, and how long they took, by route; no address and no query is kept."""

import time
from typing import Final

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = Counter("buendnisbus_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "buendnisbus_http_seconds",
    "From a request's arrival to the end of its answer, of a stream to its beginning; with Prefer: wait as long as the"
    " client wished.",
    ["route"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
)

EVENT_STREAM: Final = b"text/event-stream"


class Measuring:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and look at its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        ended: float | None = None

        async def look(message: Message) -> None:
            nonlocal status, ended
            if message["type"] == "http.response.start":
                status = message["status"]
                if any(name == b"content-type" and kind.startswith(EVENT_STREAM) for name, kind in message["headers"]):
                    ended = time.perf_counter()
            await send(message)

        try:
            await self._app(scope, receive, look)
        finally:
            route = route_of(scope)
            REQUESTS.labels(scope["method"], route, status).inc()
            SECONDS.labels(route).observe((ended or time.perf_counter()) - began)


def route_of(scope: Scope) -> str:
    """The path of the route that answers, as it was declared; ``unknown`` where there is none.

    FastAPI's routes name themselves; a plain one without parameters is its own name, others are looked up.
    """
    if "route" in scope:
        return str(scope["route"].path_format)
    answering = scope.get("endpoint")
    if answering is None:
        return "unknown"
    if not scope.get("path_params"):
        return str(scope["path"])
    return next(
        (route.path_format for route in scope["app"].routes if getattr(route, "endpoint", None) is answering), "unknown"
    )
