"""What partners do and ask: publish, withdraw, see what became of it; and requests as such."""

from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway import cursor, requests, schemas
from services.gateway.answers import answer
from services.gateway.context import authenticate, check_owner, context
from services.gateway.keys import EVENTS_WRITE
from services.gateway.language import negotiate
from services.gateway.openapi.operation import described
from services.gateway.problems import ProblemError, document, notes_in_language, reason
from services.gateway.queries import reader
from services.gateway.routes.telling import MemberId
from services.gateway.routes.writing import add_writes
from services.gateway.writes import request_document
from shared import db
from shared.clock import rfc3339
from shared.contracts.requests import Problem

router = APIRouter(tags=["partners"])


class SubmissionQuery(BaseModel):
    """Filters of the list of submissions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Literal["done", "refused"] | None = None
    # So long that it still fits into a request line, however it is escaped there.
    request: Annotated[
        str, Field(max_length=16_000, pattern="^[!-~]*$", description="Ids of requests, separated by commas.")
    ] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=800)] = None


read_query = reader(SubmissionQuery)


add_writes(router, "/v1/partners/")


@router.get(
    "/v1/partners/{partner}/submissions",
    **described("list_partner_submissions", schemas.SubmissionPage, query=SubmissionQuery, scope=EVENTS_WRITE),
)
async def list_submissions(request: Request, partner: MemberId) -> Response:
    """What became of what this partner sent, by whatever way, newest first."""
    parts, query = context(request), read_query(request)
    caller = await authenticate(request, parts, EVENTS_WRITE)
    check_owner(caller, partner)
    async with db.reading(parts.pool) as connection:
        rows = await requests.submissions(
            connection,
            partner,
            status=query.status,
            requests=[one for one in query.request.split(",") if one],
            before=cursor.read(query.cursor),
            limit=query.limit + 1,
        )
    page = rows[: query.limit]
    following = cursor.write(page[-1]["decided_at"], page[-1]["request"]) if len(rows) > query.limit else None
    language = negotiate(request.headers.get("accept-language"))

    def item(row: Any) -> dict[str, Any]:
        problem = Problem.model_validate_json(row["problem"]) if row["problem"] else None
        return {
            "request": row["request"],
            "uid": row["uid"],
            "status": "refused" if row["result"] == "refused" else "done",
            "result": row["result"],
            "resource": row["resource"],
            "version": row["version"],
            "problem": document(problem, language) if problem else None,
            "notes": notes_in_language(row["notes"], language),
            "visibility": row["visibility"],
            "refused_because": row["refused_because"],
            "at": rfc3339(row["decided_at"]),
        }

    body = orjson.dumps({"items": [item(row) for row in page], "next": following})
    return answer(request, body, caching="private, no-cache", headers={"Vary": "Accept-Language"})


@router.get("/v1/requests/{request_id}", **described("read_request", schemas.RequestDocument, problems=(404,)))
async def read_request(request: Request, request_id: UUID) -> Response:
    """Where a request stands; its id is known to whoever made it."""
    async with db.reading(context(request).pool) as connection:
        states = await requests.states(connection, [request_id])
    if request_id not in states:
        raise ProblemError(404, reason("request", "not-found", "names no request of the last 30 days"))
    body = orjson.dumps(request_document(states[request_id], request.headers.get("accept-language")))
    return answer(request, body, caching="no-store", headers={"Vary": "Accept-Language"})
