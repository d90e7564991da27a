"""``/v1/members``: the directory, each member with its activity, its year, its meetings as a calendar; their writes."""

from datetime import datetime
from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway import (
    alliance_store,
    calendar_links,
    cursor,
    member_list_store,
    member_queries,
    member_schemas,
    member_store,
)
from services.gateway.answers import answer
from services.gateway.context import Context, authenticate, check_owner, context
from services.gateway.feeds.meetings import meetings_calendar
from services.gateway.keys import MEMBERS_WRITE
from services.gateway.language import negotiate
from services.gateway.member_documents import Document, member_detail, member_item, on_day, own_member
from services.gateway.moments import past_day
from services.gateway.openapi.operation import CALENDAR, described
from services.gateway.queries import reader
from services.gateway.routes.telling import MemberId, looking, missing, page, split, tell, tell_latest
from services.gateway.routes.writing import add_writes
from services.gateway.years import year_of
from shared import db
from shared.clock import utc_now

router = APIRouter(tags=["members"])
add_writes(router, "/v1/members/")

read_query = reader(member_queries.MemberQuery)
read_one = reader(member_queries.OneMemberQuery)
read_contributions = reader(member_queries.ContributionQuery)
read_token = reader(member_queries.CalendarQuery)


@router.get("/v1/members", **described("list_members", member_schemas.MemberPage, query=member_queries.MemberQuery))
async def list_members(request: Request) -> Response:
    """The members that the directory shows, by name."""
    parts, query = context(request), read_query(request)
    wanted = member_queries.members_wanted(query)
    async with db.reading(parts.pool) as connection:
        rows = await member_list_store.list_members(connection, wanted, query.limit + 1)
    shown, last = split(rows, query.limit)
    following = cursor.write_text(last["name"], last["id"]) if last else None
    language = negotiate(request.headers.get("accept-language"))
    return tell(request, page([member_item(orjson.loads(row["document"]), language) for row in shown], following))


@router.get(
    "/v1/members/{member}",
    **described(
        "read_member",
        member_schemas.OwnMember,
        query=member_queries.OneMemberQuery,
        scope=MEMBERS_WRITE,
        key_optional=True,
        problems=(404,),
    ),
)
async def read_member(request: Request, member: MemberId) -> Response:
    """One member. With its own key, or the office's, an organisation of any status, with what is for it alone."""
    parts, query = context(request), read_one(request)
    _, caller = await looking(request, parts)
    is_own = caller is not None and caller.may_act_for(member)
    fact = await _fact(parts, member, everyone=is_own)
    language = negotiate(request.headers.get("accept-language"))
    found = own_member(fact, language) if is_own else member_detail(fact, language)
    if query.on is not None:
        found |= on_day(fact, past_day("on", query.on, utc_now().date()).isoformat(), language)
    return tell(request, found, private=is_own)


@router.get(
    "/v1/members/{member}/years/{year}",
    **described("read_member_year", member_schemas.Year, scope=MEMBERS_WRITE, key_optional=True, problems=(404,)),
)
async def read_year(request: Request, member: MemberId, year: int) -> Response:
    """What a member brought to the alliance in a year."""
    parts = context(request)
    _, caller = await looking(request, parts)
    is_own = caller is not None and caller.may_act_for(member)
    async with db.reading(parts.pool) as connection:
        found = await year_of(connection, member, year, utc_now(), unlisted=is_own)
    if found is None:
        raise missing("member", "member")
    return tell(request, found, private=is_own)


@router.get(
    "/v1/members/{member}/contributions",
    **described(
        "list_member_contributions",
        member_schemas.ContributionPage,
        query=member_queries.ContributionQuery,
        scope=MEMBERS_WRITE,
    ),
)
async def list_contributions(request: Request, member: MemberId) -> Response:
    """What an organisation reported or the office entered for it, the latest first. Needs its key."""
    parts, query = context(request), read_contributions(request)
    await _own(request, parts, member)
    return await tell_latest(request, parts, "contribution", query, member)


@router.get(
    "/v1/members/{member}/contributions/{contribution}",
    **described("read_member_contribution", member_schemas.Contribution, scope=MEMBERS_WRITE, problems=(404,)),
)
async def read_contribution(request: Request, member: MemberId, contribution: UUID) -> Response:
    """One contribution of an organisation. Needs its key."""
    parts = context(request)
    await _own(request, parts, member)
    async with db.reading(parts.pool) as connection:
        text = await member_store.read_fact(connection, "contribution", str(contribution))
    found: Document = orjson.loads(text) if text else {}
    if found.get("organisation") != member:
        raise missing("contribution", "contribution")
    return tell(request, found, private=True)


@router.get(
    "/v1/members/{member}/calendar",
    **described("read_member_calendar", member_schemas.CalendarLink, scope=MEMBERS_WRITE, problems=(404,)),
)
async def calendar_link(request: Request, member: MemberId) -> Response:
    """Where calendar programs find the meetings to which a member is invited. Needs its key, or the office's.

    Whoever has the address sees the calendar.
    """
    parts = context(request)
    await _own(request, parts, member)
    async with db.reading(parts.pool) as connection:
        is_member = await member_store.is_member(connection, member)
    if not is_member:
        raise missing("member", "member")
    return tell(request, {"url": calendar_links.address(parts.settings, member)}, private=True)


@router.get(
    "/v1/members/{member}/meetings.ics",
    **described("read_member_meetings_ics", CALENDAR, query=member_queries.CalendarQuery, problems=(404,)),
)
async def meetings_ics(request: Request, member: MemberId) -> Response:
    """The meetings to which a member is invited, as a calendar to subscribe to."""
    parts = context(request)
    is_open = calendar_links.opens(parts.settings, member, read_token(request).token)
    async with db.reading(parts.pool) as connection:
        if not is_open or not await member_store.is_member(connection, member):
            raise missing("token", "calendar")
        documents = [orjson.loads(text) for text in await alliance_store.meetings_inviting(connection, member)]
    # The newest change, not the clock, dates the calendar, so that its entity tag holds until something changes.
    newest = max((document["updated_at"] for document in documents), default="2000-01-01T00:00:00+00:00")
    body = meetings_calendar(documents, now=datetime.fromisoformat(newest), name="Sitzungen im Bündnis")
    return answer(request, body, media_type="text/calendar; charset=utf-8", caching="private, no-cache")


async def _fact(parts: Context, member: str, *, everyone: bool) -> Document:
    read = member_store.read_fact if everyone else member_store.read_public
    async with db.reading(parts.pool) as connection:
        text = await read(connection, "organisation", member)
    if text is None:
        raise missing("member", "member")
    fact: Document = orjson.loads(text)
    return fact


async def _own(request: Request, parts: Context, member: str) -> None:
    caller = await authenticate(request, parts, MEMBERS_WRITE)
    check_owner(caller, member, field="member")
