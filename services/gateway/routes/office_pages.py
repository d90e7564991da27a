"""The office's pages: what waits and was refused, one event, the organisations. Forms become the same writes."""

from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from services.gateway.calendar import office_store
from services.gateway.calendar.office import item
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.http import cursor
from services.gateway.common.http.language import Language
from services.gateway.common.http.problems import ProblemError, document, reason
from services.gateway.common.requests.accepting import take
from services.gateway.common.requests.store import RequestState
from services.gateway.common.requests.table import BY_KIND
from services.gateway.pages import office as pages
from services.gateway.pages.office import HOME
from services.gateway.pages.office_form import typed
from services.gateway.partners import store
from services.gateway.routes.office_visit import Visit, redirect, signed_in
from shared import db
from shared.calendars.text import partner_id
from shared.contracts import events as contract
from shared.contracts.base import Contract, FieldError, field_errors
from shared.contracts.requests import Problem

router = APIRouter()

ON_A_PAGE: Final = 20
PATIENCE_S: Final = 10


async def command(
    visit: Visit, kind: str, fields: dict[str, Any]
) -> tuple[RequestState | None, tuple[FieldError, ...], str]:
    """Make the write ``kind`` in the office's name and wait for it a little.

    Returns what came of it (None where that is still open), why it was refused, by field, and that as a sentence.
    """
    write = BY_KIND[kind]
    try:
        data: Contract = write.body.model_validate_json(orjson.dumps(fields))
    except ValidationError as error:
        errors = tuple(field_errors(error))
        return None, errors, sentence(visit.language, ProblemError(422, *errors).problem)
    taken = await take(visit.parts, write, data, fields, OFFICE, wait=PATIENCE_S)
    if taken.state is None or taken.state.problem is None:
        return taken.state, (), ""
    problem = Problem.model_validate_json(taken.state.problem)
    return taken.state, problem.errors, sentence(visit.language, problem)


def sentence(language: Language, problem: Problem) -> str:
    """A problem in one line."""
    said = document(problem, language)
    return ": ".join([said["title"], *(error["detail"] for error in said.get("errors", ()))][:2])


@signed_in
async def waiting(visit: Visit) -> Response:
    """What waits for the office, the oldest first."""
    return await _events(visit, "waiting")


@signed_in
async def refused(visit: Visit) -> Response:
    """What the office refused."""
    return await _events(visit, "refused")


async def _events(visit: Visit, visibility: str) -> Response:
    after = cursor.read_id(visit.request.query_params.get("cursor"))
    async with db.reading(visit.parts.pool) as connection:
        rows = await office_store.list_events(connection, visibility, after=after, limit=ON_A_PAGE + 1)
    page = rows[:ON_A_PAGE]
    following = None
    if len(rows) > ON_A_PAGE:
        query = urlencode({"cursor": cursor.write(page[-1]["updated_at"], page[-1]["id"])})
        following = f"{visit.request.url.path}?{query}"
    documents = [item(row["document"], row["last_public"]) for row in page]
    return visit.page(pages.render_events(documents, visibility, await visit.frame(), following, visit.language))


async def read_document(visit: Visit, event: Any) -> dict[str, Any]:
    """The office's document of an event.

    Raises:
        ProblemError: 404, there is none.
    """
    async with db.reading(visit.parts.pool) as connection:
        row = await office_store.read_event(connection, event)
    if row is None:
        raise ProblemError(404, reason("id", "not-found", "names no event"))
    return item(row["document"], row["last_public"])


@signed_in
async def event(visit: Visit) -> Response:
    """One event, whatever its visibility."""
    found = await read_document(visit, visit.request.path_params["event"])
    return visit.page(pages.render_event(found, await visit.frame(), visit.language))


@signed_in
async def decide(visit: Visit) -> Response:
    """Publish, refuse or withdraw an event."""
    id_ = visit.request.path_params["event"]
    found = await read_document(visit, id_)
    match visit.sent("action"):
        case "publish":
            done, kind, fields = "published", contract.PUBLISH_EVENT, {"id": str(id_), "version": visit.seen}
        case "refuse":
            fields = {"id": str(id_), "version": visit.seen, "reason": visit.sent("reason")}
            done, kind = "refused", contract.REFUSE_EVENT
        case "withdraw":
            done, kind = "withdrawn", contract.WITHDRAW_EVENT
            fields = {"partner": found["partner"], "uid": found["uid"]}
        case _:
            raise ProblemError(422)
    state, _, problem = await command(visit, kind, fields)
    if problem:
        now = await read_document(visit, id_)
        return visit.page(pages.render_event(now, await visit.frame(problem), visit.language), 409)
    back = {"waiting": HOME, "refused": f"{HOME}/refused"}.get(visit.sent("back"), f"{HOME}/events/{id_}")
    return redirect(f"{back}?done={outcome(state, done)}")


@signed_in
async def partners(visit: Visit) -> Response:
    """The organisations."""
    return visit.page(await _partners(visit))


@signed_in
async def register(visit: Visit) -> Response:
    """Register an organisation by its name."""
    async with db.reading(visit.parts.pool) as connection:
        known = {row["id"]: row["name"] for row in await store.list_partners(connection)}
    name = visit.sent("name")
    fields = {"id": partner_id(name, known), "name": name, "trusted": visit.sent("trusted") == "yes" or None}
    state, errors, problem = await command(visit, contract.REGISTER_PARTNER, fields)
    if problem:
        said = "; ".join(visit.language.reason(e.code, e.values, e.detail) for e in errors) or problem
        return visit.page(await _partners(visit, said), 422)
    return redirect(f"{HOME}/partners?done={outcome(state, 'partner')}")


@signed_in
async def trust(visit: Visit) -> Response:
    """Begin or cease to trust an organisation."""
    fields = {"id": visit.request.path_params["partner"], "trusted": visit.sent("trusted") == "yes"}
    state, _, problem = await command(visit, contract.TRUST_PARTNER, fields)
    if problem:
        return visit.page(await _partners(visit, problem=problem), 409)
    return redirect(f"{HOME}/partners?done={outcome(state, 'partner')}")


async def _partners(visit: Visit, error: str = "", problem: str = "") -> str:
    async with db.reading(visit.parts.pool) as connection:
        rows = [dict(row) for row in await store.list_partners(connection)]
    for row in rows:
        row["path"] = quote(row["id"])
    form = typed(visit.form) if error else None
    return pages.render_partners(rows, await visit.frame(problem), visit.language, form, error)


def outcome(state: RequestState | None, done: str) -> str:
    """What to tell about a command that was not refused."""
    return "pending" if state is None else "unchanged" if state.result == "unchanged" else done


for _path, _get, _post in (
    ("", waiting, None),
    ("/refused", refused, None),
    ("/events/{event:uuid}", event, decide),
    ("/partners", partners, register),
    ("/partners/{partner}/trust", None, trust),
):
    if _get:
        router.add_route(f"{HOME}{_path}", _get, methods=["GET"], include_in_schema=False)
    if _post:
        router.add_route(f"{HOME}{_path}", _post, methods=["POST"], include_in_schema=False)
