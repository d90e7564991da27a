"""The bare route that ``page`` is measured against: the same template from a list in memory, nothing asked for."""

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.web.calendar.listing import Counted, ListView
from services.web.calendar.pages import render_list
from services.web.calendar.routes import ON_A_PAGE
from services.web.common.language import negotiate
from services.web.common.live import Live
from shared.clock import utc_now
from tests.benchmarks.beside import serve


def create_app(gateway: str) -> Starlette:
    """One route, nothing around it; what it shows was read from ``gateway`` beforehand."""
    query = {"limit": str(ON_A_PAGE), "facets": "topic,municipality"}
    found = httpx.get(f"{gateway}/v1/events", params=query).raise_for_status().json()
    towns = [
        Counted(one["label"] or one["value"], one["value"], one["count"]) for one in found["facets"]["municipality"]
    ]
    topics = {one["value"]: one["count"] for one in found["facets"]["topic"]}

    async def page(_: Request) -> Response:
        view = ListView(
            items=found["items"],
            next_url=f"/?cursor={found['next']}" if found["next"] else None,
            topics=(),
            place="",
            radius_km=10,
            date_from="",
            date_to="",
            municipalities=tuple(towns),
            topic_counts=topics,
            errors=(),
            calendar_url=f"{gateway}/v1/events.ics",
            live=Live(f"{gateway}/v1/stream", None),
            now=utc_now(),
        )
        return HTMLResponse(render_list(view, negotiate("de")))

    return Starlette(routes=[Route("/", page)])


if __name__ == "__main__":
    serve(create_app)
