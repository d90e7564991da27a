"""The office's board of requests for help, and each of them. Forms become the writes of the interface."""

import asyncio
from typing import Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document
from services.web.common.forms import Typed, typed
from services.web.common.frame import HOME
from services.web.common.problems import PageError
from services.web.common.visit import Visit, redirect, signed_in
from services.web.referrals import asking, office_pages
from services.web.referrals.routes import answered

BOARD: Final = f"{HOME}/referrals"
NEW: Final = f"{BOARD}/new"
ON_A_PAGE: Final = 60
_OF_THE_OFFICE: Final = "/v1/office/referrals"


@signed_in
async def board(visit: Visit) -> Response:
    """All requests, those that are overdue first, or those of a state."""
    state = visit.asked("state") if visit.asked("state") in office_pages.STATES else ""
    query = [("state", state or None), ("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found, frame = await asyncio.gather(visit.gateway.read(_OF_THE_OFFICE, query), visit.frame())
    return visit.page(office_pages.render_board(found, state, frame, visit.language))


@signed_in
async def referral(visit: Visit) -> Response:
    """One request with who asks, who was asked, and who would be asked next."""
    return await _referral(visit)


@signed_in
async def decide(visit: Visit) -> Response:
    """What a form of the page of a request asks for."""
    path, seen = _path(visit), {"version": visit.seen}
    match visit.sent("action"):
        case "assign":
            done, body = "assigned", {"network": visit.sent("network"), **seen}
            outcome = await visit.write("POST", f"{path}/assign", body)
        case "hold":
            done, outcome = "held", await visit.write("POST", f"{path}/hold", seen)
        case "resume":
            done, outcome = "resumed", await visit.write("POST", f"{path}/resume", seen)
        case "close":
            note = visit.sent("note").replace("\r\n", "\n")
            body = {"because": visit.sent("because"), **({"note": note} if note else {}), **seen}
            done, outcome = "closed", await visit.write("POST", f"{path}/close", body)
        case "answer":
            done, outcome = "answered", await visit.write("POST", f"{path}/answer", answered(visit))
        case "erase":
            done, outcome = "erased", await visit.write("DELETE", path)
        case _:
            raise PageError(422)
    if outcome.problem:
        return await _referral(visit, outcome.problem)
    return redirect(visit.request, f"{visit.request.url.path}?done={outcome.notice(done)}")


@signed_in
async def new_page(visit: Visit) -> Response:
    """The form for somebody who has called, empty."""
    return await _new(visit, Typed({"kind": "seek-help"}), {})


@signed_in
async def enter(visit: Visit) -> Response:
    """Ask for somebody who has called."""
    form = typed(visit.form)
    body = asking.body(form) | {"on_behalf": True, "website": ""}
    outcome = await visit.write("POST", "/v1/referrals", body)
    if outcome.problem:
        return await _new(visit, form, asking.by_field(outcome.errors), outcome.problem)
    return redirect(visit.request, f"{BOARD}?done={outcome.notice('asked')}")


async def _new(visit: Visit, form: Typed, errors: dict[str, str], problem: str = "") -> Response:
    frame = await visit.frame(problem)
    return visit.page(office_pages.render_new(form, errors, frame, visit.language), 422 if problem else 200)


async def _referral(visit: Visit, problem: str = "") -> Response:
    found, organisations, frame = await asyncio.gather(
        visit.gateway.read(_path(visit)), visit.read_items("/v1/office/organisations"), visit.frame(problem)
    )
    active: list[Document] = [one for one in organisations if one["status"] == "active"]
    return visit.page(office_pages.render_referral(found, active, frame, visit.language), 409 if problem else 200)


def _path(visit: Visit) -> str:
    try:
        return f"{_OF_THE_OFFICE}/{UUID(visit.named('referral'))}"
    except ValueError:
        raise PageError(404) from None


ROUTES: Final = (
    Route(BOARD, board),
    Route(NEW, new_page),
    Route(BOARD, enter, methods=["POST"]),
    Route(f"{BOARD}/{{referral}}", referral),
    Route(f"{BOARD}/{{referral}}", decide, methods=["POST"]),
)
