"""Asking for help, how a request stands, and the answer of a network: pages for whoever has the link."""

from dataclasses import replace
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document, Outcome, RefusedError, segment
from services.web.common.forms import Typed, in_language, new_key, reason, typed
from services.web.common.problems import PageError
from services.web.common.selections import unreadable
from services.web.common.visit import Visit, public, redirect
from services.web.members.networks import ASK, KINDS
from services.web.referrals import asking, asking_pages, pages
from services.web.referrals.asking_pages import Asking
from services.web.referrals.pages import NOTHING_SENT, Sent
from shared.contracts.base import FieldError
from shared.language import Language
from shared.places import places

_SHOWN: Final = 3
_MOST_SHOWN: Final = 10


@public
async def ask_page(visit: Visit) -> Response:
    """A step of asking, with what the earlier ones have said in its address."""
    form = asking.begun(visit.asked("kind"), visit.asked("place"), visit.asked_several("topic"), visit.asked("on"))
    step = asking.step_asked(visit.asked("step"), form["place"])
    missing = [reason("place", "missing", "is required")] if visit.asked("step") and not form["place"] else []
    errors = asking.by_field(in_language(missing, visit.language))
    return await _step(visit, Asking(step, form, errors=errors))


@public
async def ask(visit: Visit) -> Response:
    """Ask, and go on to the page that shows how it stands."""
    form = typed(visit.form)
    outcome = await visit.write("POST", "/v1/referrals", asking.body(form, visit.language.code))
    if outcome.problem:
        said = Asking(asking.REACH, form, errors=asking.by_field(outcome.errors))
        return await _step(visit, replace(said, problem=_alarm(outcome, visit.language)))
    return redirect(visit.request, f"{pages.page_of(outcome.link)}?done=yes")


@public
async def status(visit: Visit) -> Response:
    """How a request stands. Looking changes nothing."""
    return await _status(visit)


@public
async def say(visit: Visit) -> Response:
    """What a form of the status page says."""
    path, form, action = _path(visit, "referrals"), typed(visit.form), visit.sent("action")
    match action:
        case "erase":
            outcome = await visit.write("DELETE", path)
        case "reply":
            outcome = await visit.write("POST", f"{path}/reply", {"message": form["message"]})
        case "correct":
            body, wrong = asking.correction(form, await visit.gateway.read(path), places())
            if wrong:
                return await _status(visit, _unread(action, form, wrong, visit.language))
            outcome = await visit.write("POST", f"{path}/correct", body)
        case "feedback":
            said = {"went": form["went"], **({"comment": form["comment"]} if form["comment"] else {})}
            outcome = await visit.write("POST", f"{path}/feedback", said)
        case "cancel" | "reopen":
            outcome = await visit.write("POST", f"{path}/{action}", {})
        case _:
            raise PageError(422)
    if outcome.problem:
        return await _status(visit, refused(action, form, outcome, visit.language))
    return redirect(visit.request, f"{visit.request.url.path}?done=yes")


@public
async def erase_page(visit: Visit) -> Response:
    """The question before everything is forgotten."""
    await visit.gateway.read(_path(visit, "referrals"))
    address = f"{pages.STATUS}/{segment(visit.named('token'))}"
    return visit.private_page(pages.render_erase(address, visit.language, key=new_key()))


@public
async def answer_page(visit: Visit) -> Response:
    """A request as the network that is asked sees it. Looking answers nothing."""
    return await _answer(visit)


@public
async def answer(visit: Visit) -> Response:
    """What a network answers."""
    outcome = await visit.write("POST", _path(visit, "answers"), answered(visit))
    if outcome.problem:
        return await _answer(visit, refused(visit.sent("answer"), typed(visit.form), outcome, visit.language))
    return redirect(visit.request, f"{visit.request.url.path}?done=yes")


def answered(visit: Visit) -> Document:
    """The answer that a form says, as the interface takes it."""
    said = {name: visit.sent(name) for name in ("answer", "reason", "to", "note") if visit.sent(name)}
    return {name: text.replace("\r\n", "\n") for name, text in said.items()}


