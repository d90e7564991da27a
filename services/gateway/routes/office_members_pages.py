"""The office's pages of members: what waits, all of them, one, its entry. Forms become the same writes as elsewhere."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.lists import split
from services.gateway.common.http.problems import ProblemError
from services.gateway.common.views import store as views_store
from services.gateway.meetings import store as meetings_store
from services.gateway.members import latest_store, store
from services.gateway.members.store import MemberFilter
from services.gateway.pages import member_form
from services.gateway.pages import office_members as pages
from services.gateway.pages.office import HOME
from services.gateway.pages.office_form import Typed
from services.gateway.pages.office_members import (
    ALL_MEMBERS,
    MEMBERS,
    NEW_MEMBER,
    STANDINGS,
    EntryView,
    History,
    Wanted,
)
from services.gateway.partners import store as partners_store
from services.gateway.routes.office_pages import command, outcome
from services.gateway.routes.office_visit import Visit, redirect, signed_in
from shared import db
from shared.calendars.text import partner_id
from shared.clock import utc_now
from shared.contracts.base import FieldError
from shared.contracts.members import contributions, organisations
from shared.places import places

router = APIRouter()

AT_ONCE: Final = 50
ON_A_PAGE: Final = 60
MEETINGS_TO_CHOOSE: Final = 30
LATEST: Final = 8
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")


def today_of(visit: Visit) -> date:
    """The present day where the alliance lives."""
    return utc_now().astimezone(ZoneInfo(visit.parts.words.time_zone)).date()


async def read_names(connection: db.Connection) -> dict[str, str]:
    """All organisations that have ever applied: name by id, in the order of their names."""
    return {row["id"]: row["name"] for row in await store.list_organisations(connection, members=False)}


@signed_in
async def waiting(visit: Visit) -> Response:
    """What waits for the office."""
    return visit.page(await _waiting(visit))


@signed_in
async def all_members(visit: Visit) -> Response:
    """All organisations, or those of a status or name."""
    asked = visit.request.query_params
    status, text = asked.get("status", ""), asked.get("q", "").replace("\0", "").strip()[:200]
    wanted = MemberFilter(
        statuses=(status,) if status in STANDINGS else (),
        words=text,
        everyone=True,
        after=cursor.read_text(asked.get("cursor"), parts=2),
    )
    async with db.reading(visit.parts.pool) as connection:
        rows = await store.list_members(connection, wanted, ON_A_PAGE + 1)
    shown, last = split(rows, ON_A_PAGE)
    following = cursor.write_text(last["name"], last["id"]) if last else None
    facts = [orjson.loads(row["document"]) for row in shown]
    filters, frame = Wanted(status, text), await visit.frame()
    return visit.page(pages.render_all(facts, filters, frame, following, visit.language, today=today_of(visit)))


@signed_in
async def member(visit: Visit) -> Response:
    """One organisation."""
    return visit.page(await _member(visit))


@signed_in
async def decide(visit: Visit) -> Response:
    """Admit, decline, confirm, thank, let go: what a form of a member's page, or of what waits, asks for."""
    fact = await _fact(visit)
    id_, seen = fact["id"], {"version": visit.seen}
    why = {"reason": visit.sent("reason") or None}
    match visit.sent("action"):
        case "admit":
            done, kind = "admitted", organisations.ADMIT
            fields = {name: visit.sent(name) or None for name in ("on", "meeting", "decision")} | seen
        case "decline":
            done, kind, fields = "declined", organisations.DECLINE, {"reason": visit.sent("reason"), **seen}
        case "passive" | "active" | "status" as action:
            status = visit.sent("status") if action == "status" else action
            done, kind, fields = status, organisations.CONFIRM, {"status": status, **why, **seen}
        case "thank":
            year = visit.sent("year")
            words = visit.sent("text").replace("\r\n", "\n")
            fields = {"year": int(year) if year.isascii() and year.isdigit() else 0, "text": words}
            done, kind = "thanked", organisations.THANK
        case "leave":
            done, kind, fields = "left", organisations.LEAVE, {"on": visit.sent("on") or None}
        case _:
            raise ProblemError(422)
    state, errors, problem = await command(visit, kind, {"id": id_, **fields})
    back = visit.sent("back") == "waiting"
    if problem:
        said = pages.in_words(problem, errors, visit.language)
        return visit.page(await (_waiting(visit, said) if back else _member(visit, said)), 409)
    return redirect(f"{MEMBERS if back else f'{MEMBERS}/{id_}'}?done={outcome(state, done)}")


