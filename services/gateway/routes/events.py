"""``/v1/events``: the occurrences, one event, and both as a calendar."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from services.gateway import cursor, list_repository, repository, schemas, search_repository, words
from services.gateway.answers import answer
from services.gateway.context import Context, context
from services.gateway.documents import Document, public
from services.gateway.feeds.ical import calendar
from services.gateway.filters import LEVELS, EventFilter, Facet
from services.gateway.language import Language, negotiate
from services.gateway.near import whereabouts
from services.gateway.problems import ProblemError, reason
from services.gateway.queries import parameters, reader
from shared import db
from shared.clock import utc_now
from shared.contracts.base import Status
from shared.places import places

router = APIRouter(tags=["events"])

LARGEST_CALENDAR: Final = 5_000


class EventQuery(BaseModel):
    """Filters of the list. Values of one filter are alternatives, filters add up."""

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
    near: Annotated[
        str | None,
        Field(max_length=100, description="Postal code, `latitude,longitude`, name of a municipality, or AGS."),
    ] = None
    radius_km: Annotated[
        float,
        Field(ge=0, le=200, allow_inf_nan=False, description="Around near; 0: only in the municipality named there."),
    ] = 10
    q: Annotated[
        str | None, Field(max_length=200, description='Words that all occur, "in quotes" together; the best first.')
    ] = None
    facets: Annotated[
        tuple[Facet, ...],
        BeforeValidator(lambda given: tuple(dict.fromkeys(name for one in given for name in one.split(",") if name))),
        Field(description="Count the values of these filters, too; several with commas."),
    ] = ()
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=300, description="From `next` of the page before.")] = None


read_query = reader(EventQuery)
FILTERS: Final = parameters(EventQuery)
EventId = UUID


def to_filter(query: EventQuery, zone: ZoneInfo, now: datetime) -> EventFilter:
    """What ``query`` asks of the view, but for ``q`` and ``cursor``. Dates are days in ``zone``.

    Raises:
        ProblemError: 422, a date cannot be read, or a place is unknown or unclear.
    """
    where = whereabouts((query.municipality or "").strip(), (query.near or "").strip(), query.radius_km, places())
    return EventFilter(
        since=_moment("from", query.since, zone) if query.since else now,
        before=_moment("to", query.until, zone, whole_day=True) if query.until else None,
        topics=_given(query.topic),
        target_groups=_given(query.target_group),
        organisers=_given(query.organiser),
        statuses=query.status,
        ags=where.ags,
        municipality=where.municipality,
        near=where.near,
    )


async def understood(connection: db.Connection, query: EventQuery, wanted: EventFilter) -> EventFilter:
    """``wanted`` with what ``q`` means in the words that events have, and from the cursor on.

    Raises:
        ProblemError: 422, the cursor cannot be read.
    """
    terms = words.terms(query.q or "")
    found = words.query(await search_repository.find_terms(connection, terms)) if terms else None
    after = cursor.read_levelled(query.cursor, levels=len(LEVELS) if found else 1)
    if after is None:
        return replace(wanted, words=found) if found else wanted
    return replace(wanted, words=found, after=after[:2], level=after[2])


async def list_page(parts: Context, query: EventQuery) -> tuple[list[str], str | None]:
    """One page of items, each as JSON, and the cursor of the next."""
    wanted = to_filter(query, ZoneInfo(parts.words.time_zone), utc_now())
    async with db.reading(parts.pool) as connection:
        wanted = await understood(connection, query, wanted)
        rows = await list_repository.list_occurrences(connection, wanted, query.limit + 1)
    page, last = rows[: query.limit], rows[query.limit - 1] if len(rows) > query.limit else None
    following = cursor.write(last["starts_at"], last["id"], last["level"]) if last else None
    if (near := wanted.near) is None:
        return [f"{{{row['base']},{row['times']}}}" for row in page], following
    distances = [round(near.distance_km(row["latitude"], row["longitude"]), 1) for row in page]
    items = [f'{{{row["base"]},{row["times"]},"distance_km":{km}}}' for row, km in zip(page, distances, strict=True)]
    return items, following


async def count_page(
    parts: Context, query: EventQuery, facets: Sequence[Facet], language: Language
) -> dict[Facet, list[dict[str, Any]]]:
    """How many occurrences each value of ``facets`` has under the other filters, the most frequent first."""
    wanted = to_filter(query, ZoneInfo(parts.words.time_zone), utc_now())
    async with db.reading(parts.pool) as connection:
        wanted = await understood(connection, query, wanted)
        counts = await list_repository.count(connection, wanted, facets)

    def label(facet: Facet, found: list_repository.Count) -> str | None:
        if facet == "topic":
            return parts.words.label(found.value, language.code)
        place = places().by_ags(found.value) if facet == "municipality" else None
        return place.name if place else found.label

    return {
        facet: [{"value": one.value, "label": label(facet, one), "count": one.number} for one in found]
        for facet, found in counts.items()
    }


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
    parts, query = context(request), read_query(request)
    items, following = await list_page(parts, query)
    body = f'"items":[{",".join(items)}],"next":{orjson.dumps(following).decode()}'
    if not query.facets:
        return answer(request, f"{{{body}}}".encode())
    language = negotiate(request.headers.get("accept-language"))
    counts = orjson.dumps(await count_page(parts, query, query.facets, language)).decode()
    return answer(request, f'{{{body},"facets":{counts}}}'.encode(), headers={"Vary": "Accept-Language"})


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
    """The events with a matching occurrence as a calendar to subscribe to; pages and counts do not apply."""
    parts = context(request)
    query = read_query(request)
    wanted = to_filter(query, ZoneInfo(parts.words.time_zone), utc_now())
    async with db.reading(parts.pool) as connection:
        wanted = await understood(connection, query, wanted)
        documents = await list_repository.list_documents(connection, wanted, LARGEST_CALENDAR)
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
