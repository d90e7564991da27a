"""``/v1/events``: the occurrences, one event, and both as a calendar."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zlib import crc32
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.calendar import list_store, schemas, view_store
from services.gateway.calendar.counting import count_page
from services.gateway.calendar.documents import public
from services.gateway.calendar.ical import calendar, part
from services.gateway.calendar.list_store import FoundEvents
from services.gateway.calendar.live.frames import write_id
from services.gateway.calendar.queries import EventQuery, wanted_of_list
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.http.queries import reader
from services.gateway.common.ical.calendar import END, beginning
from services.gateway.common.openapi.operation import CALENDAR, described
from shared import db
from shared.clock import utc_now
from shared.responses import respond, respond_in_parts

router = APIRouter(tags=["events"])

CALENDAR_NAME: Final = "Bündnisbus"
CALENDAR_TYPE: Final = "text/calendar; charset=utf-8"
CALENDAR_FORMAT: Final = 1  # to be counted up where the same facts become another calendar
PART_BYTES: Final = 64 * 1024  # what is sent at once ends with the event that reaches so many
AT_A_TIME: Final = 100  # events whose documents are in memory at once, for each calendar that is sent
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


read_query = reader(EventQuery)
EventId = UUID


async def list_page(parts: Context, query: EventQuery) -> tuple[list[str], str | None]:
    """One page of items, each as JSON, and the cursor of the next."""
    async with db.reading(parts.pool) as connection:
        wanted = await wanted_of_list(connection, query, ZoneInfo(parts.words.time_zone), utc_now())
        rows = await list_store.list_occurrences(connection, wanted, query.limit + 1)
    page, last = rows[: query.limit], rows[query.limit - 1] if len(rows) > query.limit else None
    following = cursor.write(last["starts_at"], last["id"], last["level"]) if last else None
    if (near := wanted.near) is None:
        return [f"{{{row['base']},{row['times']}}}" for row in page], following
    distances = [round(near.distance_km(row["latitude"], row["longitude"]), 1) for row in page]
    items = [f'{{{row["base"]},{row["times"]},"distance_km":{km}}}' for row, km in zip(page, distances, strict=True)]
    return items, following


async def read_public(parts: Context, event: UUID) -> Document:
    """The fact about a public event.

    Raises:
        ProblemError: 410 where it was withdrawn, 404 where there is none or it waits for the office.
    """
    async with db.reading(parts.pool) as connection:
        found = await view_store.read_event(connection, event)
    visibility, document = found or ("unknown", "{}")
    if visibility == "withdrawn":
        raise ProblemError(410, reason("id", "gone", "names an event that its organiser has withdrawn"))
    if visibility != "public":
        raise ProblemError(404, reason("id", "not-found", "names no event"))
    fact: Document = orjson.loads(document)
    return fact


async def list_events(request: Request) -> Response:
    """Occurrences by start, cancelled ones included and marked."""
    parts, query = context(request), read_query(request)
    headers = _position(parts)
    items, following = await list_page(parts, query)
    body = f'"items":[{",".join(items)}],"next":{orjson.dumps(following).decode()}'
    if not query.facets:
        return respond(request, f"{{{body}}}".encode(), headers=headers)
    language = negotiate(request.headers.get("accept-language"))
    counts = orjson.dumps(await count_page(parts, query, query.facets, language)).decode()
    return respond(request, f'{{{body},"facets":{counts}}}'.encode(), headers=headers | {"Vary": "Accept-Language"})


# Asked for most: Starlette's own route answers it, FastAPI's, which costs more, stands behind it and describes it.
router.add_route("/v1/events", list_events)
router.get("/v1/events", **described("list_events", schemas.EventPage, query=EventQuery))(list_events)


@router.get("/v1/events.ics", **described("list_events_ics", CALENDAR, query=EventQuery))
async def events_calendar(request: Request) -> Response:
    """The events with a matching occurrence as a calendar to subscribe to; pages and counts do not apply."""
    parts = context(request)
    query = read_query(request)
    async with db.reading(parts.pool) as connection:
        wanted = await wanted_of_list(connection, query, ZoneInfo(parts.words.time_zone), utc_now())
        found = await list_store.find_events(connection, wanted)
    tag = f'W/"{found.digest}-{CALENDAR_FORMAT}{crc32(parts.settings.web_url.encode()):08x}"'
    return respond_in_parts(request, calendar_parts(parts, found), tag=tag, media_type=CALENDAR_TYPE)


async def calendar_parts(parts: Context, found: FoundEvents) -> AsyncIterator[bytes]:
    """The calendar of these events part by part, each as it is by then; no connection is held in between."""
    sending, defined = bytearray(beginning(CALENDAR_NAME)), set[str]()
    web_url, now = parts.settings.web_url, found.newest or _LONG_AGO
    for ids in found.pages(AT_A_TIME):
        async with db.reading(parts.pool) as connection:
            documents = await list_store.read_documents(connection, ids)
        for document in documents:
            sending += part([orjson.loads(document)], defined, web_url=web_url, now=now)
            # One event may have a thousand occurrences that differ, and be as long as a thousand others.
            if len(sending) >= PART_BYTES:
                yield bytes(sending)
                sending.clear()
                await asyncio.sleep(0)  # others are answered meanwhile
    yield bytes(sending + END)


@router.get("/v1/events/{event}.ics", **described("read_event_ics", CALENDAR, problems=(404, 410)))
async def event_calendar(request: Request, event: EventId) -> Response:
    """One event as a calendar."""
    parts = context(request)
    document = await read_public(parts, event)
    # The newest change, not the clock, dates the calendar, so that its entity tag holds until something changes.
    changed = datetime.fromisoformat(document["updated_at"])
    body = calendar([document], web_url=parts.settings.web_url, now=changed, name=CALENDAR_NAME)
    return respond(request, body, media_type=CALENDAR_TYPE)


@router.get("/v1/events/{event}", **described("read_event", schemas.EventDetail, problems=(404, 410)))
async def read_event(request: Request, event: EventId) -> Response:
    """One event with all its occurrences."""
    parts = context(request)
    headers = _position(parts)
    return respond(request, orjson.dumps(public(await read_public(parts, event))), headers=headers)


def _position(parts: Context) -> dict[str, str]:
    """From where the stream tells what is not in an answer that is read after this."""
    position = parts.stream.position
    return {"Last-Event-ID": write_id(position)} if position else {}