@signed_in
async def decide_contribution(visit: Visit) -> Response:
    """Let a contribution count, or not."""
    id_ = str(visit.request.path_params["contribution"])
    async with db.reading(visit.parts.pool) as connection:
        text = await views_store.read_fact(connection, "contribution", id_)
    if text is None:
        raise ProblemError(404)
    fields: dict[str, Any] = {"id": id_, "version": visit.seen}
    match visit.sent("action"):
        case "confirm":
            done, kind = "counted", contributions.CONFIRM
        case "decline":
            done, kind = "uncounted", contributions.DECLINE
            fields["reason"] = visit.sent("reason")
        case _:
            raise ProblemError(422)
    state, errors, problem = await command(visit, kind, fields)
    organisation = str(orjson.loads(text)["organisation"])
    back = visit.sent("back") == "waiting"
    if problem:
        said = pages.in_words(problem, errors, visit.language)
        return visit.page(await (_waiting(visit, said) if back else _member(visit, said, organisation)), 409)
    return redirect(f"{MEMBERS if back else f'{MEMBERS}/{organisation}'}?done={outcome(state, done)}")


@signed_in
async def entry_page(visit: Visit) -> Response:
    """The form with a member's entry."""
    fact = await _fact(visit)
    view = EntryView(member_form.typed_from(fact, places()), fact["id"], pages.circles(fact, visit.language))
    return await _form(visit, view)


@signed_in
async def change_entry(visit: Visit) -> Response:
    """Change a member's entry."""
    fact = await _fact(visit)
    form = member_form.typed(visit.form)
    fields, wrong = member_form.entry(form, places(), fact)
    view = EntryView(form, fact["id"], pages.circles(fact, visit.language))
    if wrong:
        return await _again(visit, view, wrong)
    body = {"id": fact["id"], "version": visit.seen, **fields}
    state, errors, problem = await command(visit, organisations.CHANGE, body)
    if problem:
        return await _again(visit, view, errors, problem, version=(await _fact(visit))["version"])
    return redirect(f"{MEMBERS}/{fact['id']}?done={outcome(state, 'member')}")


@signed_in
async def new_page(visit: Visit) -> Response:
    """The form for an application, empty."""
    return await _form(visit, EntryView(Typed({"listed": "yes", "on": today_of(visit).isoformat()}, {})))


@signed_in
async def apply(visit: Visit) -> Response:
    """Enter an application; the organisation gets the id that it has as a partner, or a new one of its name."""
    form = member_form.typed(visit.form)
    fields, wrong = member_form.entry(form, places())
    if wrong:
        return await _again(visit, EntryView(form), wrong)
    async with db.reading(visit.parts.pool) as connection:
        partners = {row["id"]: row["name"] for row in await partners_store.list_partners(connection)}
        known = await read_names(connection)
    id_ = partner_id(form["name"], partners | known)
    body = {"id": id_, "on": form["on"] or None, **fields}
    state, errors, problem = await command(visit, organisations.APPLY, body)
    if problem:
        return await _again(visit, EntryView(form), errors, problem)
    return redirect(f"{MEMBERS}/{id_}?done={outcome(state, 'applied')}")


