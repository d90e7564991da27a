"""The calendar of an organisation's meetings, to subscribe to behind an address of its own."""

from datetime import datetime

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate_owner
from services.gateway.common.access.keys import MEMBERS_WRITE
from services.gateway.common.context import context
from services.gateway.common.http.lists import MemberId, not_found, respond_json
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import CALENDAR, described
from services.gateway.common.views import store as views_store
from services.gateway.meetings import links, queries, schemas, store
from services.gateway.meetings.ical import meetings_calendar
from shared import db
from shared.responses import respond

router = APIRouter(tags=["members"])
read_token = reader(queries.CalendarQuery)


@router.get(
    "/v1/members/{member}/calendar",
    **described("read_member_calendar", schemas.CalendarLink, scope=MEMBERS_WRITE, problems=(404,)),
)
async def calendar_link(request: Request, member: MemberId) -> Response:
    """Where calendar programs find the meetings to which a member is invited. Needs its key, or the office's.

    Whoever has the address sees the calendar.
    """
    parts = context(request)
    await authenticate_owner(request, parts, MEMBERS_WRITE, member, field="member")
    async with db.reading(parts.pool) as connection:
        is_member = await views_store.is_member(connection, member)
    if not is_member:
        raise not_found("member", "member")
    return respond_json(request, {"url": links.address(parts.settings, member)}, private=True)


@router.get(
    "/v1/members/{member}/meetings.ics",
    **described("read_member_meetings_ics", CALENDAR, query=queries.CalendarQuery, problems=(404,)),
)
async def meetings_ics(request: Request, member: MemberId) -> Response:
    """The meetings to which a member is invited, as a calendar to subscribe to."""
    parts = context(request)
    is_open = links.opens(parts.settings, member, read_token(request).token)
    async with db.reading(parts.pool) as connection:
        if not is_open or not await views_store.is_member(connection, member):
            raise not_found("token", "calendar")
        documents = [orjson.loads(text) for text in await store.meetings_inviting(connection, member)]
    # The newest change, not the clock, dates the calendar, so that its entity tag holds until something changes.
    newest = max((document["updated_at"] for document in documents), default="2000-01-01T00:00:00+00:00")
    body = meetings_calendar(documents, now=datetime.fromisoformat(newest), name="Sitzungen im Bündnis")
    return respond(request, body, media_type="text/calendar; charset=utf-8", caching="private, no-cache")
