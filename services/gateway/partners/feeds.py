"""What came of reading organisations' iCalendar feeds, for them and for the office."""

from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate, authenticate_owner
from services.gateway.common.access.keys import EVENTS_WRITE, OFFICE
from services.gateway.common.context import context
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import MemberId
from services.gateway.common.http.problems import ProblemError, in_language, reason
from services.gateway.common.openapi.operation import described
from services.gateway.partners import feed_store, schemas
from shared import db
from shared.contracts.events import FeedFact, RefusedEntry
from shared.language import Language
from shared.responses import respond

router = APIRouter()


@router.get(
    "/v1/partners/{partner}/feeds",
    tags=["partners"],
    **described("list_partner_feeds", schemas.FeedPage, scope=EVENTS_WRITE),
)
async def list_partners_feeds(request: Request, partner: MemberId) -> Response:
    """The feeds that are read for this partner, each with what came of it the last time."""
    parts = context(request)
    await authenticate_owner(request, parts, EVENTS_WRITE, partner)
    async with db.reading(parts.pool) as connection:
        documents = await feed_store.list_feeds(connection, partner=partner)
    return _page(request, documents)


@router.get(
    "/v1/office/feeds",
    tags=["office"],
    **described("list_office_feeds", schemas.FeedPage, scope=OFFICE),
)
async def list_feeds(request: Request) -> Response:
    """All feeds that are read, by organisation."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        documents = await feed_store.list_feeds(connection)
    return _page(request, documents)


@router.get(
    "/v1/office/feeds/{feed}",
    tags=["office"],
    **described("read_office_feed", schemas.Feed, scope=OFFICE, problems=(404,)),
)
async def read_feed(request: Request, feed: UUID) -> Response:
    """One feed, with what came of it the last time."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        found = await feed_store.read_feed(connection, feed)
    if found is None:
        raise ProblemError(404, reason("id", "feed-unknown", "names no feed that is read"))
    return _answer(request, item(found, negotiate(request.headers.get("accept-language"))))


def item(document: str, language: Language) -> dict[str, Any]:
    """A feed as its readers get it, from the view: reasons in their language, where it has words for them."""
    fact = FeedFact.model_validate_json(document)
    shown = fact.model_dump(mode="json", exclude={"active"})
    if fact.last is not None:
        problem = fact.last.problem
        shown["last"]["problem"] = in_language(problem, language) if problem else None
        shown["last"]["refused_entries"] = [_entry(entry, language) for entry in fact.last.refused_entries]
    return shown


def _entry(entry: RefusedEntry, language: Language) -> dict[str, Any]:
    errors = [in_language(error, language) for error in entry.errors]
    reasons = [f"{error['field']} {error['detail']}".strip() for error in errors] or list(entry.reasons)
    return {"entry": entry.entry, "uid": entry.uid, "reasons": reasons}


def _page(request: Request, documents: list[str]) -> Response:
    language = negotiate(request.headers.get("accept-language"))
    return _answer(request, {"items": [item(document, language) for document in documents], "next": None})


def _answer(request: Request, body: dict[str, Any]) -> Response:
    return respond(request, orjson.dumps(body), caching="private, no-cache", headers={"Vary": "Accept-Language"})
