"""``/v1/stream``: public facts as they come, as server-sent events (HTML, section 9.2)."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from services.gateway.calendar import schemas
from services.gateway.calendar.queries import EventFilters, to_filter
from services.gateway.common.context import context
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import Media, described
from shared.clock import utc_now

router = APIRouter(tags=["events"])

Send = Callable[[bytes], Awaitable[None]]

BUSY_S: Final = 30
HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    # nginx would keep messages until it has a bufferful of them.
    "X-Accel-Buffering": "no",
}


class StreamQuery(EventFilters):
    """The filters of the list; without ``from``, what has not ended by the time of the request."""

    last_event_id: Annotated[
        str | None,
        Field(max_length=100, description="For clients that cannot send the header Last-Event-ID, which goes before."),
    ] = None


read_query = reader(StreamQuery)
_MESSAGE: Final = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "description": "For Last-Event-ID."},
        "event": {"type": "string", "enum": ["hello", "published", "withdrawn", "removed", "reset"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer", "description": "Milliseconds until it is to be asked again."},
    },
}
_STREAM: Final = Media(
    "text/event-stream",
    schemas.STREAM,
    {"id": "3f0c9a51b7e2-41", "event": "hello", "data": '{"last_event_id": "3f0c9a51b7e2-41"}'},
    _MESSAGE,
)
_LAST_EVENT_ID: Final = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "Id of the last message that was read: all that has changed since comes first.",
    "schema": {"type": "string"},
}


class EventStream(StreamingResponse):
    """An answer that ``follow`` sends, given what to send it with. Cancelled when the client has gone."""

    def __init__(self, follow: Callable[[Send], Awaitable[None]]) -> None:
        self._follow = follow
        self.background = None
        self.status_code = 200
        self.init_headers(HEADERS)

    async def stream_response(self, send: Callable[[Message], Awaitable[None]]) -> None:
        """Called by Starlette."""

        async def part(body: bytes) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": True})

        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await self._follow(part)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@router.get(
    "/v1/stream",
    **described("follow_events", _STREAM, query=StreamQuery, headers=(_LAST_EVENT_ID,)),
)
async def follow_stream(request: Request) -> Response:
    """Changes of public events, as they come."""
    parts, query = context(request), read_query(request)
    wanted = to_filter(query, ZoneInfo(parts.words.time_zone), utc_now())
    if parts.stream.clients >= parts.settings.stream_clients:
        full = reason("stream", "stream-full", "has as many readers as it may have at the moment")
        raise ProblemError(503, full, headers={"Retry-After": str(BUSY_S)})
    begin = await parts.stream.begin()
    if begin is None:
        raise ProblemError(503, headers={"Retry-After": "5"})
    last_event_id = request.headers.get("last-event-id") or query.last_event_id
    return EventStream(partial(parts.stream.follow, wanted, begin, last_event_id))
