"""The office's form for an event of an organisation, one that has no system of its own above all."""

import re
import secrets
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.gateway.common.http.problems import ProblemError
from services.gateway.pages import office as pages
from services.gateway.pages import office_form
from services.gateway.pages.office import HOME, FormView
from services.gateway.pages.office_form import Typed
from services.gateway.partners import store
from services.gateway.routes.office_pages import command, outcome, read_document
from services.gateway.routes.office_visit import Visit, redirect, signed_in
from shared import db
from shared.calendars.text import partner_id
from shared.contracts import events as contract
from shared.contracts.base import FieldError
from shared.contracts.partner import event_id

router = APIRouter()

_TOKEN: Final = re.compile(r"[0-9a-f]{8}")


@signed_in
async def enter_page(visit: Visit) -> Response:
    """The form, empty, or with the event that is to be changed."""
    before = await _before(visit, visit.request.query_params.get("event", ""))
    form = office_form.typed_from(before) if before else Typed()
    view = FormView(form, await _partners(visit), secrets.token_hex(4), before["id"] if before else "")
    return visit.page(pages.render_form(view, await visit.frame(), visit.language))


@signed_in
async def enter(visit: Visit) -> Response:
    """Enter the event; a new organisation is registered first. What is wrong is said beside its field."""
    form = office_form.typed(visit.form)
    before = await _before(visit, form["event"])
    body, errors = office_form.submission(form, visit.parts.words.time_zone, before)
    known = await _partners(visit)
    token = form["token"] if _TOKEN.fullmatch(form["token"]) else secrets.token_hex(4)
    partner = before["partner"] if before else form["partner"]
    view = FormView(form, known, token, before["id"] if before else "")
    if not before and bool(partner) == bool(form["new_partner"]):
        errors.append(_error("partner", "one-organisation", "choose one, or name a new one"))
    if errors:
        return await _again(visit, view, errors)
    if not partner:
        name = form["new_partner"]
        partner = partner_id(name, known)
        if partner not in known:
            _, errors_of_name, problem = await command(visit, contract.REGISTER_PARTNER, {"id": partner, "name": name})
            if problem:
                found = [_error("new_partner", e.code, e.detail, **e.values) for e in errors_of_name]
                return await _again(visit, view, found, problem)
    uid = before["uid"] if before else office_form.new_uid(form["title"], str(body["starts_at"])[:10], token)
    fields = {name: value for name, value in body.items() if value is not None} | {"partner": partner, "uid": uid}
    state, reasons, problem = await command(visit, contract.ENTER_EVENT, fields)
    if problem:
        return await _again(visit, view, reasons, problem)
    return redirect(f"{HOME}/events/{event_id(partner, uid)}?done={outcome(state, 'entered')}")


async def _again(visit: Visit, view: FormView, errors: Iterable[FieldError], problem: str = "") -> Response:
    """The form with what was typed, and what is wrong with it."""
    said: dict[str, str] = {}
    for error in errors:
        at = error.field if error.field in _OWN_FIELDS else office_form.typed_at(error.field)
        sentence = visit.language.reason(error.code, error.values, error.detail)
        said[at] = f"{said[at]}; {sentence}" if at in said else sentence
    if problem and not any(said):
        said[""] = problem
    again = FormView(view.form, view.partners, view.token, view.event, said)
    return visit.page(pages.render_form(again, await visit.frame(), visit.language), 422)


_OWN_FIELDS: Final = frozenset(("date", "starts", "ends", "last_day", "until", "repeat", "partner", "new_partner"))


async def _before(visit: Visit, event: str) -> dict[str, Any] | None:
    if not event:
        return None
    try:
        return await read_document(visit, UUID(event))
    except ValueError:
        raise ProblemError(404) from None


async def _partners(visit: Visit) -> dict[str, str]:
    async with db.reading(visit.parts.pool) as connection:
        return {row["id"]: row["name"] for row in await store.list_partners(connection) if row["active"]}


def _error(field: str, code: str, detail: str, **values: str | int | float) -> FieldError:
    return FieldError(field=field, code=code, detail=detail, values=values)


router.add_route(f"{HOME}/enter", enter_page, methods=["GET"], include_in_schema=False)
router.add_route(f"{HOME}/enter", enter, methods=["POST"], include_in_schema=False)
