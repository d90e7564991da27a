"""What worries people: written, read for its topics, confirmed, and answered with what is coming up nearby."""

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document, RefusedError, segment
from services.web.common.forms import Typed, new_key, typed
from services.web.common.frame import HOME
from services.web.common.problems import PageError
from services.web.common.selections import unreadable
from services.web.common.visit import Visit, public, redirect, signed_in
from services.web.referrals import concern_pages as pages
from services.web.referrals.pages import page_of

OFFICE: Final = f"{HOME}/concerns"
_OF_THE_OFFICE: Final = "/v1/office/concerns"
_TRENDS: Final = "/v1/concerns/trends"
_ON_A_PAGE: Final = 60


@public
async def write_page(visit: Visit) -> Response:
    """The form, empty."""
    return _page(visit, Typed({"place": visit.asked("place")}), None)


@public
async def write(visit: Visit) -> Response:
    """Read the text for its topics; once they are confirmed, take it."""
    form = typed(visit.form)
    if visit.sent("action") != "send":
        return await _proposed(visit, form)
    body = {
        "text": form["text"],
        "place": {"municipality": form["place"]},
        "topics": list(form.several.get("topics", ())),
        "website": form["website"],
    }
    outcome = await visit.write("POST", "/v1/concerns", body)
    if outcome.problem:
        return await _proposed(visit, form, outcome.problem)
    return redirect(visit.request, page_of(outcome.link))


@public
async def concern(visit: Visit) -> Response:
    """What one wrote, with what is coming up nearby."""
    found = await visit.gateway.read(_path(visit))
    html = pages.render_concern(found, pages.address_of(visit.named("token")), visit.language, key=new_key())
    return visit.private_page(html)


@public
async def erase(visit: Visit) -> Response:
    """Forget what one wrote."""
    outcome = await visit.write("DELETE", _path(visit))
    if outcome.problem:
        raise PageError(422)
    return redirect(visit.request, visit.request.url.path)


@signed_in
async def board(visit: Visit) -> Response:
    """Worries, those that cannot wait alone or all of them."""
    waiting = visit.asked("waiting") == "yes"
    query = [("limit", str(_ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    query.append(("waiting", "true" if waiting else None))
    found, frame = await asyncio.gather(visit.gateway.read(_OF_THE_OFFICE, query), visit.frame())
    return visit.page(pages.render_board(found, frame, visit.language, waiting=waiting))


@signed_in
async def trends(visit: Visit) -> Response:
    """Which worries become more."""
    found, frame = await asyncio.gather(visit.read_items(_TRENDS), visit.frame())
    return visit.page(pages.render_trends(found, frame, visit.language))


@signed_in
async def trends_csv(visit: Visit) -> Response:
    """The same as a table for a spreadsheet."""
    return await visit.table(f"{_TRENDS}.csv")


@signed_in
async def decide(visit: Visit) -> Response:
    """Note that a worry was cared for, or forget its words."""
    path = f"{_OF_THE_OFFICE}/{segment(visit.named('concern'))}"
    match visit.sent("action"):
        case "settle":
            done, outcome = "settled", await visit.write("POST", f"{path}/settle", {"version": visit.seen})
        case "erase":
            done, outcome = "erased", await visit.write("DELETE", path)
        case _:
            raise PageError(422)
    if outcome.problem:
        found, frame = await asyncio.gather(visit.gateway.read(_OF_THE_OFFICE), visit.frame(outcome.problem))
        return visit.page(pages.render_board(found, frame, visit.language, waiting=False), 409)
    return redirect(visit.request, f"{OFFICE}?done={outcome.notice(done)}")


async def _proposed(visit: Visit, form: Typed, problem: str = "") -> Response:
    """The form with the topics that the text may be about, to be confirmed."""
    try:
        found = await visit.gateway.ask("/v1/topics/propose", {"text": form["text"]})
    except RefusedError as error:
        said, _ = unreadable(error, {"text": "What worries you?"}, visit.language)
        return _page(visit, form, None, problem or "; ".join(said))
    return _page(visit, form, found, problem)


def _page(visit: Visit, form: Typed, proposed: Document | None, problem: str = "") -> Response:
    html = pages.render_write(form, proposed, visit.language, key=new_key(), problem=problem)
    return visit.private_page(html, 422 if problem else 200)


def _path(visit: Visit) -> str:
    return f"/v1/concerns/{segment(visit.named('token'))}"


ROUTES: Final = (
    Route(pages.WRITE, write_page),
    Route(pages.WRITE, write, methods=["POST"]),
    Route(f"{pages.CONCERNS}/{{token}}", concern),
    Route(f"{pages.CONCERNS}/{{token}}", erase, methods=["POST"]),
    Route(OFFICE, board),
    Route(pages.TRENDS, trends),
    Route(f"{pages.TRENDS}.csv", trends_csv),
    Route(f"{OFFICE}/{{concern}}", decide, methods=["POST"]),
)
