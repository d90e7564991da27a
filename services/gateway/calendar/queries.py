"""What may be asked of events: query strings become filters of the view."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.gateway.calendar import change_store, search, search_store
from services.gateway.calendar.filters import LEVELS, EventFilter, Facet
from services.gateway.calendar.live.frames import read_id
from services.gateway.common.http import cursor
from services.gateway.common.http.dates import Change, Moment, moment
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.places.near import whereabouts
from shared import db
from shared.contracts.base import ONE_LINE, Status
from shared.places import places

# PostgreSQL takes no NUL, and nobody means the other control characters.
Value = Annotated[str, Field(max_length=80, pattern=ONE_LINE)]


class EventFilters(BaseModel):
    """Filters of the list and of the stream. Values of one filter are alternatives, filters add up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Annotated[
        Moment | None, Field(alias="from", description="Date or RFC 3339; what has not ended by then. Default: now.")
    ] = None
    until: Annotated[
        Moment | None, Field(alias="to", description="Date (that day included) or RFC 3339 (excluded); by start.")
    ] = None
    topic: Annotated[tuple[Value, ...], Field(max_length=20)] = ()
    target_group: Annotated[tuple[Value, ...], Field(max_length=20)] = ()
    organiser: Annotated[tuple[Value, ...], Field(max_length=20, description="Ids of organisations.")] = ()
    status: tuple[Status, ...] = ()
    municipality: Annotated[str | None, Field(max_length=100, pattern=ONE_LINE, description="AGS or name.")] = None
    near: Annotated[
        str | None,
        Field(
            max_length=100,
            pattern=ONE_LINE,
            description="Postal code, `latitude,longitude`, name of a municipality, or AGS.",
        ),
    ] = None
    radius_km: Annotated[
        float,
        Field(ge=0, le=200, allow_inf_nan=False, description="Around near; 0: only in the municipality named there."),
    ] = 10
    low_threshold: Annotated[
        bool,
        Field(
            description="Those alone that are free of charge, without registration, with nothing to be known before."
        ),
    ] = False


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in given for name in one.split(",") if name))


class EventQuery(EventFilters):
    """What a client may ask of the list."""

    changed_since: Annotated[
        Change | None,
        Field(max_length=40, description="Date or RFC 3339, by `updated_at`; or the id of a message of the stream."),
    ] = None
    q: Annotated[
        str | None,
        Field(
            max_length=200, pattern=ONE_LINE, description='Words that all occur, "in quotes" together; the best first.'
        ),
    ] = None
    facets: Annotated[
        tuple[Facet, ...],
        BeforeValidator(_names),
        Field(description="Count the values of these filters, too; several with commas."),
    ] = ()
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=300, description="From `next` of the page before.")] = None


def to_filter(query: EventFilters, zone: ZoneInfo, now: datetime) -> EventFilter:
    """What ``query`` asks of the view. Dates are days in ``zone``.

    Raises:
        ProblemError: 422, a date cannot be read, or a place is unknown or unclear.
    """
    where = whereabouts((query.municipality or "").strip(), (query.near or "").strip(), query.radius_km, places())
    return EventFilter(
        since=moment("from", query.since, zone) if query.since else now,
        before=moment("to", query.until, zone, whole_day=True) if query.until else None,
        topics=_given(query.topic),
        target_groups=_given(query.target_group),
        organisers=_given(query.organiser),
        statuses=query.status,
        ags=where.ags,
        municipality=where.municipality,
        near=where.near,
        low_threshold=query.low_threshold,
    )


async def wanted_of_list(connection: db.Connection, query: EventQuery, zone: ZoneInfo, now: datetime) -> EventFilter:
    """The same for the list, with what only the list is asked for.

    Raises:
        ProblemError: 422, a date, the cursor or a change cannot be read, or the change is not of this view.
    """
    wanted = to_filter(query, zone, now)
    if terms := search.terms(query.q or ""):
        wanted = replace(wanted, words=search.query(await search_store.find_terms(connection, terms)))
    if after := cursor.read_levelled(query.cursor, levels=len(LEVELS) if wanted.words else 1):
        wanted = replace(wanted, after=after[:2], level=after[2])
    if not query.changed_since:
        return wanted
    since = read_id(query.changed_since)
    if since is None:
        return replace(wanted, updated_since=moment("changed_since", query.changed_since, zone))
    newest = await change_store.newest(connection)
    if since.epoch != newest.epoch or since.number > newest.number:
        unknown = reason("changed_since", "change-unknown", "is not a change of this view; read the whole list once")
        raise ProblemError(422, unknown)
    return replace(wanted, changed_after=since.number)


def _given(values: tuple[str, ...]) -> tuple[str, ...]:
    """A form sends its empty fields too."""
    return tuple(value for value in values if value)
