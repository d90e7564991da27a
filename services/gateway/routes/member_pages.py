"""The pages of the members, their years and the alliance's goals, with the report and the charts of the goals."""

import re
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway.common.context import Context, context
from services.gateway.common.http import cursor
from services.gateway.common.http.language import Language, negotiate
from services.gateway.common.http.lists import split
from services.gateway.common.http.problems import ProblemError
from services.gateway.common.http.queries import reader
from services.gateway.common.http.responses import respond
from services.gateway.common.views import store as views_store
from services.gateway.goals.routes import read_goals
from services.gateway.members import store
from services.gateway.members.queries import MemberQuery, members_wanted
from services.gateway.members.years import year_of
from services.gateway.pages import goals, goals_markdown, members, years
from services.gateway.routes.site import SECURITY
from shared import db, goal_tree
from shared.clock import utc_now
from shared.contracts.base import FieldError

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 60
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_INDICATOR: Final = re.compile(r"[a-z0-9-]{1,60}")
_YEAR: Final = re.compile(r"[0-9]{4}")


class DirectoryQuery(BaseModel):
    """What a reader may ask of the directory, in links that carry all sorts of other things."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    topic: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    municipality: Annotated[str, Field(max_length=100)] = ""
    cursor: Annotated[str | None, Field(max_length=800)] = None


class GoalsQuery(BaseModel):
    """Whether the report shows also what is not pursued any more."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["open", "all"] = "open"


read_directory_query = reader(DirectoryQuery)
read_goals_query = reader(GoalsQuery)


@router.get("/members")
async def directory_html(request: Request) -> Response:
    """The active and passive members that want to be found, by name."""
    parts, query, language = context(request), read_directory_query(request), _language(request)
    topics = tuple(topic for topic in query.topic if topic and "\0" not in topic)
    filters = members.Filters(topics, query.municipality)
    try:
        asked = MemberQuery(topic=topics, municipality=query.municipality, cursor=query.cursor)
        wanted = members_wanted(asked)
    except ProblemError as error:
        said = tuple(_sentence(one, language) for one in error.problem.errors)
        unread = replace(filters, errors=said, choices=error.members.get("choices", []))
        return _page(request, members.render_members([], unread, language, today=_today(parts)), language)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_members(connection, wanted, ON_A_PAGE + 1)
    shown, last = split(rows, ON_A_PAGE)
    html = members.render_members(
        [orjson.loads(row["document"]) for row in shown],
        filters,
        language,
        today=_today(parts),
        following=cursor.write_text(last["name"], last["id"]) if last else None,
    )
    return _page(request, html, language)


@router.get("/members/{member}")
async def member_html(request: Request, member: str) -> Response:
    """One member."""
    _check(member, _SLUG)
    parts, language = context(request), _language(request)
    async with db.reading(parts.pool) as connection:
        document = await views_store.read_public(connection, "organisation", member)
    if document is None:
        raise ProblemError(404)
    return _page(request, members.render_member(orjson.loads(document), language, today=_today(parts)), language)


@router.get("/members/{member}/{year}")
async def year_html(request: Request, member: str, year: str) -> Response:
    """A member's year."""
    _check(member, _SLUG)
    _check(year, _YEAR)
    parts, language, now = context(request), _language(request), utc_now()
    async with db.reading(parts.pool) as connection:
        document = await year_of(connection, member, int(year), now) if int(year) <= _today(parts).year else None
    if document is None:
        raise ProblemError(404)
    return _page(request, years.render_year(document, language, today=_today(parts)), language)


@router.get("/goals")
async def goals_html(request: Request) -> Response:
    """The report of the goals."""
    parts, language = context(request), _language(request)
    document = await _goals(parts, read_goals_query(request).status)
    return _page(request, goals.render_goals(document, language, today=_today(parts)), language)


@router.get("/goals.md")
async def goals_text(request: Request) -> Response:
    """The same as Markdown."""
    parts, language = context(request), _language(request)
    document = await _goals(parts, read_goals_query(request).status)
    page = f"{parts.settings.public_url.rstrip('/')}/goals"
    text = goals_markdown.goals_markdown(document, language, today=_today(parts), page=page)
    return _page(request, text, language, media_type="text/markdown; charset=utf-8")


@router.get("/goals/{goal}/{indicator}.svg")
async def indicator_svg(request: Request, goal: str, indicator: str) -> Response:
    """The chart of one indicator, for reports elsewhere."""
    _check(goal, _UUID)
    _check(indicator, _INDICATOR)
    parts, language = context(request), _language(request)
    async with db.reading(parts.pool) as connection:
        document = await views_store.read_public(connection, "goal", goal)
    node = goal_tree.node(orjson.loads(document), {}) if document else None
    picture = goals.indicator_chart(node, indicator, language) if node else None
    if picture is None:
        raise ProblemError(404)
    return _page(request, str(picture), language, media_type="image/svg+xml")


async def _goals(parts: Context, shown: goal_tree.Shown) -> dict[str, Any]:
    async with db.reading(parts.pool) as connection:
        found = await read_goals(connection, shown)
        retired = await read_goals(connection, "retired") if shown == "open" else {"items": []}
    return {**found, "has_more": bool(retired["items"])}


def _check(name: str, form: re.Pattern[str]) -> None:
    """To a reader an address that cannot be is no wrong value but a page that is not there."""
    if not form.fullmatch(name):
        raise ProblemError(404)


def _sentence(error: FieldError, language: Language) -> str:
    label, sentence = language.gettext("Town or postal code"), language.reason(error.code, error.values, error.detail)
    return f"{label}: {sentence}" if error.field == "municipality" else sentence


def _today(parts: Context) -> date:
    return utc_now().astimezone(ZoneInfo(parts.words.time_zone)).date()


def _language(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))


def _page(request: Request, text: str, language: Language, *, media_type: str = "text/html; charset=utf-8") -> Response:
    headers = {**SECURITY, "Content-Language": language.code}
    return respond(request, text.encode(), media_type=media_type, headers=headers)
