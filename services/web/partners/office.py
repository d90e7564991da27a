"""The office's page of organisations: register one by its name, begin or cease to trust it."""

import asyncio
from typing import Any, Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import segment
from services.web.common.forms import typed
from services.web.common.frame import HOME
from services.web.common.visit import Visit, redirect, signed_in
from services.web.partners import office_pages as pages
from shared.calendars.text import partner_id

PARTNERS: Final = f"{HOME}/partners"


@signed_in
async def partners(visit: Visit) -> Response:
    """The organisations."""
    return await _partners(visit)


@signed_in
async def register(visit: Visit) -> Response:
    """Register an organisation by its name."""
    known = {partner["id"]: partner["name"] for partner in await read_partners(visit)}
    name = visit.sent("name")
    body = {"name": name, "trusted": visit.sent("trusted") == "yes" or None}
    outcome = await visit.write("PUT", f"/v1/office/partners/{partner_id(name, known)}", body)
    if outcome.problem:
        said = "; ".join(error["detail"] for error in outcome.errors) or outcome.problem
        return await _partners(visit, error=said, status=422)
    return redirect(visit.request, f"{PARTNERS}?done={outcome.notice('partner')}")


@signed_in
async def trust(visit: Visit) -> Response:
    """Begin or cease to trust an organisation."""
    address = f"/v1/office/partners/{segment(visit.named('partner'))}/trust"
    outcome = await visit.write("POST", address, {"trusted": visit.sent("trusted") == "yes"})
    if outcome.problem:
        return await _partners(visit, problem=outcome.problem, status=409)
    return redirect(visit.request, f"{PARTNERS}?done={outcome.notice('partner')}")


async def read_partners(visit: Visit) -> list[dict[str, Any]]:
    """All organisations that publish or did, by name."""
    return await visit.read_items("/v1/office/partners")


async def _partners(visit: Visit, *, error: str = "", problem: str = "", status: int = 200) -> Response:
    found, frame = await asyncio.gather(read_partners(visit), visit.frame(problem))
    form = typed(visit.form) if error else None
    return visit.page(pages.render_partners(found, frame, visit.language, form, error), status)


ROUTES: Final = (
    Route(PARTNERS, partners),
    Route(PARTNERS, register, methods=["POST"]),
    Route(f"{PARTNERS}/{{partner}}/trust", trust, methods=["POST"]),
)
