"""The pages of the members, their years and the alliance's goals, with the report and the charts of the goals."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway import alliance_store, cursor, goal_tree, member_list_store, member_store
from services.gateway.answers import answer
from services.gateway.areas import keys_of
from services.gateway.context import Context, context
from services.gateway.language import Language, negotiate
from services.gateway.member_list_store import MemberFilter
from services.gateway.near import whereabouts
from services.gateway.pages import goals, goals_markdown, members, years
from services.gateway.problems import ProblemError, reason
from services.gateway.queries import reader
from services.gateway.routes.site import SECURITY
from services.gateway.years import FIRST, LAST, year_of
from shared import db
from shared.clock import utc_now
from shared.places import places

router = APIRouter(include_in_schema=False)

ON_A_PAGE: Final = 60
Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{3,40}$")]
Goal = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Indicator = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]


class DirectoryQuery(BaseModel):
    """What a reader may ask of the directory, in links that carry all sorts of other things."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    topic: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    near: Annotated[str, Field(max_length=100)] = ""
    cursor: Annotated[str | None, Field(max_length=600)] = None


class GoalsQuery(BaseModel):
    """Whether the report shows also what is not pursued any more."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["open", "all"] = "open"


read_directory_query = reader(DirectoryQuery)
read_goals_query = reader(GoalsQuery)


@router.get("/members")
async def directory_html(request: Request) -> Response:
    """The active and passive members that want to be found, by name."""
    parts, query = context(request), read_directory_query(request)
    language = _language(request)
    topics = tuple(topic for topic in query.topic if topic and "\0" not in topic)
    try:
        wanted = MemberFilter(topics=topics, keys=_keys(query.near), after=cursor.read_text(query.cursor, parts=2))
    except ProblemError as error:
        said = tuple(_sentence(one.field, one.code, one.values, one.detail, language) for one in error.problem.errors)
        filters = members.Filters(topics, query.near, said, error.members.get("choices", []))
        return _page(request, members.render_members([], filters, language, today=_today(parts)), language)
    async with db.reading(parts.pool) as connection:
        rows = await member_list_store.list_members(connection, wanted, ON_A_PAGE + 1)
    shown = rows[:ON_A_PAGE]
    html = members.render_members(
        [orjson.loads(row["document"]) for row in shown],
        members.Filters(topics, query.near),
        language,
        today=_today(parts),
        following=cursor.write_text(shown[-1]["name"], shown[-1]["id"]) if len(rows) > ON_A_PAGE else None,
    )
    return _page(request, html, language)


@router.get("/members/{member}")
async def member_html(request: Request, member: Slug) -> Response:
    """One member."""
    parts, language = context(request), _language(request)
    async with db.reading(parts.pool) as connection:
        document = await member_store.read_public(connection, "organisation", member)
    if document is None:
        raise ProblemError(404)
    return _page(request, members.render_member(orjson.loads(document), language, today=_today(parts)), language)


@router.get("/members/{member}/{year}")
async def year_html(request: Request, member: Slug, year: Annotated[int, Path(ge=FIRST, le=LAST)]) -> Response:
    """A member's year."""
    parts, language, now = context(request), _language(request), utc_now()
    async with db.reading(parts.pool) as connection:
        document = await year_of(connection, member, year, now) if year <= _today(parts).year else None
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
async def indicator_svg(request: Request, goal: Goal, indicator: Indicator) -> Response:
    """The chart of one indicator, for reports elsewhere."""
    parts, language = context(request), _language(request)
    async with db.reading(parts.pool) as connection:
        document = await member_store.read_public(connection, "goal", goal)
    node = goal_tree.node(orjson.loads(document), {}) if document else None
    picture = goals.indicator_chart(node, indicator, language) if node else None
    if picture is None:
        raise ProblemError(404)
    return _page(request, str(picture), language, media_type="image/svg+xml")


async def _goals(parts: Context, shown: goal_tree.Shown) -> dict[str, Any]:
    async with db.reading(parts.pool) as connection:
        documents = [orjson.loads(text) for text in await alliance_store.list_all(connection, "goal")]
        names = await member_store.names(connection, goal_tree.responsible(documents))
    hidden = shown == "open" and any(document["status"] == "retired" for document in documents)
    return {"items": goal_tree.tree(documents, names, shown), "has_more": hidden}


def _keys(near: str) -> tuple[str, ...] | None:
    """Under which keys the areas are found that include the place; None: anywhere.

    Raises:
        ProblemError: 422, it is unknown or more than one place.
    """
    if not near.strip():
        return None
    ags = whereabouts("", near.strip(), 0, places()).ags
    if ags is None:
        raise ProblemError(
            422, reason("near", "place-unknown", "is no postal code and no municipality that is known here")
        )
    return tuple(keys_of(ags))


def _sentence(field: str, code: str, values: dict[str, Any], detail: str, language: Language) -> str:
    label, sentence = language.gettext("Town or postal code"), language.reason(code, values, detail)
    return f"{label}: {sentence}" if field == "near" else sentence


def _today(parts: Context) -> date:
    return utc_now().astimezone(ZoneInfo(parts.words.time_zone)).date()


def _language(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))


def _page(request: Request, text: str, language: Language, *, media_type: str = "text/html; charset=utf-8") -> Response:
    headers = {**SECURITY, "Content-Language": language.code}
    return answer(request, text.encode(), media_type=media_type, headers=headers)
