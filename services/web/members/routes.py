"""The public pages of members: the directory, each member, and each of its years."""

import re
from dataclasses import replace
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document, RefusedError
from services.web.common.problems import PageError
from services.web.common.selections import unreadable
from services.web.common.times import today
from services.web.common.visit import Visit, public
from services.web.members import networks as network_pages
from services.web.members import pages, years

ON_A_PAGE: Final = 60
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")
_YEAR: Final = re.compile(r"[0-9]{4}")
_MOST_TOPICS: Final = 20
_PLACE: Final = "Town or postal code"


@public
async def directory(visit: Visit) -> Response:
    """The active and passive members that want to be found, by name."""
    topics = visit.asked_several("topic")[:_MOST_TOPICS]
    filters = pages.Filters(topics, visit.asked("municipality"))
    query = [*(("topic", topic) for topic in topics), ("municipality", filters.place or None)]
    paging = [("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found: Document = {"items": [], "next": None}
    try:
        found = await visit.gateway.read("/v1/members", [*query, *paging])
    except RefusedError as error:
        errors, choices = unreadable(error, {"municipality": _PLACE}, visit.language)
        filters = replace(filters, errors=errors, choices=choices)
    html = pages.render_members(found["items"], filters, visit.language, today=today(), following=found["next"])
    return visit.page(html)


@public
async def networks(visit: Visit) -> Response:
    """Who could be asked, where and about what; asks nothing until a place is named."""
    topics = visit.asked_several("topic")[:_MOST_TOPICS]
    kind = visit.asked("kind") if visit.asked("kind") in network_pages.KINDS else network_pages.KINDS[0]
    asked = network_pages.Asked(kind, visit.asked("place"), topics)
    if not asked.place.strip():
        return visit.page(network_pages.render_networks(None, asked, visit.language))
    query = [("place", asked.place), ("kind", kind), *(("topic", topic) for topic in topics)]
    found: list[Document] | None = None
    try:
        found = await visit.read_items("/v1/networks", query)
    except RefusedError as error:
        errors, choices = unreadable(error, {"place": _PLACE}, visit.language)
        asked = replace(asked, errors=errors, choices=choices)
    return visit.page(network_pages.render_networks(found, asked, visit.language))


@public
async def member(visit: Visit) -> Response:
    """One member."""
    document = await visit.gateway.read(f"/v1/members/{_named(visit, 'member', _SLUG)}")
    return visit.page(pages.render_member(document, visit.language, today=today()))


@public
async def year(visit: Visit) -> Response:
    """A member's year."""
    id_, number = _named(visit, "member", _SLUG), _named(visit, "year", _YEAR)
    if int(number) > today().year:
        raise PageError(404)
    document = await visit.gateway.read(f"/v1/members/{id_}/years/{number}")
    return visit.page(years.render_year(document, visit.language, today=today()))


def _named(visit: Visit, parameter: str, form: re.Pattern[str]) -> str:
    """To a reader an address that cannot be is no wrong value but a page that is not there."""
    name = visit.named(parameter)
    if not form.fullmatch(name):
        raise PageError(404)
    return name


ROUTES: Final = (
    Route("/members", directory),
    Route(network_pages.HOME, networks),
    Route("/members/{member}", member),
    Route("/members/{member}/{year}", year),
)
