"""The office's pages of events: what waits and was refused, one event, and what is decided about it."""

import asyncio
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from services.web.calendar import office_pages as pages
from services.web.client import segment
from services.web.common.frame import HOME
from services.web.common.problems import PageError
from services.web.common.visit import Visit, redirect, signed_in

ON_A_PAGE: Final = 20


@signed_in
async def waiting(visit: Visit) -> Response:
    """What waits for the office, the oldest first."""
    return await _events(visit, "waiting")


@signed_in
async def refused(visit: Visit) -> Response:
    """What the office refused."""
    return await _events(visit, "refused")


@signed_in
async def event(visit: Visit) -> Response:
    """One event, whatever its visibility."""
    return await _event(visit)


@signed_in
async def decide(visit: Visit) -> Response:
    """Publish, refuse or withdraw an event."""
    id_, seen = visit.named("event"), {"version": visit.seen}
    address = f"/v1/office/events/{id_}"
    match visit.sent("action"):
        case "publish":
            done, outcome = "published", await visit.write("POST", f"{address}/publish", seen)
        case "refuse":
            body = {**seen, "reason": visit.sent("reason")}
            done, outcome = "refused", await visit.write("POST", f"{address}/refuse", body)
        case "withdraw":
            found = await visit.gateway.read(address)
            of_partner = f"/v1/office/partners/{segment(found['partner'])}/events/{segment(found['uid'])}"
            done, outcome = "withdrawn", await visit.write("DELETE", of_partner)
        case _:
            raise PageError(422)
    if outcome.problem:
        return await _event(visit, outcome.problem, 409)
    back = {"waiting": HOME, "refused": f"{HOME}/refused"}.get(visit.sent("back"), f"{HOME}/events/{id_}")
    return redirect(visit.request, f"{back}?done={outcome.notice(done)}")


async def read_event(visit: Visit, event: Any) -> dict[str, Any]:
    """The office's document of an event."""
    return await visit.gateway.read(f"/v1/office/events/{event}")


async def _events(visit: Visit, visibility: str) -> Response:
    query = [("visibility", visibility), ("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found, frame = await asyncio.gather(visit.gateway.read("/v1/office/events", query), visit.frame())
    following = f"{visit.request.url.path}?{urlencode({'cursor': found['next']})}" if found["next"] else None
    return visit.page(pages.render_events(found["items"], visibility, frame, following, visit.language))


async def _event(visit: Visit, problem: str = "", status: int = 200) -> Response:
    found, frame = await asyncio.gather(read_event(visit, visit.named("event")), visit.frame(problem))
    return visit.page(pages.render_event(found, frame, visit.language), status)


ROUTES: Final = (
    Route(HOME, waiting),
    Route(f"{HOME}/refused", refused),
    Route(f"{HOME}/events/{{event:uuid}}", event),
    Route(f"{HOME}/events/{{event:uuid}}", decide, methods=["POST"]),
)
