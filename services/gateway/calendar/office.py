"""What the office does and asks: what waits, publish, refuse, enter; who may publish. Only for the office's keys."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway.calendar import office_store, schemas
from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import context
from services.gateway.common.http import cursor
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.requests.routes import add_writes
from shared import db
from shared.contracts.events import Visibility
from shared.responses import respond

router = APIRouter(tags=["office"])
add_writes(router, "/v1/office/")


class OfficeQuery(BaseModel):
    """Filters of the office's list of events."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    visibility: Visibility = "waiting"
    partner: Annotated[
        str | None, Field(max_length=40, pattern=r"^[a-z0-9-]+$", description="Id of an organisation.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=300)] = None


read_query = reader(OfficeQuery)


def item(document: str, last_public: str | None) -> dict[str, Any]:
    """An event as the office sees it, from the view's columns."""
    fact: dict[str, Any] = orjson.loads(document)
    return fact | {"last_public": orjson.loads(last_public) if last_public else None}


@router.get("/v1/office/events", **described("list_office_events", schemas.OfficePage, query=OfficeQuery, scope=OFFICE))
async def list_events(request: Request) -> Response:
    """Events that wait, or were refused, published or withdrawn; the oldest change first, without occurrences."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    query = read_query(request)
    async with db.reading(parts.pool) as connection:
        rows = await office_store.list_events(
            connection,
            query.visibility,
            partner=query.partner,
            after=cursor.read_id(query.cursor),
            limit=query.limit + 1,
        )
    page = rows[: query.limit]
    following = cursor.write(page[-1]["updated_at"], page[-1]["id"]) if len(rows) > query.limit else None
    items = [item(row["document"], row["last_public"]) for row in page]
    return respond(request, orjson.dumps({"items": items, "next": following}), caching="private, no-cache")


@router.get(
    "/v1/office/events/{event}",
    **described("read_office_event", schemas.OfficeDetail, scope=OFFICE, problems=(404,)),
)
async def read_event(request: Request, event: UUID) -> Response:
    """One event, whatever its visibility, with all its occurrences."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        row = await office_store.read_event(connection, event)
    if row is None:
        raise ProblemError(404, reason("id", "not-found", "names no event"))
    body = orjson.dumps(item(row["document"], row["last_public"]))
    return respond(request, body, caching="private, no-cache")
