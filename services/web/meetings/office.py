"""The office's pages of meetings: planned, invited to, held, recorded. Forms become the writes of the interface."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document
from services.web.common.forms import Typed, in_language, typed
from services.web.common.frame import changed_meanwhile
from services.web.common.headers import private_headers
from services.web.common.problems import PageError
from services.web.common.times import today
from services.web.common.visit import Visit, redirect, signed_in
from services.web.meetings import form as meeting_form
from services.web.meetings import office_pages as pages
from services.web.meetings.office_pages import MEETINGS, PlanView
from shared.vocabulary import vocabulary

COMING: Final = 100
ON_A_PAGE: Final = 20
_OF_THE_OFFICE: Final = "/v1/office/meetings"
_OWN_FIELDS: Final = frozenset(("date", "starts", "ends", "last_day"))


@signed_in
async def all_meetings(visit: Visit) -> Response:
    """Those to come, and those of the past."""
    cursor = visit.asked("cursor")
    coming = [("from", today().isoformat()), ("limit", str(COMING))]
    past = [("to", (today() - timedelta(days=1)).isoformat()), ("order", "desc"), ("limit", str(ON_A_PAGE))]
    found, before, frame = await asyncio.gather(
        _none() if cursor else visit.gateway.read(_OF_THE_OFFICE, coming),
        visit.gateway.read(_OF_THE_OFFICE, [*past, ("cursor", cursor or None)]),
        visit.frame(),
    )
    return visit.page(pages.render_meetings(found["items"], before["items"], frame, before["next"], visit.language))


@signed_in
async def meeting(visit: Visit) -> Response:
    """One meeting."""
    return await _meeting(visit)


@signed_in
async def decide(visit: Visit) -> Response:
    """Invite all members, or cancel the meeting."""
    id_ = visit.named("meeting")
    match visit.sent("action"):
        case "invite":
            done, outcome = "invited", await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/invite")
        case "cancel":
            body = {"version": visit.seen, "reason": visit.sent("reason")}
            done, outcome = "cancelled", await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/cancel", body)
        case _:
            raise PageError(422)
    if outcome.problem:
        return await _meeting(visit, pages.in_words(outcome, visit.language), 409)
    return redirect(visit.request, f"{MEETINGS}/{id_}?done={outcome.notice(done)}")


@signed_in
async def plan_page(visit: Visit) -> Response:
    """The form, empty, or with the plan that is to be changed."""
    if named := visit.asked("meeting"):
        view = PlanView(meeting_form.plan_from(await _read(visit, named)), is_new=False)
    else:
        view = PlanView(Typed({"meeting": str(uuid4())}), is_new=True)
    return visit.page(pages.render_plan(view, await visit.frame(), visit.language))


@signed_in
async def plan(visit: Visit) -> Response:
    """Plan a meeting, or change its plan. The form names its id from the beginning: sent twice, it plans one."""
    form = typed(visit.form)
    before = await _read(visit, form["meeting"]) if form["version"] else None
    view = PlanView(form, is_new=before is None)
    fields, wrong = meeting_form.plan(form, vocabulary().time_zone, before)
    if wrong:
        return await _plan_again(visit, view, in_language(wrong, visit.language))
    body = {"version": visit.seen, **fields}
    outcome = await visit.write("PUT", f"{_OF_THE_OFFICE}/{_id(form['meeting'])}", body)
    if outcome.problem:
        version = None if before is None else (await _read(visit, form["meeting"]))["version"]
        return await _plan_again(visit, view, outcome.errors, outcome.problem, version)
    return redirect(visit.request, f"{MEETINGS}/{form['meeting']}?done={outcome.notice('planned')}")


@signed_in
async def attendance_page(visit: Visit) -> Response:
    """The form for who took part."""
    return await _attendance(visit)


@signed_in
async def attend(visit: Visit) -> Response:
    """Record who took part, all in one."""
    found = await _read(visit, visit.named("meeting"))
    organisations = [name.removeprefix("presence-") for name in visit.form if name.startswith("presence-")]
    attendance = meeting_form.attendance(visit.form, organisations, found)
    body = {"version": visit.seen, "attendance": attendance, "complete": True}
    outcome = await visit.write("POST", f"{_OF_THE_OFFICE}/{found['id']}/attendance", body)
    if outcome.problem:
        return await _attendance(visit, pages.in_words(outcome, visit.language), 409)
    return redirect(visit.request, f"{MEETINGS}/{found['id']}?done={outcome.notice('attended')}")


@signed_in
async def minutes_page(visit: Visit) -> Response:
    """The form for the minutes."""
    minutes = await visit.gateway.read(f"{_OF_THE_OFFICE}/{visit.named('meeting')}/minutes")
    return await _minutes(visit, meeting_form.minutes_from(minutes))


@signed_in
async def record_minutes(visit: Visit) -> Response:
    """Keep the minutes."""
    id_ = visit.named("meeting")
    form = typed(visit.form, ())
    body = {"version": visit.seen, **meeting_form.minutes(form)}
    outcome = await visit.write("POST", f"{_OF_THE_OFFICE}/{id_}/minutes", body)
    if not outcome.problem:
        return redirect(visit.request, f"{MEETINGS}/{id_}?done={outcome.notice('minuted')}")
    now = await _read(visit, id_)
    form, said, status = _said(visit, form, outcome.errors, outcome.problem, now["version"])
    return await _minutes(visit, form, said, status)


@signed_in
async def minutes_text(visit: Visit) -> Response:
    """The minutes as Markdown."""
    text = await visit.gateway.read_text(f"/v1/meetings/{visit.named('meeting')}/minutes")
    headers = private_headers(visit.request) | {"Content-Language": visit.language.code}
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


async def _plan_again(
    visit: Visit, view: PlanView, errors: Iterable[Document], problem: str = "", version: int | None = None
) -> Response:
    form, said, status = _said(visit, view.form, errors, problem, version)
    again = PlanView(form, view.is_new, said)
    return visit.page(pages.render_plan(again, await visit.frame(), visit.language), status)


def _said(
    visit: Visit, form: Typed, errors: Iterable[Document], problem: str, version: int | None
) -> tuple[Typed, dict[str, str], int]:
    """The form again, what is wrong by its fields, and the status. ``version``: what is there now."""
    said: dict[str, str] = {}
    for error in errors:
        at = error["field"] if error["field"] in _OWN_FIELDS else meeting_form.typed_at(error["field"])
        said[at] = f"{said[at]}; {error['detail']}" if at in said else error["detail"]
    if version is not None and str(version) != form["version"]:
        said[""] = changed_meanwhile(problem, visit.language)
        return Typed({**form.values, "version": str(version)}, form.several), said, 409
    if problem and not any(said):
        said[""] = problem
    return form, said, 422


async def _minutes(visit: Visit, form: Typed, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    found, organisations, frame = await asyncio.gather(
        _read(visit, visit.named("meeting")), visit.read_items("/v1/office/organisations"), visit.frame()
    )
    html = pages.render_minutes(found, form, organisations, frame, visit.language, errors or {})
    return visit.page(html, status)


async def _attendance(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """The form for who took part: all members, and those besides that were invited or are recorded."""
    found, organisations, frame = await asyncio.gather(
        _read(visit, visit.named("meeting")), visit.read_items("/v1/office/organisations"), visit.frame(problem)
    )
    attending = pages.attending(found, organisations, visit.language)
    return visit.page(pages.render_attendance(found, attending, frame, visit.language), status)


async def _meeting(visit: Visit, problem: str = "", status: int = 200) -> Response:
    id_ = visit.named("meeting")
    found, minutes, organisations, frame = await asyncio.gather(
        _read(visit, id_),
        visit.gateway.read(f"{_OF_THE_OFFICE}/{id_}/minutes"),
        visit.read_items("/v1/office/organisations"),
        visit.frame(problem),
    )
    one = pages.meeting(found, minutes["text"], organisations, visit.language, today())
    return visit.page(pages.render_meeting(one, frame, visit.language), status)


def _id(meeting: str) -> str:
    """The id of a meeting as it was sent.

    Raises:
        PageError: 404, it is none.
    """
    try:
        return str(UUID(meeting))
    except ValueError:
        raise PageError(404) from None


async def _read(visit: Visit, meeting: str) -> dict[str, Any]:
    """A meeting as the office sees it."""
    return await visit.gateway.read(f"/v1/meetings/{_id(meeting)}")


async def _none() -> Document:
    return {"items": []}


_ONE: Final = f"{MEETINGS}/{{meeting:uuid}}"
ROUTES: Final = (
    Route(MEETINGS, all_meetings),
    Route(f"{MEETINGS}/plan", plan_page),
    Route(f"{MEETINGS}/plan", plan, methods=["POST"]),
    Route(_ONE, meeting),
    Route(_ONE, decide, methods=["POST"]),
    Route(f"{_ONE}/attendance", attendance_page),
    Route(f"{_ONE}/attendance", attend, methods=["POST"]),
    Route(f"{_ONE}/minutes", minutes_page),
    Route(f"{_ONE}/minutes", record_minutes, methods=["POST"]),
    Route(f"{_ONE}/minutes.md", minutes_text),
)
