"""The public pages, and the descriptions of the interface."""

from functools import lru_cache
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, FastAPI, Path, Request
from pydantic import ConfigDict
from starlette.responses import Response

from services.gateway import pages, schemas
from services.gateway.answers import answer
from services.gateway.context import Context, context
from services.gateway.counting import count_page
from services.gateway.event_queries import EventQuery
from services.gateway.filters import Facet
from services.gateway.frames import write_id
from services.gateway.language import Language, negotiate
from services.gateway.openapi.document import describe as openapi_of
from services.gateway.openapi.operation import Media, described
from services.gateway.problems import ProblemError
from services.gateway.queries import reader
from services.gateway.routes.events import EventId, list_page, read_public
from shared.clock import utc_now
from shared.contracts.asyncapi import SERVICES, asyncapi
from shared.contracts.base import FieldError

router = APIRouter()

ON_A_PAGE: Final = 30
Service = Annotated[str, Path(json_schema_extra={"enum": list(SERVICES)})]
_OBJECT: Final = {"type": "object"}
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
    return answer(request, pages.STYLESHEET, media_type="text/css", caching="public, max-age=31536000, immutable")


@router.get("/static/live.js", include_in_schema=False)
async def live_script(request: Request) -> Response:
    """The one script, as the stylesheet."""
    return answer(
        request, pages.LIVE_SCRIPT, media_type="text/javascript", caching="public, max-age=31536000, immutable"
    )


@router.get("/v1/topics", tags=["vocabulary"], **described("list_topics", schemas.TopicPage))
async def list_topics(request: Request) -> Response:
    """The alliance's topics with their labels."""
    items = [{"slug": slug, "labels": labels} for slug, labels in context(request).words.topics.items()]
    return answer(request, orjson.dumps({"items": items, "next": None}), caching="public, max-age=300")


@router.get(
    "/openapi.json",
    tags=["descriptions"],
    **described("read_openapi", Media("application/json", "OpenAPI 3.1.", {"openapi": "3.1.0"}, _OBJECT)),
)
async def openapi(request: Request) -> Response:
    """This interface, as OpenAPI 3.1."""
    return answer(request, _openapi(request.app), caching="public, max-age=300")


@router.get(
    "/asyncapi/{service}.json",
    tags=["descriptions"],
    **described(
        "read_asyncapi", Media("application/json", "AsyncAPI 3.", {"asyncapi": "3.0.0"}, _OBJECT), problems=(404,)
    ),
)
async def describe(request: Request, service: Service) -> Response:
    """What a service takes and publishes on Kafka, as AsyncAPI 3."""
    try:
        document = asyncapi(service)
    except KeyError:
        raise ProblemError(404) from None
    return answer(request, orjson.dumps(document), caching="public, max-age=300")


@lru_cache(maxsize=1)
def _openapi(app: FastAPI) -> bytes:
    return orjson.dumps(openapi_of(app))


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
    return answer(request, html.encode(), media_type="text/html; charset=utf-8", headers=headers)
