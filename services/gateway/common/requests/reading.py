"""Where a request stands, for whoever made it."""

from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.context import context
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.openapi.operation import described
from services.gateway.common.requests import schemas, store
from services.gateway.common.requests.documents import request_document
from shared import db
from shared.responses import respond

router = APIRouter(tags=["partners"])


@router.get("/v1/requests/{request_id}", **described("read_request", schemas.RequestDocument, problems=(404,)))
async def read_request(request: Request, request_id: UUID) -> Response:
    """Where a request stands; its id is known to whoever made it."""
    async with db.reading(context(request).pool) as connection:
        states = await store.states(connection, [request_id])
    if request_id not in states:
        raise ProblemError(404, reason("request", "not-found", "names no request of the last 30 days"))
    body = orjson.dumps(request_document(states[request_id], request.headers.get("accept-language")))
    return respond(request, body, caching="no-store", headers={"Vary": "Accept-Language"})
