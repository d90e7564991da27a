"""What a route says about itself where it stands; what follows from that for all routes alike is in ``document``."""

from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import Response

from services.gateway.common.http.queries import parameters

Json = dict[str, Any]

KEY: Final = "key"


@dataclass(frozen=True, slots=True)
class Media:
    """An answer that is no JSON of ours: its media type, what is in it, an example, and what a schema can say of it.

    The schema of ``text/event-stream`` is that of each message.
    """

    type: str
    description: str
    example: str | Json
    schema: Json = field(default_factory=lambda: {"type": "string"})


CALENDAR: Final = Media(
    "text/calendar",
    "A calendar (iCalendar, RFC 5545).",
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Buendnisbus//DE\r\nBEGIN:VEVENT\r\nUID:cafe-2026-12-03@example\r\n"
    "DTSTAMP:20261126T120000Z\r\nDTSTART:20261203T150000Z\r\nSUMMARY:Interkulturelles Café\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n",
)


def described(
    operation: str,
    answer: type[BaseModel] | Media,
    *,
    query: type[BaseModel] | None = None,
    headers: tuple[Json, ...] = (),
    scope: str | None = None,
    key_optional: bool = False,
    problems: tuple[int, ...] = (),
) -> Json:
    """What describes a GET, as arguments for the decorator of its route; the docstring is its description.

    ``operation``: its id, after which generated clients name their functions: it never changes. ``query``: what reads
    its query string; ``headers``: parameters that are headers; ``scope``: what its key must open, empty where any key
    will do; ``key_optional``: it answers without a key too; ``problems``: the statuses that only some routes answer.
    """
    extra: Json = {"parameters": [*headers, *(parameters(query) if query else ())]}
    if scope is not None:
        extra["security"] = [*([{}] if key_optional else []), {KEY: [scope] if scope else []}]
    if isinstance(answer, Media):
        content = {answer.type: {"schema": answer.schema, "example": answer.example}}
        success: Json = {"description": answer.description, "content": content}
    else:
        success = {"description": _first_line(answer), "model": answer}
    return {
        "operation_id": operation,
        "summary": summary(operation),
        "response_class": Response,
        "responses": {200: success, **{status: {"description": ""} for status in problems}},
        "openapi_extra": extra,
    }


def summary(operation: str) -> str:
    """``list_events``: List events."""
    return operation.replace("_", " ").capitalize()


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]
