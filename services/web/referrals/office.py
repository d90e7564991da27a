"""The office's board of requests for help, and each of them. Forms become the writes of the interface."""

import asyncio
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document
from services.web.common.forms import Typed, typed
from services.web.common.problems import PageError
from services.web.common.visit import Visit, redirect, signed_in
from services.web.referrals import asking, figure_pages, office_pages
from services.web.referrals.figure_pages import FIGURES
from services.web.referrals.office_pages import BOARD, STATES, Wanted
from services.web.referrals.pages import NOTHING_SENT, Sent
from services.web.referrals.routes import answered, refused, status_of
from services.web.referrals.white_spot_pages import WHITE_SPOTS, render_white_spots
from shared.vocabulary import vocabulary

NEW: Final = f"{BOARD}/new"
ON_A_PAGE: Final = 60
_OF_THE_OFFICE: Final = "/v1/office/referrals"
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")


@signed_in
async def board(visit: Visit) -> Response:
    """All requests, those that are overdue first, or those of a state or a network."""
    wanted, query = _asked(visit)
    paging = [("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found, organisations, frame = await asyncio.gather(
        visit.gateway.read(_OF_THE_OFFICE, [*query, *paging]), _organisations(visit), visit.frame()
    )
    return visit.page(office_pages.render_board(found, wanted, organisations, frame, visit.language))


@signed_in
async def board_csv(visit: Visit) -> Response:
    """The same as a table for a spreadsheet."""
    _, query = _asked(visit)
    given = urlencode([(name, value) for name, value in query if value])
    return await visit.table(f"{_OF_THE_OFFICE}.csv?{given}")


@signed_in
async def referral(visit: Visit) -> Response:
    """One request with who asks, who was asked, and who would be asked next."""
    return await _referral(visit)


@signed_in
async def decide(visit: Visit) -> Response:
    """What a form of the page of a request asks for."""
    path, seen, action = _path(visit), {"version": visit.seen}, visit.sent("action")
    match action:
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
            done, outcome = "answered", await visit.write("POST", f"{path}/answer", _answer(visit))
        case "erase":
            done, outcome = "erased", await visit.write("DELETE", path)
        case _:
            raise PageError(422)
    if outcome.problem:
        return await _referral(visit, refused(action, typed(visit.form), outcome, visit.language))
    return redirect(visit.request, f"{visit.request.url.path}?done={outcome.notice(done)}")


@signed_in
async def white_spots(visit: Visit) -> Response:
    """Where, and about what, nobody can be asked, or nobody answered: of all topics, or of one."""
    topic = visit.asked("topic") if visit.asked("topic") in vocabulary().topics else ""
    found, frame = await asyncio.gather(visit.read_items("/v1/office/white-spots"), visit.frame())
    return visit.page(render_white_spots(found, topic, frame, visit.language))


@signed_in
async def white_spots_csv(visit: Visit) -> Response:
    """The same as a table for a spreadsheet."""
    return await visit.table("/v1/office/white-spots.csv")


@signed_in
async def figures(visit: Visit) -> Response:
    """How networks answer what they are asked, or what becomes of requests by area."""
    by = _counted_by(visit)
    query = [("by", by)]
    found, frame = await asyncio.gather(visit.read_items("/v1/office/referral-figures", query), visit.frame())
    render = figure_pages.render_by_area if by == figure_pages.AREA else figure_pages.render_by_network
    return visit.page(render(found, frame, visit.language))


@signed_in
async def figures_csv(visit: Visit) -> Response:
    """The same as a table for a spreadsheet."""
    return await visit.table(f"/v1/office/referral-figures.csv?by={_counted_by(visit)}")


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
        said = asking.by_field(outcome.errors)
        return await _new(visit, form, said if asking.are_beside(said) else {**said, "": outcome.problem})
    return redirect(visit.request, f"{BOARD}?done={outcome.notice('asked')}")


def _asked(visit: Visit) -> tuple[Wanted, list[tuple[str, str | None]]]:
    """Which requests are asked for, and how the interface is asked for them."""
    state = visit.asked("state") if visit.asked("state") in STATES else ""
    network = visit.asked("network") if _SLUG.fullmatch(visit.asked("network")) else ""
    wanted = Wanted(state, network, overdue=visit.asked("overdue") == "yes")
    overdue = "true" if wanted.overdue else None
    return wanted, [("state", state or None), ("network", network or None), ("overdue", overdue)]


def _counted_by(visit: Visit) -> str:
    return figure_pages.AREA if visit.asked("by") == figure_pages.AREA else figure_pages.NETWORK


def _answer(visit: Visit) -> Document:
    """What the network has answered; one form serves for all answers, and only some of them say more."""
    said = answered(visit)
    says: Mapping[str, tuple[str, ...]] = {
        "decline": ("reason", "note"),
        "give-back": ("reason", "note"),
        "hand-on": ("to", "note"),
    }
    more = says.get(said.get("answer", ""), ("note",))
    return {name: text for name, text in said.items() if name == "answer" or name in more}


async def _new(visit: Visit, form: Typed, errors: dict[str, str]) -> Response:
    html = office_pages.render_new(form, errors, await visit.frame(), visit.language)
    return visit.page(html, 422 if errors else 200)


async def _referral(visit: Visit, sent: Sent = NOTHING_SENT) -> Response:
    found, organisations, frame = await asyncio.gather(
        visit.gateway.read(_path(visit)), _organisations(visit), visit.frame(sent.problem)
    )
    html = office_pages.render_referral(found, organisations, frame, visit.language, sent)
    return visit.page(html, status_of(sent))


async def _organisations(visit: Visit) -> list[Document]:
    """Whom a request can be given to: ``id`` and ``name`` of all active members."""
    found = await visit.read_items("/v1/office/organisations")
    return [one for one in found if one["status"] == "active"]


def _path(visit: Visit) -> str:
    try:
        return f"{_OF_THE_OFFICE}/{UUID(visit.named('referral'))}"
    except ValueError:
        raise PageError(404) from None


ROUTES: Final = (
    Route(BOARD, board),
    Route(f"{BOARD}.csv", board_csv),
    Route(NEW, new_page),
    Route(WHITE_SPOTS, white_spots),
    Route(f"{WHITE_SPOTS}.csv", white_spots_csv),
    Route(FIGURES, figures),
    Route(f"{FIGURES}.csv", figures_csv),
    Route(BOARD, enter, methods=["POST"]),
    Route(f"{BOARD}/{{referral}}", referral),
    Route(f"{BOARD}/{{referral}}", decide, methods=["POST"]),
)
