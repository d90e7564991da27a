"""The office's pages of members: what waits, all of them, one, its entry. Forms become the writes of the interface."""

import asyncio
import re
from collections.abc import Iterable
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document, Outcome
from services.web.common.forms import Typed, in_language
from services.web.common.frame import HOME, changed_meanwhile
from services.web.common.problems import PageError
from services.web.common.times import today
from services.web.common.visit import Visit, redirect, signed_in
from services.web.members import form as entry_form
from services.web.members import office_pages as pages
from services.web.members.office_pages import (
    ALL_MEMBERS,
    MEMBERS,
    NEW_MEMBER,
    STANDINGS,
    EntryView,
    History,
    Wanted,
)
from services.web.partners.office import read_partners
from shared.calendars.text import partner_id
from shared.contracts.members.organisations import ASKED_BY_DEFAULT
from shared.places import places

AT_ONCE: Final = 50
ON_A_PAGE: Final = 60
MEETINGS_TO_CHOOSE: Final = 30
LATEST: Final = 8
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")
_YEAR: Final = re.compile(r"[0-9]{1,9}")
_OF_THE_OFFICE: Final = "/v1/office/members"


@signed_in
async def waiting(visit: Visit) -> Response:
    """What waits for the office."""
    return await _waiting(visit)


@signed_in
async def all_members(visit: Visit) -> Response:
    """All organisations, or those of a status or name."""
    status, text = visit.asked("status"), visit.asked("q").replace("\0", "").strip()[:200]
    query = [("status", status if status in STANDINGS else None), ("q", text or None)]
    paging = [("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found, frame = await asyncio.gather(visit.gateway.read(_OF_THE_OFFICE, [*query, *paging]), visit.frame())
    wanted = Wanted(status, text)
    html = pages.render_all(found["items"], wanted, frame, found["next"], visit.language, today=today())
    return visit.page(html)


@signed_in
async def member(visit: Visit) -> Response:
    """One organisation."""
    return await _member(visit, _id(visit))


@signed_in
async def decide(visit: Visit) -> Response:
    """Admit, decline, confirm, thank, let go: what a form of a member's page, or of what waits, asks for."""
    id_, seen = _id(visit), {"version": visit.seen}
    match visit.sent("action"):
        case "admit":
            done, body = "admitted", {name: visit.sent(name) or None for name in ("on", "meeting", "decision")} | seen
            outcome = await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/admit", body)
        case "decline":
            done, body = "declined", {"reason": visit.sent("reason"), **seen}
            outcome = await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/decline", body)
        case "passive" | "active" | "status" as action:
            done = visit.sent("status") if action == "status" else action
            body = {"status": done, "reason": visit.sent("reason") or None, **seen}
            outcome = await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/confirm", body)
        case "thank":
            year, words = visit.sent("year"), visit.sent("text").replace("\r\n", "\n")
            body = {"year": int(year) if _YEAR.fullmatch(year) else 0, "text": words}
            done, outcome = "thanked", await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/thanks", body)
        case "leave":
            body = {"on": visit.sent("on") or None}
            done, outcome = "left", await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/leave", body)
        case _:
            raise PageError(422)
    return await _decided(visit, outcome, id_, done)


@signed_in
async def decide_contribution(visit: Visit) -> Response:
    """Let a contribution count, or not."""
    address = f"/v1/office/contributions/{visit.named('contribution')}"
    fact = await visit.gateway.read(address)
    match visit.sent("action"):
        case "confirm":
            done, outcome = "counted", await visit.write("POST", f"{address}/confirm", {"version": visit.seen})
        case "decline":
            body = {"version": visit.seen, "reason": visit.sent("reason")}
            done, outcome = "uncounted", await visit.write("POST", f"{address}/decline", body)
        case _:
            raise PageError(422)
    return await _decided(visit, outcome, str(fact["organisation"]), done)


@signed_in
async def entry_page(visit: Visit) -> Response:
    """The form with a member's entry."""
    found = await _read(visit, _id(visit))
    view = EntryView(entry_form.typed_from(found, places()), found["id"], pages.circles(found, visit.language))
    return await _form(visit, view)


@signed_in
async def change_entry(visit: Visit) -> Response:
    """Change a member's entry."""
    found = await _read(visit, _id(visit))
    form = entry_form.typed(visit.form)
    fields, wrong = entry_form.entry(form, places(), found)
    view = EntryView(form, found["id"], pages.circles(found, visit.language))
    if wrong:
        return await _again(visit, view, in_language(wrong, visit.language))
    outcome = await visit.write("PUT", f"{_OF_THE_OFFICE}/{found['id']}", {"version": visit.seen, **fields})
    if outcome.problem:
        now = await _read(visit, found["id"])
        return await _again(visit, view, outcome.errors, outcome.problem, version=now["version"])
    return redirect(visit.request, f"{MEMBERS}/{found['id']}?done={outcome.notice('member')}")


@signed_in
async def new_page(visit: Visit) -> Response:
    """The form for an application, empty."""
    return await _form(
        visit, EntryView(Typed({"listed": "yes", "on": today().isoformat()}, {"takes": ASKED_BY_DEFAULT}))
    )


@signed_in
async def apply(visit: Visit) -> Response:
    """Enter an application; the organisation gets the id that it has as a partner, or a new one of its name."""
    form = entry_form.typed(visit.form)
    fields, wrong = entry_form.entry(form, places())
    if wrong:
        return await _again(visit, EntryView(form), in_language(wrong, visit.language))
    partners, organisations = await asyncio.gather(read_partners(visit), read_organisations(visit))
    id_ = partner_id(form["name"], {one["id"]: one["name"] for one in (*partners, *organisations)})
    body = {"on": form["on"] or None, **fields}
    outcome = await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/application", body)
    if outcome.problem:
        return await _again(visit, EntryView(form), outcome.errors, outcome.problem)
    return redirect(visit.request, f"{MEMBERS}/{id_}?done={outcome.notice('applied')}")


async def read_organisations(visit: Visit) -> list[Document]:
    """All organisations that have ever applied, by name: ``id``, ``name`` and ``status`` of each."""
    return await visit.read_items("/v1/office/organisations")


async def _decided(visit: Visit, outcome: Outcome, organisation: str, done: str) -> Response:
    """The page on which the form stood, with what came of it."""
    back = visit.sent("back") == "waiting"
    if outcome.problem:
        said = pages.in_words(outcome, visit.language)
        return await (_waiting(visit, said, 409) if back else _member(visit, organisation, said, 409))
    return redirect(visit.request, f"{MEMBERS if back else f'{MEMBERS}/{organisation}'}?done={outcome.notice(done)}")


async def _again(
    visit: Visit, view: EntryView, errors: Iterable[Document], problem: str = "", version: int | None = None
) -> Response:
    """The form with what was typed, and what is wrong with it. ``version``: what is there now, looked at or not."""
    said: dict[str, str] = {}
    for error in errors:
        at = entry_form.typed_at(error["field"])
        said[at] = f"{said[at]}; {error['detail']}" if at in said else error["detail"]
    form, status = view.form, 422
    if problem and not any(said):
        said[""] = problem
    if version is not None and str(version) != form["version"]:
        form, status = Typed({**form.values, "version": str(version)}, form.several), 409
        said[""] = changed_meanwhile(problem, visit.language)
    return await _form(visit, EntryView(form, view.member, view.circles, said), status)


async def _form(visit: Visit, view: EntryView, status: int = 200) -> Response:
    html = pages.render_entry(view, await visit.frame(), visit.language, today=today())
    return visit.page(html, status)


async def _waiting(visit: Visit, problem: str = "", status: int = 200) -> Response:
    most = ("limit", str(AT_ONCE))
    applied, proposed, reported, meetings, organisations, frame = await asyncio.gather(
        visit.read_items(_OF_THE_OFFICE, [("status", "applied"), most]),
        visit.read_items(_OF_THE_OFFICE, [("proposed", "true"), most]),
        visit.read_items("/v1/office/contributions", [("status", "reported"), most]),
        _meetings(visit),
        read_organisations(visit),
        visit.frame(problem),
    )
    names = {one["id"]: one["name"] for one in organisations}
    contributions = [pages.contribution(one, names, visit.language) for one in reversed(reported)]
    html = pages.render_waiting(applied, proposed, contributions, meetings, frame, visit.language, today=today())
    return visit.page(html, status)


async def _member(visit: Visit, id_: str, problem: str = "", status: int = 200) -> Response:
    found, held, contributions, meetings, frame = await asyncio.gather(
        _read(visit, id_),
        visit.read_items(f"/v1/members/{id_}/meetings", [("status", "held"), ("limit", str(LATEST))]),
        visit.read_items("/v1/office/contributions", [("organisation", id_), ("limit", str(AT_ONCE))]),
        _meetings(visit),
        visit.frame(problem),
    )
    admitting = (found["admission"] or {}).get("meeting")
    meeting = await visit.gateway.read_if_any(f"/v1/meetings/{admitting}") if admitting else None
    history = History(
        people=found["people"],
        meetings=held,
        contributions=contributions,
        admitted_in=meeting["title"] if meeting else "",
    )
    html = pages.render_member(found, history, meetings, frame, visit.language, today=today())
    return visit.page(html, status)


def _id(visit: Visit) -> str:
    """The id that the address names.

    Raises:
        PageError: 404, it is none.
    """
    id_ = visit.named("member")
    if not _SLUG.fullmatch(id_):
        raise PageError(404)
    return id_


async def _read(visit: Visit, id_: str) -> Document:
    """The organisation of this id, as the office sees it."""
    return await visit.gateway.read(f"{_OF_THE_OFFICE}/{id_}")


async def _meetings(visit: Visit) -> list[Document]:
    """The meetings that were held last, to choose from."""
    query = [("status", "held"), ("order", "desc"), ("limit", str(MEETINGS_TO_CHOOSE))]
    return await visit.read_items("/v1/office/meetings", query)


ROUTES: Final = (
    Route(MEMBERS, waiting),
    Route(ALL_MEMBERS, all_members),
    Route(NEW_MEMBER, new_page),
    Route(NEW_MEMBER, apply, methods=["POST"]),
    Route(f"{MEMBERS}/{{member}}", member),
    Route(f"{MEMBERS}/{{member}}", decide, methods=["POST"]),
    Route(f"{MEMBERS}/{{member}}/entry", entry_page),
    Route(f"{MEMBERS}/{{member}}/entry", change_entry, methods=["POST"]),
    Route(f"{HOME}/contributions/{{contribution:uuid}}", decide_contribution, methods=["POST"]),
)
