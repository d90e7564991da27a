"""The page of an association that is signed in: requests that it is asked about, and asking the others for support."""

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document
from services.web.common.forms import Typed, form_token, new_key, typed
from services.web.common.frame import Frame
from services.web.common.problems import OWN, PageError
from services.web.common.visit import Visit, redirect, signed_in
from services.web.referrals import asking, own_pages
from services.web.referrals.own_pages import ALL, OPEN, REFERRALS
from services.web.referrals.pages import page_of

ON_A_PAGE: Final = 30


@signed_in
async def own(visit: Visit) -> Response:
    """Its requests, those that are due first, and the form for support."""
    return await _own(visit, Typed(several={"topics": (), "languages": ()}), {})


@signed_in
async def ask_for_support(visit: Visit) -> Response:
    """Ask the other associations for support, and go on to the page that shows how it stands, told this once."""
    form = typed(visit.form)
    body = asking.body(form, visit.language.code) | {"kind": "support", "website": ""}
    outcome = await visit.write("POST", f"/v1/members/{await _owner(visit)}/referrals", body)
    if outcome.problem:
        said = asking.by_field(outcome.errors)
        return await _own(visit, form, said if asking.are_beside(said) else {**said, "": outcome.problem})
    return redirect(visit.request, f"{page_of(outcome.link)}?done=yes")


async def _own(visit: Visit, form: Typed, errors: dict[str, str]) -> Response:
    owner = await _owner(visit)
    state = ALL if visit.asked("state") == ALL else OPEN
    query = [("state", state), ("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found, entry = await asyncio.gather(
        visit.gateway.read(f"/v1/members/{owner}/referrals", query),
        visit.gateway.read_if_any(f"/v1/members/{owner}"),
    )
    name = str(entry["name"]) if entry else owner
    html = own_pages.render_own(found, name, state, form, errors, _frame(visit), visit.language)
    return visit.page(html, 422 if errors else 200)


async def _owner(visit: Visit) -> str:
    """The association that is signed in.

    Raises:
        PageError: 403, it is the office, which has pages of its own.
    """
    session: Document = await visit.gateway.read("/v1/sessions/current")
    if session["role"] != "organisation":
        raise PageError(403)
    return str(session["owner"])


def _frame(visit: Visit) -> Frame:
    return Frame(form_token(visit.session), new_key(), 0)


ROUTES: Final = (
    Route(OWN, own),
    Route(REFERRALS, own),
    Route(REFERRALS, ask_for_support, methods=["POST"]),
)
