"""What the office does and asks: what waits, publish, refuse, enter; who may publish. Only for the office's keys."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway import cursor, office_store, schemas
from services.gateway.answers import answer
from services.gateway.context import authenticate, context
from services.gateway.keys import OFFICE
from services.gateway.openapi.operation import described
from services.gateway.problems import ProblemError, reason
from services.gateway.queries import reader
from services.gateway.routes.telling import MemberId
from services.gateway.routes.writing import add_writes
from shared import db
from shared.contracts.events import Visibility

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
    return answer(request, orjson.dumps({"items": items, "next": following}), caching="private, no-cache")


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
    return answer(request, body, caching="private, no-cache")


@router.get("/v1/office/partners", **described("list_office_partners", schemas.OfficePartners, scope=OFFICE))
async def list_partners(request: Request) -> Response:
    """All organisations by name, those that may publish no more too."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        rows = await office_store.list_partners(connection)
    body = orjson.dumps({"items": [dict(row) for row in rows], "next": None})
    return answer(request, body, caching="private, no-cache")


@router.get(
    "/v1/office/partners/{partner}",
    **described("read_office_partner", schemas.OfficePartner, scope=OFFICE, problems=(404,)),
)
async def read_partner(request: Request, partner: MemberId) -> Response:
    """One organisation."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        rows = await office_store.list_partners(connection, partner)
    if not rows:
        raise ProblemError(404, reason("partner", "not-found", "is not the id of an organisation"))
    return answer(request, orjson.dumps(dict(rows[0])), caching="private, no-cache")
