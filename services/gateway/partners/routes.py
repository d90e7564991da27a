"""What partners do and ask: publish, withdraw, see what became of it; and requests as such."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate_owner
from services.gateway.common.access.keys import EVENTS_WRITE
from services.gateway.common.context import context
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import MemberId
from services.gateway.common.http.problems import document, notes_in_language
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.requests import store
from services.gateway.common.requests.routes import add_writes
from services.gateway.partners import schemas
from shared import db
from shared.clock import rfc3339
from shared.contracts.requests import Problem
from shared.responses import respond

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
    await authenticate_owner(request, parts, EVENTS_WRITE, partner)
    async with db.reading(parts.pool) as connection:
        rows = await store.submissions(
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
    return respond(request, body, caching="private, no-cache", headers={"Vary": "Accept-Language"})
