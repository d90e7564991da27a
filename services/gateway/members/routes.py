"""``/v1/members``: the directory, each member with its activity, its year and contributions; their writes."""

from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate_owner
from services.gateway.common.access.insight import insight_of
from services.gateway.common.access.keys import MEMBERS_WRITE
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.dates import past_day
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import MemberId, not_found, page, respond_json, split
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.requests.routes import add_writes
from services.gateway.common.views import store as views_store
from services.gateway.members import queries, schemas, store
from services.gateway.members.documents import member_detail, member_item, on_day, own_member
from services.gateway.members.latest import respond_with_latest
from services.gateway.members.years import year_of
from shared import db
from shared.clock import utc_now

router = APIRouter(tags=["members"])
add_writes(router, "/v1/members/")

read_query = reader(queries.MemberQuery)
read_one = reader(queries.OneMemberQuery)
read_contributions = reader(queries.ContributionQuery)


@router.get("/v1/members", **described("list_members", schemas.MemberPage, query=queries.MemberQuery))
async def list_members(request: Request) -> Response:
    """The members that the directory shows, by name."""
    parts, query = context(request), read_query(request)
    wanted = queries.members_wanted(query)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_members(connection, wanted, query.limit + 1)
    shown, last = split(rows, query.limit)
    following = cursor.write_text(last["name"], last["id"]) if last else None
    language = negotiate(request.headers.get("accept-language"))
    return respond_json(
        request, page([member_item(orjson.loads(row["document"]), language) for row in shown], following)
    )


@router.get(
    "/v1/members/{member}",
    **described(
        "read_member",
        schemas.OwnMember,
        query=queries.OneMemberQuery,
        scope=MEMBERS_WRITE,
        key_optional=True,
        problems=(404,),
    ),
)
async def read_member(request: Request, member: MemberId) -> Response:
    """One member. With its own key, or the office's, an organisation of any status, with what is for it alone."""
    parts, query = context(request), read_one(request)
    _, caller = await insight_of(request, parts)
    is_own = caller is not None and caller.may_act_for(member)
    fact = await _fact(parts, member, everyone=is_own)
    language = negotiate(request.headers.get("accept-language"))
    found = own_member(fact, language) if is_own else member_detail(fact, language)
    if query.on is not None:
        found |= on_day(fact, past_day("on", query.on, utc_now().date()).isoformat(), language)
    return respond_json(request, found, private=is_own)


@router.get(
    "/v1/members/{member}/years/{year}",
    **described("read_member_year", schemas.Year, scope=MEMBERS_WRITE, key_optional=True, problems=(404,)),
)
async def read_year(request: Request, member: MemberId, year: int) -> Response:
    """What a member brought to the alliance in a year."""
    parts = context(request)
    _, caller = await insight_of(request, parts)
    is_own = caller is not None and caller.may_act_for(member)
    async with db.reading(parts.pool) as connection:
        found = await year_of(connection, member, year, utc_now(), is_own=is_own)
    if found is None:
        raise not_found("member", "member")
    return respond_json(request, found, private=is_own)


@router.get(
    "/v1/members/{member}/contributions",
    **described(
        "list_member_contributions",
        schemas.ContributionPage,
        query=queries.ContributionQuery,
        scope=MEMBERS_WRITE,
    ),
)
async def list_contributions(request: Request, member: MemberId) -> Response:
    """What an organisation reported or the office entered for it, the latest first. Needs its key."""
    parts, query = context(request), read_contributions(request)
    await authenticate_owner(request, parts, MEMBERS_WRITE, member, field="member")
    return await respond_with_latest(request, parts, "contribution", query, member)


@router.get(
    "/v1/members/{member}/contributions/{contribution}",
    **described("read_member_contribution", schemas.Contribution, scope=MEMBERS_WRITE, problems=(404,)),
)
async def read_contribution(request: Request, member: MemberId, contribution: UUID) -> Response:
    """One contribution of an organisation. Needs its key."""
    parts = context(request)
    await authenticate_owner(request, parts, MEMBERS_WRITE, member, field="member")
    async with db.reading(parts.pool) as connection:
        text = await views_store.read_fact(connection, "contribution", str(contribution))
    found: Document = orjson.loads(text) if text else {}
    if found.get("organisation") != member:
        raise not_found("contribution", "contribution")
    return respond_json(request, found, private=True)


async def _fact(parts: Context, member: str, *, everyone: bool) -> Document:
    read = views_store.read_fact if everyone else views_store.read_public
    async with db.reading(parts.pool) as connection:
        text = await read(connection, "organisation", member)
    if text is None:
        raise not_found("member", "member")
    fact: Document = orjson.loads(text)
    return fact
