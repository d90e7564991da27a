"""The public pages of events: the list with its filters, and one event."""

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from starlette.responses import Response
from starlette.routing import Route

from services.web.calendar import pages
from services.web.calendar.listing import Counted, ListView
from services.web.client import Answer, Document, RefusedError
from services.web.common.live import Live
from services.web.common.problems import PageError
from services.web.common.selections import unreadable
from services.web.common.visit import Visit, public
from shared.clock import utc_now
from shared.vocabulary import vocabulary

ON_A_PAGE: Final = 30
_FACETS: Final = "topic,municipality"
_RADIUS_KM: Final = 10.0
_LABELS: Final = {"from": "From", "to": "To", "near": "Town or postal code", "municipality": "Town or postal code"}
_SEVERAL: Final = ("topic", "organiser")
_SINGLE: Final = ("q", "municipality", "from", "to")


@public
async def event_list(visit: Visit) -> Response:
    """The upcoming events."""
    filters = _filters(visit)
    paging = [("limit", str(ON_A_PAGE)), ("facets", _FACETS), ("cursor", visit.asked("cursor") or None)]
    errors: tuple[str, ...] = ()
    choices: list[Document] = []
    answer = Answer({"items": [], "next": None}, None)
    try:
        answer = await visit.gateway.read_answer("/v1/events", [*filters, *paging])
    except RefusedError as error:
        errors, choices = unreadable(error, _LABELS, visit.language)
    view = _view(visit, answer.document, filters, errors, choices, answer.last_event_id)
    return visit.page(pages.render_list(view, visit.language))


@public
async def event(visit: Visit) -> Response:
    """One event."""
    id_ = visit.named("event")
    try:
        UUID(id_)
    except ValueError:
        raise PageError(404) from None
    answer = await visit.gateway.read_answer(f"/v1/events/{id_}")
    stream = _at_interface(visit, "/v1/stream", [("organiser", answer.document["organisers"][0]["id"])])
    html = pages.render_event(
        answer.document,
        visit.language,
        now=_now(),
        calendar_url=_at_interface(visit, f"/v1/events/{id_}.ics"),
        live=Live(stream, answer.last_event_id),
    )
    return visit.page(html)


def _view(
    visit: Visit,
    found: Document,
    filters: list[tuple[str, str]],
    errors: tuple[str, ...],
    choices: list[Document],
    last_event_id: str | None,
) -> ListView:
    place = visit.asked("near") or visit.asked("municipality")
    following, counts = found["next"], found.get("facets")
    words = visit.asked("q")
    return ListView(
        items=found["items"],
        next_url=f"/?{urlencode([*filters, ('cursor', following)])}" if following else None,
        topics=visit.asked_several("topic"),
        organisers=visit.asked_several("organiser"),
        words=words,
        place=place,
        radius_km=0 if visit.asked("municipality") and not visit.asked("near") else _radius_km(visit),
        date_from=visit.asked("from"),
        date_to=visit.asked("to"),
        municipalities=tuple(_counted(one) for one in counts["municipality"]) if counts else (),
        topic_counts={one["value"]: one["count"] for one in counts["topic"]} if counts else None,
        errors=errors,
        choices=choices,
        calendar_url=_at_interface(visit, "/v1/events.ics", filters),
        # A stream knows no words.
        live=None if errors or words else Live(_at_interface(visit, "/v1/stream", filters), last_event_id),
        now=_now(),
    )


def _filters(visit: Visit) -> list[tuple[str, str]]:
    """The filters of a page as they stand in a link; others that a link may carry are passed over."""
    several = [(name, value) for name in _SEVERAL for value in visit.asked_several(name)]
    near = [(name, visit.asked(name)) for name in ("near", "radius_km")] if visit.asked("near") else []
    single = [(name, visit.asked(name)) for name in _SINGLE]
    return [(name, value) for name, value in [*several, *near, *single] if value]


def _radius_km(visit: Visit) -> float:
    try:
        return float(visit.asked("radius_km") or _RADIUS_KM)
    except ValueError:
        return _RADIUS_KM


def _counted(found: dict[str, Any]) -> Counted:
    """A municipality as it is named in the field: unlike a key, its name can be read there."""
    name = found["label"] or found["value"]
    return Counted(label=name, value=name, count=found["count"])


def _at_interface(visit: Visit, path: str, query: list[tuple[str, str]] | None = None) -> str:
    address = f"{visit.parts.settings.gateway_public_url.rstrip('/')}{path}"
    return f"{address}?{urlencode(query)}" if query else address


def _now() -> datetime:
    return utc_now().astimezone(ZoneInfo(vocabulary().time_zone))


ROUTES: Final = (Route("/", event_list), Route("/events/{event}", event))
