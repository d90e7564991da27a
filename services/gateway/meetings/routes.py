"""``/v1/meetings``: what everyone, members and the office see of the alliance's meetings; minutes for members."""

from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate, authenticate_owner
from services.gateway.common.access.insight import Insight, insight_of
from services.gateway.common.access.keys import MEMBERS_WRITE, OFFICE
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import VARY, MemberId, not_found, page, respond_json, split
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import Media, described
from services.gateway.common.views import store as views_store
from services.gateway.meetings import queries, schemas, store
from services.gateway.meetings.documents import meeting_item, meeting_of, organisations_in
from services.gateway.meetings.minutes import minutes_markdown, organisations
from shared import db
from shared.responses import respond

router = APIRouter(tags=["meetings"])

read_query = reader(queries.MeetingQuery)
read_query_of_member = reader(queries.MemberMeetingQuery)
_MINUTES: Final = Media(
    "text/markdown", "The minutes, as Markdown.", "# Herbstsitzung\n\n- Donnerstag, 12. November 2026, 17:00 Uhr\n"
)


@router.get(
    "/v1/meetings",
    **described(
        "list_meetings",
        schemas.MeetingPage,
        query=queries.MeetingQuery,
        scope=MEMBERS_WRITE,
        key_optional=True,
    ),
)
async def list_meetings(request: Request) -> Response:
    """Meetings by start: the public ones; with the key of a member, or the office's, all, and more of each."""
    parts = context(request)
    insight, _ = await insight_of(request, parts)
    return await _list(request, parts, insight)


@router.get(
    "/v1/office/meetings",
    tags=["office"],
    **described("list_office_meetings", schemas.MeetingPage, query=queries.MeetingQuery, scope=OFFICE),
)
async def list_all_meetings(request: Request) -> Response:
    """All meetings by start, with who was invited, replied and took part."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    return await _list(request, parts, "office")


@router.get(
    "/v1/meetings/{meeting}",
    **described("read_meeting", schemas.Meeting, scope=MEMBERS_WRITE, key_optional=True, problems=(404,)),
)
async def read_meeting(request: Request, meeting: UUID) -> Response:
    """One meeting, as in the list."""
    parts = context(request)
    insight, _ = await insight_of(request, parts)
    async with db.reading(parts.pool) as connection:
        fact = await _fact(connection, meeting, insight)
        names = await views_store.names(connection, organisations_in([fact]))
    return respond_json(request, meeting_item(fact, insight, names), private=insight != "public")


@router.get(
    "/v1/meetings/{meeting}/minutes",
    **described("read_minutes", _MINUTES, scope=MEMBERS_WRITE, problems=(404,)),
)
async def read_minutes(request: Request, meeting: UUID) -> Response:
    """The minutes of a meeting as Markdown, once they are written. Needs the key of a member, or the office's."""
    parts = context(request)
    await authenticate(request, parts, MEMBERS_WRITE)
    insight, _ = await insight_of(request, parts)
    if insight == "public":
        stranger = reason("authorization", "not-a-member", "belongs to no member of the alliance")
        raise ProblemError(403, stranger, kind="/problems/not-a-member")
    async with db.reading(parts.pool) as connection:
        fact = await _fact(connection, meeting, insight)
        text = await views_store.read_private(connection, "minutes", str(meeting))
        names = await views_store.names(connection, organisations(fact))
    if text is None and not fact["has_minutes"]:
        raise not_found("meeting", "meeting with minutes")
    language = negotiate(request.headers.get("accept-language"))
    body = minutes_markdown(fact, orjson.loads(text) if text else None, names, language)
    headers = {"Vary": VARY, "Content-Language": language.code}
    return respond(
        request,
        body.encode(),
        media_type="text/markdown; charset=utf-8",
        headers=headers,
        caching="private, no-cache",
    )


@router.get(
    "/v1/office/meetings/{meeting}/minutes",
    tags=["office"],
    **described("read_office_minutes", schemas.MinutesText, scope=OFFICE, problems=(404,)),
)
async def read_minutes_text(request: Request, meeting: UUID) -> Response:
    """The minutes of a meeting as they can be changed and kept again."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        fact = await _fact(connection, meeting, "office")
        text = await views_store.read_private(connection, "minutes", str(meeting))
    found = {name: fact[name] for name in ("version", "decisions", "tasks")}
    return respond_json(request, {**found, "text": orjson.loads(text)["text"] if text else ""}, private=True)


@router.get(
    "/v1/members/{member}/meetings",
    tags=["members"],
    **described("list_member_meetings", schemas.MeetingsOf, query=queries.MemberMeetingQuery, scope=MEMBERS_WRITE),
)
async def list_meetings_of(request: Request, member: MemberId) -> Response:
    """Meetings as they concern an organisation, the latest first. Needs its key, or the office's.

    All that were held, and of others those to which it is invited.
    """
    parts, query = context(request), read_query_of_member(request)
    await authenticate_owner(request, parts, MEMBERS_WRITE, member, field="member")
    async with db.reading(parts.pool) as connection:
        rows = await store.meetings_of(
            connection, member, status=query.status, before=cursor.read(query.cursor), limit=query.limit + 1
        )
    shown, last = split(rows, query.limit)
    items = [meeting_of(orjson.loads(row["document"]), member, row["presence"]) for row in shown]
    following = cursor.write(last["at"], last["id"]) if last else None
    return respond_json(request, page(items, following), private=True)


async def _list(request: Request, parts: Context, insight: Insight) -> Response:
    query = read_query(request)
    is_private = insight != "public"
    wanted = queries.meetings_wanted(query, ZoneInfo(parts.words.time_zone), everyone=is_private)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_meetings(connection, wanted, query.limit + 1)
        shown, last = split(rows, query.limit)
        facts = [orjson.loads(row["document"]) for row in shown]
        names = await views_store.names(connection, organisations_in(facts)) if is_private else {}
    following = cursor.write(last["at"], last["id"]) if last else None
    return respond_json(
        request, page([meeting_item(fact, insight, names) for fact in facts], following), private=is_private
    )


async def _fact(connection: db.Connection, meeting: UUID, insight: Insight) -> Document:
    read = views_store.read_public if insight == "public" else views_store.read_fact
    text = await read(connection, "meeting", str(meeting))
    if text is None:
        raise not_found("meeting", "meeting")
    fact: Document = orjson.loads(text)
    return fact
