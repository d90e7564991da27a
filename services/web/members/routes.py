"""The public pages of members: the directory, each member, and each of its years."""

import re
from dataclasses import replace
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import Document, RefusedError
from services.web.common.problems import PageError
from services.web.common.times import today
from services.web.common.visit import Visit, public
from services.web.members import pages, years

ON_A_PAGE: Final = 60
_SLUG: Final = re.compile(r"[a-z0-9-]{3,40}")
_YEAR: Final = re.compile(r"[0-9]{4}")
_MOST_TOPICS: Final = 20


@public
async def directory(visit: Visit) -> Response:
    """The active and passive members that want to be found, by name."""
    topics = tuple(topic for topic in visit.request.query_params.getlist("topic") if topic)[:_MOST_TOPICS]
    filters = pages.Filters(topics, visit.asked("municipality"))
    query = [*(("topic", topic) for topic in topics), ("municipality", filters.place or None)]
    paging = [("limit", str(ON_A_PAGE)), ("cursor", visit.asked("cursor") or None)]
    found: Document = {"items": [], "next": None}
    try:
        found = await visit.gateway.read("/v1/members", [*query, *paging])
    except RefusedError as error:
        if error.status != 422:
            raise
        label = visit.language.gettext("Town or postal code")
        said = tuple(
            f"{label}: {one['detail']}" if one["field"] == "municipality" else one["detail"] for one in error.errors
        )
        filters = replace(filters, errors=said, choices=error.problem.get("choices", []))
    html = pages.render_members(found["items"], filters, visit.language, today=today(), following=found["next"])
    return visit.page(html)


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
    Route("/members/{member}", member),
    Route("/members/{member}/{year}", year),
)
