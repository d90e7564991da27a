"""``/v1/events``: the occurrences, one event, and both as a calendar."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway import change_store, cursor, repository, schemas
from services.gateway.answers import answer
from services.gateway.context import Context, context
from services.gateway.documents import Document, public
from services.gateway.feeds.ical import calendar
from services.gateway.frames import read_id
from services.gateway.problems import ProblemError, reason
from services.gateway.queries import parameters, reader
from services.gateway.repository import EventFilter
from shared import db
from shared.clock import utc_now
from shared.contracts.base import Status

router = APIRouter(tags=["events"])

LARGEST_CALENDAR: Final = 5_000


class EventFilters(BaseModel):
    """Filters of the list and of the stream. Values of one filter are alternatives, filters add up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[
        str | None, Field(alias="from", description="Date or RFC 3339; what has not ended by then. Default: now.")
    ] = None
    until: Annotated[
        str | None, Field(alias="to", description="Date (that day included) or RFC 3339 (excluded); by start.")
    ] = None
    topic: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    target_group: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    organiser: Annotated[tuple[str, ...], Field(max_length=20, description="Ids of organisations.")] = ()
    status: tuple[Status, ...] = ()
    municipality: Annotated[str | None, Field(max_length=100, description="AGS or name.")] = None


class EventQuery(EventFilters):
    """What a client may ask of the list."""

    changed_since: Annotated[
        str | None,
        Field(max_length=40, description="Date or RFC 3339, by `updated_at`; or the id of a message of the stream."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=300, description="From `next` of the page before.")] = None


read_query = reader(EventQuery)
FILTERS: Final = parameters(EventQuery)
EventId = UUID


def to_filter(query: EventFilters, zone: ZoneInfo, now: datetime) -> EventFilter:
    """What ``query`` asks of the view. Dates are days in ``zone``.

    Raises:
        ProblemError: 422, a date cannot be read.
    """
    municipality = (query.municipality or "").strip()
    is_key = re.fullmatch(r"\d{8}", municipality) is not None
    return EventFilter(
        since=_moment("from", query.since, zone) if query.since else now,
        before=_moment("to", query.until, zone, whole_day=True) if query.until else None,
        topics=_given(query.topic),
        target_groups=_given(query.target_group),
        organisers=_given(query.organiser),
        statuses=query.status,
        ags=municipality if is_key else None,
        municipality=municipality if municipality and not is_key else None,
    )


async def wanted_of_list(connection: db.Connection, query: EventQuery, zone: ZoneInfo, now: datetime) -> EventFilter:
    """The same for the list, with what only the list is asked for.

    Raises:
        ProblemError: 422, a date, the cursor or a change cannot be read, or the change is not of this view.
    """
    wanted = replace(to_filter(query, zone, now), after=cursor.read(query.cursor))
    if not query.changed_since:
        return wanted
    since = read_id(query.changed_since)
    if since is None:
        return replace(wanted, updated_since=_moment("changed_since", query.changed_since, zone))
    newest = await change_store.newest(connection)
    if since.epoch != newest.epoch or since.number > newest.number:
        unknown = reason("changed_since", "change-unknown", "is not a change of this view; read the whole list once")
        raise ProblemError(422, unknown)
    return replace(wanted, changed_after=since.number)


async def list_page(parts: Context, query: EventQuery) -> tuple[list[str], str | None]:
    """One page of items, each as JSON, and the cursor of the next."""
    async with db.reading(parts.pool) as connection:
        wanted = await wanted_of_list(connection, query, ZoneInfo(parts.words.time_zone), utc_now())
        rows = await repository.list_occurrences(connection, wanted, query.limit + 1)
    page = rows[: query.limit]
    following = cursor.write(page[-1]["starts_at"], page[-1]["id"]) if len(rows) > query.limit else None
    return [f"{{{row['base']},{row['times']}}}" for row in page], following


async def read_public(parts: Context, event: UUID) -> Document:
    """The fact about a public event.

    Raises:
        ProblemError: 410 where it was withdrawn, 404 where there is none or it waits for the office.
    """
    async with db.reading(parts.pool) as connection:
        found = await repository.read_event(connection, event)
    visibility, document = found or ("unknown", "{}")
    if visibility == "withdrawn":
        raise ProblemError(410, reason("id", "gone", "names an event that its organiser has withdrawn"))
    if visibility != "public":
        raise ProblemError(404, reason("id", "not-found", "names no event"))
    fact: Document = orjson.loads(document)
    return fact


async def list_events(request: Request) -> Response:
    """Occurrences by start, cancelled ones included and marked."""
    items, following = await list_page(context(request), read_query(request))
    body = f'{{"items":[{",".join(items)}],"next":{orjson.dumps(following).decode()}}}'
    return answer(request, body.encode())


# Asked for most: Starlette's own route answers it, FastAPI's, which costs more, stands behind it and describes it.
router.add_route("/v1/events", list_events)
router.get(
    "/v1/events",
    responses={200: {"model": schemas.EventPage}, 422: {"model": schemas.ProblemDocument}},
    openapi_extra=FILTERS,
)(list_events)


@router.get(
    "/v1/events.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {}}}},
    openapi_extra=FILTERS,
)
async def events_calendar(request: Request) -> Response:
    """The events with a matching occurrence as a calendar to subscribe to; ``limit`` does not apply."""
    parts = context(request)
    query = read_query(request)
    async with db.reading(parts.pool) as connection:
        wanted = await wanted_of_list(connection, query, ZoneInfo(parts.words.time_zone), utc_now())
        documents = await repository.list_documents(connection, wanted, LARGEST_CALENDAR)
    return _calendar(request, parts, [orjson.loads(document) for document in documents])


@router.get("/v1/events/{event}.ics", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def event_calendar(request: Request, event: EventId) -> Response:
    """One event as a calendar."""
    parts = context(request)
    return _calendar(request, parts, [await read_public(parts, event)])


@router.get(
    "/v1/events/{event}",
    responses={
        200: {"model": schemas.EventDetail},
        404: {"model": schemas.ProblemDocument},
        410: {"model": schemas.ProblemDocument},
    },
)
async def read_event(request: Request, event: EventId) -> Response:
    """One event with all its occurrences."""
    return answer(request, orjson.dumps(public(await read_public(context(request), event))))


def _calendar(request: Request, parts: Context, documents: list[Document]) -> Response:
    # The newest change, not the clock, dates the calendar, so that its entity tag holds until something changes.
    newest = max((document["updated_at"] for document in documents), default="2000-01-01T00:00:00+00:00")
    body = calendar(
        documents, public_url=parts.settings.public_url, now=datetime.fromisoformat(newest), name="Bündnisbus"
    )
    return answer(request, body, media_type="text/calendar; charset=utf-8")


def _given(values: tuple[str, ...]) -> tuple[str, ...]:
    """A form sends its empty fields too."""
    return tuple(value for value in values if value)


def _moment(field: str, text: str, zone: ZoneInfo, *, whole_day: bool = False) -> datetime:
    try:
        # An unescaped + arrives as a space.
        moment = datetime.fromisoformat(text.strip().upper().replace(" ", "+"))
    except ValueError:
        invalid = reason(field, "date-invalid", "must be a date such as 2026-12-03 or an RFC 3339 time")
        raise ProblemError(422, invalid) from None
    if len(text.strip()) == 10:
        day = moment.date() + timedelta(days=1 if whole_day else 0)
        return datetime.combine(day, time(), zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
