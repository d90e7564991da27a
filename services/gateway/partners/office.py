"""The office's list of organisations that publish."""

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import context
from services.gateway.common.http.lists import MemberId
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.openapi.operation import described
from services.gateway.partners import schemas, store
from shared import db
from shared.responses import respond

router = APIRouter(tags=["office"])


@router.get("/v1/office/partners", **described("list_office_partners", schemas.OfficePartners, scope=OFFICE))
async def list_partners(request: Request) -> Response:
    """All organisations by name, those that may publish no more too."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_partners(connection)
    body = orjson.dumps({"items": [dict(row) for row in rows], "next": None})
    return respond(request, body, caching="private, no-cache")


@router.get(
    "/v1/office/partners/{partner}",
    **described("read_office_partner", schemas.OfficePartner, scope=OFFICE, problems=(404,)),
)
async def read_partner(request: Request, partner: MemberId) -> Response:
    """One organisation."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_partners(connection, partner)
    if not rows:
        raise ProblemError(404, reason("partner", "not-found", "is not the id of an organisation"))
    return respond(request, orjson.dumps(dict(rows[0])), caching="private, no-cache")
