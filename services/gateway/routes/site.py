"""The public pages, and the descriptions of the interface."""

from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Request
from pydantic import ConfigDict
from starlette.responses import Response

from services.gateway import pages
from services.gateway.calendar.counting import count_page
from services.gateway.calendar.filters import Facet
from services.gateway.calendar.live.frames import write_id
from services.gateway.calendar.queries import EventQuery
from services.gateway.calendar.routes import EventId, list_page, read_public
from services.gateway.common.context import Context, context
from services.gateway.common.http.language import Language, negotiate
from services.gateway.common.http.problems import ProblemError
from services.gateway.common.http.queries import reader
from services.gateway.common.http.responses import respond
from shared.clock import utc_now
from shared.contracts.base import FieldError

router = APIRouter()

ON_A_PAGE: Final = 30
_LABELS: Final = {"from": "From", "to": "To", "near": "Town or postal code", "municipality": "Town or postal code"}
SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language",
}


class PageQuery(EventQuery):
    """The same for people, who follow links that carry all sorts of other things."""

    model_config = ConfigDict(extra="ignore", frozen=True)


read_query = reader(PageQuery)


@router.get("/", include_in_schema=False)
async def list_page_html(request: Request) -> Response:
    """The upcoming events for people."""
    parts, query = context(request), read_query(request)
    language = negotiate(request.headers.get("accept-language"))
    items: list[str] = []
    following: str | None = None
    errors: tuple[str, ...] = ()
    choices: list[dict[str, Any]] = []
    counts: dict[Facet, list[dict[str, Any]]] | None = None
    # Asked for before the list is read: what comes in between is told rather than missed.
    seen = _seen(parts)
    try:
        items, following = await list_page(parts, query.model_copy(update={"limit": ON_A_PAGE}))
        counts = await count_page(parts, query, ("topic", "municipality"), language)
    except ProblemError as error:
        errors = tuple(_sentence(language, e) for e in error.problem.errors)
        choices = error.members.get("choices", [])
    filters = _filters(query)
    view = pages.ListView(
        items=[orjson.loads(item) for item in items],
        next_url=f"/?{urlencode([*filters, ('cursor', following)])}" if following else None,
        topics=query.topic,
        organisers=query.organiser,
        words=query.q or "",
        place=query.near or query.municipality or "",
        radius_km=0 if query.municipality and not query.near else query.radius_km,
        date_from=query.since or "",
        date_to=query.until or "",
        municipalities=tuple(_counted(one) for one in counts["municipality"]) if counts else (),
        topic_counts={one["value"]: one["count"] for one in counts["topic"]} if counts else None,
        errors=errors,
        choices=choices,
        calendar_url=_with_query("/v1/events.ics", filters),
        # A stream knows no words.
        live=None if errors or query.q else pages.Live(_with_query("/v1/stream", filters), seen),
        now=utc_now().astimezone(ZoneInfo(parts.words.time_zone)),
    )
    return _page(request, pages.render_list(view, language), language)


@router.get("/events/{event}", include_in_schema=False)
async def event_page_html(request: Request, event: EventId) -> Response:
    """One event for people."""
    parts = context(request)
    language = negotiate(request.headers.get("accept-language"))
    seen = _seen(parts)
    document = await read_public(parts, event)
    live = pages.Live(_with_query("/v1/stream", [("organiser", document["organisers"][0]["id"])]), seen)
    now = utc_now().astimezone(ZoneInfo(parts.words.time_zone))
    calendar_url = f"/v1/events/{event}.ics"
    html = pages.render_event(document, language, now=now, calendar_url=calendar_url, live=live)
    return _page(request, html, language)


@router.get("/static/style.css", include_in_schema=False)
async def stylesheet(request: Request) -> Response:
    """The one stylesheet; its address changes with its content."""
    return respond(request, pages.STYLESHEET, media_type="text/css", caching="public, max-age=31536000, immutable")


@router.get("/static/live.js", include_in_schema=False)
async def live_script(request: Request) -> Response:
    """The one script, as the stylesheet."""
    return respond(
        request, pages.LIVE_SCRIPT, media_type="text/javascript", caching="public, max-age=31536000, immutable"
    )


def _filters(query: EventQuery) -> list[tuple[str, str]]:
    """The filters of a page as they stand in a link."""
    several = [*(("topic", topic) for topic in query.topic), *(("organiser", id_) for id_ in query.organiser)]
    near = [("near", query.near), ("radius_km", f"{query.radius_km:g}")] if query.near else []
    single = [("q", query.q), ("municipality", query.municipality), ("from", query.since), ("to", query.until)]
    return [(name, value) for name, value in [*several, *near, *single] if value]


def _counted(found: dict[str, Any]) -> pages.Counted:
    """A municipality as it is named in the field: unlike a key, its name can be read there."""
    name = found["label"] or found["value"]
    return pages.Counted(label=name, value=name, count=found["count"])


def _with_query(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _seen(parts: Context) -> str | None:
    position = parts.stream.position
    return write_id(position) if position else None


def _sentence(language: Language, error: FieldError) -> str:
    label = _LABELS.get(error.field)
    sentence = language.reason(error.code, error.values, error.detail)
    return f"{language.gettext(label)}: {sentence}" if label else sentence


def _page(request: Request, html: str, language: Language) -> Response:
    headers = {**SECURITY, "Content-Language": language.code}
    return respond(request, html.encode(), media_type="text/html; charset=utf-8", headers=headers)