async def _again(
    visit: Visit, view: EntryView, errors: Iterable[FieldError], problem: str = "", version: int | None = None
) -> Response:
    """The form with what was typed, and what is wrong with it. ``version``: what is there now, looked at or not."""
    said: dict[str, str] = {}
    for error in errors:
        at, sentence = member_form.typed_at(error.field), visit.language.reason(error.code, error.values, error.detail)
        said[at] = f"{said[at]}; {sentence}" if at in said else sentence
    form, status = view.form, 422
    if problem and not any(said):
        said[""] = problem
    if version is not None and str(version) != form["version"]:
        form, status = Typed({**form.values, "version": str(version)}, form.several), 409
        said[""] = pages.changed_meanwhile(problem, visit.language)
    return await _form(visit, EntryView(form, view.member, view.circles, said), status)


async def _form(visit: Visit, view: EntryView, status: int = 200) -> Response:
    html = pages.render_entry(view, await visit.frame(), visit.language, today=today_of(visit))
    return visit.page(html, status)


async def _waiting(visit: Visit, problem: str = "") -> str:
    async with db.reading(visit.parts.pool) as connection:
        applied = await _facts(connection, MemberFilter(statuses=("applied",), everyone=True))
        proposed = await _facts(connection, MemberFilter(proposed=True, everyone=True))
        rows = await latest_store.list_by_time(
            connection, "contribution", status="reported", before=None, limit=AT_ONCE
        )
        meetings = await _meetings(connection)
        names = await read_names(connection)
    reported = [pages.contribution(orjson.loads(row["document"]), names, visit.language) for row in reversed(rows)]
    frame, language = await visit.frame(problem), visit.language
    return pages.render_waiting(applied, proposed, reported, meetings, frame, language, today=today_of(visit))


async def _member(visit: Visit, problem: str = "", organisation: str = "") -> str:
    fact = await _fact(visit, organisation)
    id_ = fact["id"]
    async with db.reading(visit.parts.pool) as connection:
        people = await store.people_of(connection, [id_])
        held = await meetings_store.latest_meetings_of(connection, id_, LATEST)
        rows = await latest_store.list_by_time(
            connection, "contribution", status=None, organisation=id_, before=None, limit=AT_ONCE
        )
        meetings = await _meetings(connection)
        admitting = (fact["admission"] or {}).get("meeting")
        text = await views_store.read_fact(connection, "meeting", admitting) if admitting else None
    history = History(
        people=people.get(id_, []),
        meetings=[dict(row) for row in held],
        contributions=[orjson.loads(row["document"]) for row in rows],
        admitted_in=orjson.loads(text)["title"] if text else "",
    )
    frame, language = await visit.frame(problem), visit.language
    return pages.render_member(fact, history, meetings, frame, language, today=today_of(visit))


async def _fact(visit: Visit, organisation: str = "") -> Document:
    """The fact of the organisation that the address names.

    Raises:
        ProblemError: 404, there is none.
    """
    id_ = organisation or str(visit.request.path_params["member"])
    async with db.reading(visit.parts.pool) as connection:
        found = _SLUG.fullmatch(id_) and await views_store.read_fact(connection, "organisation", id_)
    if not found:
        raise ProblemError(404)
    fact: Document = orjson.loads(found)
    return fact


async def _facts(connection: db.Connection, wanted: MemberFilter) -> list[Document]:
    rows = await store.list_members(connection, wanted, AT_ONCE)
    return [orjson.loads(row["document"]) for row in rows]


async def _meetings(connection: db.Connection) -> Sequence[Document]:
    """The meetings that were held last, to choose from."""
    rows = await latest_store.list_by_time(connection, "meeting", status="held", before=None, limit=MEETINGS_TO_CHOOSE)
    return [orjson.loads(row["document"]) for row in rows]


for _path, _get, _post in (
    (MEMBERS, waiting, None),
    (ALL_MEMBERS, all_members, None),
    (NEW_MEMBER, new_page, apply),
    (f"{MEMBERS}/{{member}}", member, decide),
    (f"{MEMBERS}/{{member}}/entry", entry_page, change_entry),
    (f"{HOME}/contributions/{{contribution:uuid}}", None, decide_contribution),
):
    if _get:
        router.add_route(_path, _get, methods=["GET"], include_in_schema=False)
    if _post:
        router.add_route(_path, _post, methods=["POST"], include_in_schema=False)
