"""The office's board of requests for help, those that are overdue first."""

from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import context
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import not_found, page, respond_json, split
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.referrals import asking, documents, queries, schemas, store
from services.gateway.referrals.choosing import candidates
from services.gateway.referrals.reading import cursor_after, names_of, people_named, read_request
from shared import db
from shared.clock import utc_now
from shared.contracts.referrals.facts import CARED_FOR

router = APIRouter(tags=["office"])
read_board = reader(queries.BoardQuery)


@router.get(
    "/v1/office/referrals",
    **described("list_office_referrals", schemas.ReferralBoard, query=queries.BoardQuery, scope=OFFICE),
)
async def list_referrals(request: Request) -> Response:
    """Requests for help, those that are overdue first, then by when somebody promised to act."""
    parts, query = context(request), read_board(request)
    await authenticate(request, parts, OFFICE)
    now = utc_now()
    async with db.reading(parts.pool) as connection:
        rows = await store.list_all(
            connection,
            state=query.state,
            network=query.network,
            overdue_at=now if query.overdue else None,
            after=cursor.read(query.cursor),
            limit=query.limit + 1,
        )
        counts = await store.count_by_state(connection)
        shown, last = split(rows, query.limit)
        facts = [orjson.loads(row["document"]) for row in shown]
        language = negotiate(request.headers.get("accept-language"))
        names = await names_of(connection, facts, language, for_office=True)
    items = [documents.item(fact, names, now) for fact in facts]
    return respond_json(request, {**page(items, cursor_after(last)), "counts": counts}, private=True)


@router.get(
    "/v1/office/referrals/{referral}",
    **described("read_office_referral", schemas.ReferralDetail, scope=OFFICE, problems=(404,)),
)
async def read_referral(request: Request, referral: UUID) -> Response:
    """One request with who asks, who was asked, and who would be asked next."""
    parts, language = context(request), negotiate(request.headers.get("accept-language"))
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        found = await read_request(connection, str(referral), language, for_office=True)
    if found is None:
        raise not_found("referral", "request")
    fact = found.fact
    number = len(fact["assignments"])
    following = await candidates(parts, fact)
    people = [one.network.id for one in following if one.network.is_multiplier]
    async with db.reading(parts.pool) as connection:
        names = found.names | await people_named(connection, people, language)
    shown = documents.detail(
        fact,
        found.person,
        names,
        language,
        utc_now(),
        candidates=following,
        answer=asking.answer_path(parts, fact["id"], number) if fact["state"] in CARED_FOR else None,
        link=asking.status_path(parts, fact["id"]),
    )
    return respond_json(request, shown, private=True)
