"""The office's pages of meetings: planned, invited to, held, recorded. Forms become the same writes as elsewhere."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.lists import split
from services.gateway.common.http.problems import ProblemError
from services.gateway.common.views import store as views_store
from services.gateway.meetings import store
from services.gateway.meetings.minutes import minutes_markdown
from services.gateway.meetings.store import MeetingFilter
from services.gateway.members import latest_store
from services.gateway.members import store as members_store
from services.gateway.pages import meeting_form, office_form
from services.gateway.pages import office_meetings as pages
from services.gateway.pages.office_form import Typed
from services.gateway.pages.office_meetings import PlanView
from services.gateway.pages.office_members import MEETINGS, changed_meanwhile, in_words
from services.gateway.routes.office_members_pages import read_names, today_of
from services.gateway.routes.office_pages import command, outcome
from services.gateway.routes.office_visit import PRIVATE, Visit, redirect, signed_in
from shared import db
from shared.contracts.base import FieldError
from shared.contracts.members import meetings as contract

router = APIRouter()

COMING: Final = 100
ON_A_PAGE: Final = 20


@signed_in
async def all_meetings(visit: Visit) -> Response:
    """Those to come, and those of the past."""
    today = datetime.combine(today_of(visit), time(), ZoneInfo(visit.parts.words.time_zone))
    after = cursor.read(visit.request.query_params.get("cursor"))
    async with db.reading(visit.parts.pool) as connection:
        coming = [] if after else await store.list_meetings(connection, _from(today), COMING)
        rows = await latest_store.list_by_time(
            connection, "meeting", status=None, before=after or (today, ""), limit=ON_A_PAGE + 1
        )
    shown, last = split(rows, ON_A_PAGE)
    following = cursor.write(last["at"], last["id"]) if last else None
    facts = [[orjson.loads(row["document"]) for row in part] for part in (coming, shown)]
    return visit.page(pages.render_meetings(facts[0], facts[1], await visit.frame(), following, visit.language))


@signed_in
async def meeting(visit: Visit) -> Response:
    """One meeting."""
    return visit.page(await _meeting(visit))


@signed_in
async def decide(visit: Visit) -> Response:
    """Invite all members, or cancel the meeting."""
    id_ = str(visit.request.path_params["meeting"])
    fields: dict[str, Any]
    match visit.sent("action"):
        case "invite":
            done, kind, fields = "invited", contract.INVITE, {"id": id_}
        case "cancel":
            done, kind = "cancelled", contract.CANCEL
            fields = {"id": id_, "version": visit.seen, "reason": visit.sent("reason")}
        case _:
            raise ProblemError(422)
    await _read(visit)
    state, errors, problem = await command(visit, kind, fields)
    if problem:
        return visit.page(await _meeting(visit, in_words(problem, errors, visit.language)), 409)
    return redirect(f"{MEETINGS}/{id_}?done={outcome(state, done)}")


@signed_in
async def plan_page(visit: Visit) -> Response:
    """The form, empty, or with the plan that is to be changed."""
    named = visit.request.query_params.get("meeting", "")
    if named:
        fact, _ = await _read(visit, named)
        view = PlanView(meeting_form.plan_from(fact), is_new=False)
    else:
        view = PlanView(Typed({"meeting": str(uuid4())}), is_new=True)
    return visit.page(pages.render_plan(view, await visit.frame(), visit.language))


@signed_in
async def plan(visit: Visit) -> Response:
    """Plan a meeting, or change its plan. The form names its id from the beginning: sent twice, it plans one."""
    form = office_form.typed(visit.form)
    before = None if not form["version"] else (await _read(visit, form["meeting"]))[0]
    view = PlanView(form, is_new=before is None)
    fields, wrong = meeting_form.plan(form, visit.parts.words.time_zone, before)
    if wrong:
        return await _plan_again(visit, view, wrong)
    body = {"id": form["meeting"], "version": visit.seen, **fields}
    state, errors, problem = await command(visit, contract.PLAN, body)
    if problem:
        version = None if before is None else (await _read(visit, form["meeting"]))[0]["version"]
        return await _plan_again(visit, view, errors, problem, version)
    return redirect(f"{MEETINGS}/{form['meeting']}?done={outcome(state, 'planned')}")


@signed_in
async def attendance_page(visit: Visit) -> Response:
    """The form for who took part."""
    return visit.page(await _attendance(visit))


@signed_in
async def attend(visit: Visit) -> Response:
    """Record who took part, all in one."""
    fact, _ = await _read(visit)
    organisations = [name.removeprefix("presence-") for name in visit.form if name.startswith("presence-")]
    body = {
        "id": fact["id"],
        "version": visit.seen,
        "attendance": meeting_form.attendance(visit.form, organisations, fact),
        "complete": True,
    }
    state, errors, problem = await command(visit, contract.ATTEND, body)
    if problem:
        return visit.page(await _attendance(visit, in_words(problem, errors, visit.language)), 409)
    return redirect(f"{MEETINGS}/{fact['id']}?done={outcome(state, 'attended')}")


@signed_in
async def minutes_page(visit: Visit) -> Response:
    """The form for the minutes."""
    fact, text = await _read(visit)
    return await _minutes(visit, fact, meeting_form.minutes_from(fact, text))


@signed_in
async def record_minutes(visit: Visit) -> Response:
    """Keep the minutes."""
    fact, _ = await _read(visit)
    form = office_form.typed(visit.form, ())
    body = {"id": fact["id"], "version": visit.seen, **meeting_form.minutes(form)}
    state, errors, problem = await command(visit, contract.MINUTE, body)
    if not problem:
        return redirect(f"{MEETINGS}/{fact['id']}?done={outcome(state, 'minuted')}")
    fact, _ = await _read(visit)
    form, said, status = _said(visit, form, errors, problem, fact["version"])
    return await _minutes(visit, fact, form, said, status)


@signed_in
async def minutes_text(visit: Visit) -> Response:
    """The minutes as Markdown."""
    fact, _ = await _read(visit)
    async with db.reading(visit.parts.pool) as connection:
        text = await views_store.read_private(connection, "minutes", fact["id"])
        names = await read_names(connection)
    if not fact["has_minutes"]:
        raise ProblemError(404)
    body = minutes_markdown(fact, orjson.loads(text) if text else None, names, visit.language)
    headers = PRIVATE | {"Content-Language": visit.language.code}
    return Response(body, media_type="text/markdown; charset=utf-8", headers=headers)


async def _plan_again(
    visit: Visit, view: PlanView, errors: Iterable[FieldError], problem: str = "", version: int | None = None
) -> Response:
    form, said, status = _said(visit, view.form, errors, problem, version)
    again = PlanView(form, view.is_new, said)
    return visit.page(pages.render_plan(again, await visit.frame(), visit.language), status)


def _said(
    visit: Visit, form: Typed, errors: Iterable[FieldError], problem: str, version: int | None
) -> tuple[Typed, dict[str, str], int]:
    """The form again, what is wrong by its fields, and the status. ``version``: what is there now."""
    said: dict[str, str] = {}
    for error in errors:
        at = error.field if error.field in _OWN_FIELDS else meeting_form.typed_at(error.field)
        sentence = visit.language.reason(error.code, error.values, error.detail)
        said[at] = f"{said[at]}; {sentence}" if at in said else sentence
    if version is not None and str(version) != form["version"]:
        said[""] = changed_meanwhile(problem, visit.language)
        return Typed({**form.values, "version": str(version)}, form.several), said, 409
    if problem and not any(said):
        said[""] = problem
    return form, said, 422


_OWN_FIELDS: Final = frozenset(("date", "starts", "ends", "last_day"))


async def _minutes(
    visit: Visit, fact: Document, form: Typed, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    async with db.reading(visit.parts.pool) as connection:
        names = await read_names(connection)
    html = pages.render_minutes(fact, form, names, await visit.frame(), visit.language, errors or {})
    return visit.page(html, status)


async def _attendance(visit: Visit, problem: str = "") -> str:
    """The form for who took part: all members, and those besides that were invited or are recorded."""
    fact, _ = await _read(visit)
    besides = {one["organisation"] for part in ("invited", "attendance") for one in fact[part]}
    async with db.reading(visit.parts.pool) as connection:
        found = await members_store.list_organisations(connection, members=False)
    rows = {row["id"]: row["name"] for row in found if row["is_member"] or row["id"] in besides}
    attending = pages.attending(fact, rows, visit.language)
    return pages.render_attendance(fact, attending, await visit.frame(problem), visit.language)


async def _meeting(visit: Visit, problem: str = "") -> str:
    fact, text = await _read(visit)
    async with db.reading(visit.parts.pool) as connection:
        names = await read_names(connection)
        members = [row["id"] for row in await members_store.list_organisations(connection, members=True)]
    one = pages.meeting(fact, text, names, members, visit.language, today_of(visit))
    return pages.render_meeting(one, await visit.frame(problem), visit.language)


async def _read(visit: Visit, meeting: str = "") -> tuple[dict[str, Any], str]:
    """The fact of the meeting that the address names, or of ``meeting``, and the words of its minutes.

    Raises:
        ProblemError: 404, there is none.
    """
    try:
        id_ = str(UUID(meeting or str(visit.request.path_params.get("meeting", ""))))
    except ValueError:
        raise ProblemError(404) from None
    async with db.reading(visit.parts.pool) as connection:
        found = await views_store.read_fact(connection, "meeting", id_)
        text = await views_store.read_private(connection, "minutes", id_)
    if found is None:
        raise ProblemError(404)
    return orjson.loads(found), orjson.loads(text)["text"] if text else ""


def _from(moment: datetime) -> MeetingFilter:
    return MeetingFilter(since=moment, everyone=True)


for _path, _get in (
    ("", all_meetings),
    ("/plan", plan_page),
    ("/{meeting:uuid}", meeting),
    ("/{meeting:uuid}/attendance", attendance_page),
    ("/{meeting:uuid}/minutes", minutes_page),
    ("/{meeting:uuid}/minutes.md", minutes_text),
):
    router.add_route(f"{MEETINGS}{_path}", _get, methods=["GET"], include_in_schema=False)
for _path, _post in (
    ("/plan", plan),
    ("/{meeting:uuid}", decide),
    ("/{meeting:uuid}/attendance", attend),
    ("/{meeting:uuid}/minutes", record_minutes),
):
    router.add_route(f"{MEETINGS}{_path}", _post, methods=["POST"], include_in_schema=False)
