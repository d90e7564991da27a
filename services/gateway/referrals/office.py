"""The office's board of requests for help, those that are overdue first."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import not_found, page, respond_json, split
from services.gateway.common.http.queries import reader
from services.gateway.common.http.tables import respond_csv
from services.gateway.common.openapi.operation import Media, described
from services.gateway.referrals import asking, documents, queries, schemas, store
from services.gateway.referrals.choosing import candidates
from services.gateway.referrals.reading import cursor_after, names_of, people_named, read_request
from shared import db
from shared.clock import utc_now
from shared.contracts.referrals.facts import CARED_FOR

router = APIRouter(tags=["office"])
read_board = reader(queries.BoardQuery)
read_filter = reader(queries.BoardFilter)
_COLUMNS: Final = (
    *("id", "kind", "ags", "municipality", "topics", "languages", "state"),
    *("network", "name", "due", "overdue", "asked", "created_at"),
)
_CSV: Final = Media(
    "text/csv",
    "The same as a table, UTF-8, parted by semicolons; several topics or languages by commas.",
    "id;kind;ags;municipality;topics;languages;state;network;name;due;overdue;asked;created_at\r\n"
    "6b1f0c9a-53d7-4e28-9a40-7c5e1d8b2f36;offer-help;14524330;Zwickau;integration;de;routed;treff;Treff;"
    "2026-11-30T23:00:00.000Z;false;1;2026-11-23T09:12:00.000Z\r\n",
)


@router.get(
    "/v1/office/referrals",
    **described("list_office_referrals", schemas.ReferralBoard, query=queries.BoardQuery, scope=OFFICE),
)
async def list_referrals(request: Request) -> Response:
    """Requests for help, those that are overdue first, then by when somebody promised to act."""
    parts, query = context(request), read_board(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        after = cursor.read(query.cursor)
        rows = await store.list_all(connection, **_wanted(query), after=after, limit=query.limit + 1)
        counts = await store.count_by_state(connection)
        shown, last = split(rows, query.limit)
        items = await _items(request, connection, shown)
    return respond_json(request, {**page(items, cursor_after(last)), "counts": counts}, private=True)


@router.get(
    "/v1/office/referrals.csv",
    **described("list_office_referrals_csv", _CSV, query=queries.BoardFilter, scope=OFFICE),
)
async def list_referrals_csv(request: Request) -> Response:
    """The same for a spreadsheet, all of them at once; nothing in it says who asks."""
    parts, query = context(request), read_filter(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_all(connection, **_wanted(query), after=None, limit=None)
        items = await _items(request, connection, rows)
    return respond_csv(request, _COLUMNS, map(_row, items))


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


def _wanted(query: queries.BoardFilter) -> Mapping[str, Any]:
    overdue_at = utc_now() if query.overdue else None
    return {"state": query.state, "network": query.network, "overdue_at": overdue_at}


async def _items(request: Request, connection: db.Connection, rows: Sequence[Any]) -> list[Document]:
    facts = [orjson.loads(row["document"]) for row in rows]
    names = await names_of(connection, facts, negotiate(request.headers.get("accept-language")), for_office=True)
    now = utc_now()
    return [documents.item(fact, names, now) for fact in facts]


def _row(item: Document) -> Sequence[object]:
    place, network = item["place"] or {}, item["network"] or {}
    return (
        *(item["id"], item["kind"], place.get("ags"), place.get("name")),
        *(",".join(item["topics"]), ",".join(item["languages"]), item["state"]),
        *(network.get("id"), network.get("name"), item["due"], str(item["overdue"]).lower()),
        *(item["asked"], item["created_at"]),
    )
