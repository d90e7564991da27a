"""``/v1/goals`` and ``/v1/charters``: what the alliance wants, and the papers that its members agreed to."""

from typing import Annotated, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http.lists import not_found, page, respond_json
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.views import store
from services.gateway.goals import queries, schemas
from services.gateway.goals.documents import charter_item
from shared import db, goal_tree

router = APIRouter(tags=["goals"])

read_query = reader(queries.GoalQuery)
_KINDS: Final = ("leitbild", "arbeitsordnung", "konzeption")


async def read_goals(connection: db.Connection, shown: goal_tree.Shown = "open") -> Document:
    """The goals of this status as ``GET /v1/goals`` shows them."""
    documents = [orjson.loads(text) for text in await store.list_all(connection, "goal")]
    names = await store.names(connection, goal_tree.responsible(documents))
    return page(goal_tree.tree(documents, names, shown), None)


async def read_charters(connection: db.Connection) -> list[Document]:
    """The papers as ``GET /v1/charters`` shows them, the statement of the mission first."""
    facts = [orjson.loads(text) for text in await store.list_all(connection, "charter")]
    agreed = sorted({one["organisation"] for fact in facts for one in fact["assents"]})
    members = await store.members_among(connection, agreed)
    count = await store.count_members(connection)
    facts.sort(key=lambda fact: (_KINDS.index(fact["kind"]), fact["id"]))
    return [charter_item(fact, members, count) for fact in facts]


@router.get("/v1/goals", **described("list_goals", schemas.GoalPage, query=queries.GoalQuery))
async def list_goals(request: Request) -> Response:
    """All guiding goals by their numbers, with the goals and measures that serve them below."""
    query = read_query(request)
    async with db.reading(context(request).pool) as connection:
        return respond_json(request, await read_goals(connection, query.status))


@router.get("/v1/goals/{goal}", **described("read_goal", schemas.Goal, problems=(404,)))
async def read_goal(request: Request, goal: UUID) -> Response:
    """One goal or measure, open or not, with what is below it."""
    async with db.reading(context(request).pool) as connection:
        goals = await read_goals(connection, "all")
    found = goal_tree.find(goals["items"], str(goal))
    if found is None:
        raise not_found("goal", "goal")
    return respond_json(request, found)


@router.get("/v1/charters", **described("list_charters", schemas.CharterPage))
async def list_charters(request: Request) -> Response:
    """The papers of the alliance with their editions, and how many members agreed to the latest."""
    async with db.reading(context(request).pool) as connection:
        return respond_json(request, page(await read_charters(connection), None))


@router.get("/v1/charters/{charter}", **described("read_charter", schemas.Charter, problems=(404,)))
async def read_charter(
    request: Request, charter: Annotated[str, Path(description="leitbild, arbeitsordnung, konzeption, or its id.")]
) -> Response:
    """One paper."""
    found = await _charter(context(request), charter)
    if found is None:
        raise not_found("charter", "paper")
    return respond_json(request, found)


async def _charter(parts: Context, named: str) -> Document | None:
    async with db.reading(parts.pool) as connection:
        papers = await read_charters(connection)
    return next((paper for paper in papers if named in (paper["kind"], paper["id"])), None)