def refused(action: str, form: Typed, outcome: Outcome, language: Language) -> Sent:
    """A form that the interface did not take, with what is wrong beside its fields."""
    return Sent(action, form, asking.by_field(outcome.errors), _alarm(outcome, language))


def _unread(action: str, form: Typed, wrong: list[FieldError], language: Language) -> Sent:
    """A form in which something cannot be read."""
    errors = asking.by_field(in_language(wrong, language))
    return Sent(action, form, errors, language.gettext("Please look at the marked fields."))


def _alarm(outcome: Outcome, language: Language) -> str:
    """What to say above a form: that fields are marked where they are, else why it was not taken."""
    is_beside = asking.are_beside(asking.by_field(outcome.errors))
    return language.gettext("Please look at the marked fields.") if is_beside else outcome.problem


async def _step(visit: Visit, asked: Asking) -> Response:
    """The page of a step; what is unclear about the place is asked back before anything else is typed."""
    form, found = asked.form, asked
    if form["place"] and asked.step != asking.WHERE:
        topics = [("topic", topic) for topic in form.several.get("topics", ())]
        most = _MOST_SHOWN if asked.step == asking.TOPICS else _SHOWN
        kind = form["kind"] if form["kind"] in asking.ALL_KINDS else KINDS[0]
        day = [("on", asking.day_of(form))] if asking.day_of(form) else []
        try:
            query = [("place", form["place"]), ("kind", kind), ("limit", str(most)), *topics, *day]
            found = replace(asked, networks=await visit.read_items("/v1/networks", query))
        except RefusedError as error:
            _, choices = unreadable(error, {}, visit.language)
            errors = asking.by_field(error.errors)
            found = replace(asked, errors={**asked.errors, **errors}, choices=choices)
            if visit.request.method == "GET":
                problem = "" if asking.are_beside(errors) else error.sentence
                found = replace(found, step=asking.WHERE, problem=problem)
    html = asking_pages.render_step(found, visit.language, key=new_key())
    # What an address says wrongly is asked back, and no form was refused.
    is_refused = visit.request.method == "POST" and bool(found.problem)
    return visit.private_page(html, 422 if is_refused else 200)


async def _status(visit: Visit, sent: Sent = NOTHING_SENT) -> Response:
    found = await visit.gateway.read(_path(visit, "referrals"))
    address = f"{pages.STATUS}/{segment(visit.named('token'))}"
    is_done = visit.asked("done") == "yes"
    html = pages.render_status(found, address, visit.language, key=new_key(), sent=sent, done=is_done)
    return visit.private_page(html, status_of(sent))


async def _answer(visit: Visit, sent: Sent = NOTHING_SENT) -> Response:
    found = await visit.gateway.read(_path(visit, "answers"))
    address = f"{pages.ANSWERS}/{segment(visit.named('token'))}"
    is_done = visit.asked("done") == "yes"
    html = pages.render_answer(found, address, visit.language, key=new_key(), sent=sent, done=is_done)
    return visit.private_page(html, status_of(sent))


def status_of(sent: Sent) -> int:
    """Of a page whose form was not taken: 422 where something in it is wrong, 409 where it does not fit any more."""
    if not sent.problem:
        return 200
    return 422 if asking.are_beside(sent.errors) else 409


def _path(visit: Visit, kind: str) -> str:
    return f"/v1/{kind}/{segment(visit.named('token'))}"


ROUTES: Final = (
    Route(ASK, ask_page),
    Route(ASK, ask, methods=["POST"]),
    Route(f"{pages.STATUS}/{{token}}", status),
    Route(f"{pages.STATUS}/{{token}}", say, methods=["POST"]),
    Route(f"{pages.STATUS}/{{token}}/erase", erase_page),
    Route(f"{pages.ANSWERS}/{{token}}", answer_page),
    Route(f"{pages.ANSWERS}/{{token}}", answer, methods=["POST"]),
)
