"""The office's form for an event of an organisation, one that has no system of its own above all."""

import asyncio
import re
import secrets
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from services.web.calendar import form as event_form
from services.web.calendar import office_pages as pages
from services.web.calendar.office import read_event
from services.web.calendar.office_pages import FormView
from services.web.client import segment
from services.web.common.forms import Typed, in_language, reason, typed
from services.web.common.frame import HOME
from services.web.common.problems import PageError
from services.web.common.visit import Visit, redirect, signed_in
from services.web.partners.office import read_partners
from shared.calendars.text import partner_id
from shared.contracts.partner import event_id
from shared.vocabulary import vocabulary

_TOKEN: Final = re.compile(r"[0-9a-f]{8}")
_OWN_FIELDS: Final = frozenset(("date", "starts", "ends", "last_day", "until", "repeat", "partner", "new_partner"))


@signed_in
async def enter_page(visit: Visit) -> Response:
    """The form, empty, or with the event that is to be changed."""
    before, partners = await asyncio.gather(_before(visit, visit.asked("event")), _active_partners(visit))
    form = event_form.typed_from(before) if before else Typed()
    view = FormView(form, partners, secrets.token_hex(4), before["id"] if before else "")
    return visit.page(pages.render_form(view, await visit.frame(), visit.language))


@signed_in
async def enter(visit: Visit) -> Response:
    """Enter the event; a new organisation is registered first. What is wrong is said beside its field."""
    form = typed(visit.form)
    before, known = await asyncio.gather(_before(visit, form["event"]), _active_partners(visit))
    body, errors = event_form.submission(form, vocabulary().time_zone, before)
    token = form["token"] if _TOKEN.fullmatch(form["token"]) else secrets.token_hex(4)
    partner = before["partner"] if before else form["partner"]
    view = FormView(form, known, token, before["id"] if before else "")
    if not before and bool(partner) == bool(form["new_partner"]):
        errors.append(reason("partner", "one-organisation", "choose one, or name a new one"))
    if errors:
        return await _again(visit, view, in_language(errors, visit.language))
    if not partner:
        name = form["new_partner"]
        partner = partner_id(name, known)
        if partner not in known:
            registered = await visit.write("PUT", f"/v1/office/partners/{partner}", {"name": name})
            if registered.problem:
                found = [{"field": "new_partner", "detail": error["detail"]} for error in registered.errors]
                return await _again(visit, view, found, registered.problem)
    uid = before["uid"] if before else event_form.new_uid(form["title"], str(body["starts_at"])[:10], token)
    fields = {name: value for name, value in body.items() if value is not None}
    outcome = await visit.write("PUT", f"/v1/office/partners/{segment(partner)}/events/{segment(uid)}", fields)
    if outcome.problem:
        return await _again(visit, view, outcome.errors, outcome.problem)
    return redirect(visit.request, f"{HOME}/events/{event_id(partner, uid)}?done={outcome.notice('entered')}")


async def _again(visit: Visit, view: FormView, errors: Iterable[dict[str, Any]], problem: str = "") -> Response:
    """The form with what was typed, and what is wrong with it."""
    said: dict[str, str] = {}
    for error in errors:
        at = error["field"] if error["field"] in _OWN_FIELDS else event_form.typed_at(error["field"])
        said[at] = f"{said[at]}; {error['detail']}" if at in said else error["detail"]
    if problem and not any(said):
        said[""] = problem
    again = FormView(view.form, view.partners, view.token, view.event, said)
    return visit.page(pages.render_form(again, await visit.frame(), visit.language), 422)


async def _before(visit: Visit, event: str) -> dict[str, Any] | None:
    if not event:
        return None
    try:
        return await read_event(visit, UUID(event))
    except ValueError:
        raise PageError(404) from None


async def _active_partners(visit: Visit) -> dict[str, str]:
    return {partner["id"]: partner["name"] for partner in await read_partners(visit) if partner["active"]}


ROUTES: Final = (Route(f"{HOME}/enter", enter_page), Route(f"{HOME}/enter", enter, methods=["POST"]))
