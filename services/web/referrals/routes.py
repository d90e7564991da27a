"""Asking for help, how a request stands, and the answer of a network: pages for whoever has the link."""

import secrets
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document, RefusedError, segment
from services.web.common.forms import Typed, typed
from services.web.common.problems import PageError
from services.web.common.selections import unreadable
from services.web.common.visit import Visit, public, redirect
from services.web.members.networks import ASK, KINDS, Asked
from services.web.members.pages import written_place
from services.web.referrals import asking, pages

_MOST_TOPICS: Final = 20
_SHOWN: Final = 3
_PLACE: Final = "Town or postal code"


@public
async def ask_page(visit: Visit) -> Response:
    """The form, about what was chosen on the page of networks."""
    kind = visit.asked("kind") if visit.asked("kind") in asking.KINDS else KINDS[0]
    values = {"kind": kind, "place": visit.asked("place").strip()}
    form = Typed(values, {"topics": visit.asked_several("topic")[:_MOST_TOPICS], "languages": ()})
    return await _ask(visit, form, {})


@public
async def ask(visit: Visit) -> Response:
    """Ask, and go on to the page that shows how it stands."""
    form = typed(visit.form)
    outcome = await visit.write("POST", "/v1/referrals", asking.body(form))
    if outcome.problem:
        return await _ask(visit, form, asking.by_field(outcome.errors), problem=outcome.problem)
    return redirect(visit.request, f"{pages.page_of(outcome.link)}?done=yes")


@public
async def status(visit: Visit) -> Response:
    """How a request stands. Looking changes nothing."""
    return await _status(visit)


@public
async def say(visit: Visit) -> Response:
    """What a form of the status page says."""
    path, form = _path(visit, "referrals"), typed(visit.form)
    match visit.sent("action"):
        case "erase":
            outcome = await visit.write("DELETE", path)
        case "reply":
            outcome = await visit.write("POST", f"{path}/reply", {"message": form["message"]})
        case "correct":
            outcome = await visit.write("POST", f"{path}/correct", asking.correction(form))
        case "feedback":
            said = {"went": form["went"], **({"comment": form["comment"]} if form["comment"] else {})}
            outcome = await visit.write("POST", f"{path}/feedback", said)
        case "cancel" | "reopen" as action:
            outcome = await visit.write("POST", f"{path}/{action}", {})
        case _:
            raise PageError(422)
    if outcome.problem:
        return await _status(visit, outcome.problem)
    return redirect(visit.request, f"{visit.request.url.path}?done=yes")


@public
async def erase_page(visit: Visit) -> Response:
    """The question before everything is forgotten."""
    await visit.gateway.read(_path(visit, "referrals"))
    address = f"{pages.STATUS}/{segment(visit.named('token'))}"
    return visit.private_page(pages.render_erase(address, visit.language, key=_key()))


@public
async def answer_page(visit: Visit) -> Response:
    """A request as the network that is asked sees it. Looking answers nothing."""
    return await _answer(visit)


@public
async def answer(visit: Visit) -> Response:
    """What a network answers."""
    path = _path(visit, "answers")
    outcome = await visit.write("POST", path, answered(visit))
    if outcome.problem:
        return await _answer(visit, outcome.problem)
    return redirect(visit.request, visit.request.url.path)


def answered(visit: Visit) -> Document:
    """The answer that a form says, as the interface takes it."""
    said = {name: visit.sent(name) for name in ("answer", "reason", "to", "note") if visit.sent(name)}
    return {name: text.replace("\r\n", "\n") for name, text in said.items()}


async def _ask(visit: Visit, form: Typed, errors: dict[str, str], *, problem: str = "") -> Response:
    """The form; what is unclear about the place is asked back before anything is typed."""
    found: list[Document] = []
    choices: list[tuple[str, str]] = []
    if form["place"] and form["kind"] in KINDS:
        query = [("place", form["place"]), ("kind", form["kind"]), ("limit", str(_SHOWN))]
        topics = [("topic", topic) for topic in form.several.get("topics", ())]
        try:
            found = await visit.read_items("/v1/networks", [*query, *topics])
        except RefusedError as error:
            said, places = unreadable(error, {"place": _PLACE}, visit.language)
            asked = Asked(form["kind"], form["place"], tuple(form.several.get("topics", ())))
            choices = [(place["name"], asked.url(written_place(place), ASK)) for place in places]
            problem = problem or "; ".join(said)
    html = pages.render_ask(form, found, errors, visit.language, key=_key(), choices=choices, problem=problem)
    is_refused = bool(problem) and visit.request.method == "POST"
    return visit.private_page(html, 422 if is_refused else 200)


async def _status(visit: Visit, problem: str = "") -> Response:
    found = await visit.gateway.read(_path(visit, "referrals"))
    address = f"{pages.STATUS}/{segment(visit.named('token'))}"
    is_done = visit.asked("done") == "yes"
    html = pages.render_status(found, address, visit.language, key=_key(), problem=problem, done=is_done)
    return visit.private_page(html, 409 if problem else 200)


async def _answer(visit: Visit, problem: str = "") -> Response:
    found = await visit.gateway.read(_path(visit, "answers"))
    address = f"{pages.ANSWERS}/{segment(visit.named('token'))}"
    html = pages.render_answer(found, address, visit.language, key=_key(), problem=problem)
    return visit.private_page(html, 409 if problem else 200)


def _path(visit: Visit, kind: str) -> str:
    return f"/v1/{kind}/{segment(visit.named('token'))}"


def _key() -> str:
    """What tells this page from others, so that a form of it sent twice acts once."""
    return secrets.token_urlsafe(12)


ROUTES: Final = (
    Route(ASK, ask_page),
    Route(ASK, ask, methods=["POST"]),
    Route(f"{pages.STATUS}/{{token}}", status),
    Route(f"{pages.STATUS}/{{token}}", say, methods=["POST"]),
    Route(f"{pages.STATUS}/{{token}}/erase", erase_page),
    Route(f"{pages.ANSWERS}/{{token}}", answer_page),
    Route(f"{pages.ANSWERS}/{{token}}", answer, methods=["POST"]),
)
