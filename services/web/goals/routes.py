"""The public pages of goals and papers: the report with its charts, as a page and as Markdown, and each paper."""

import asyncio
import re
from typing import Any, Final, Literal
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from services.web.client import segment
from services.web.common.problems import PageError
from services.web.common.times import today
from services.web.common.visit import Visit, public
from services.web.goals import charters, pages, report

_INDICATOR: Final = re.compile(r"[a-z0-9-]{1,60}")


@public
async def goals(visit: Visit) -> Response:
    """The report of the goals."""
    return visit.page(pages.render_goals(await _goals(visit), visit.language, today=today()))


@public
async def goals_markdown(visit: Visit) -> Response:
    """The same as Markdown."""
    page = f"{visit.parts.settings.public_url.rstrip('/')}/goals"
    text = report.goals_markdown(await _goals(visit), visit.language, today=today(), page=page)
    return visit.text(text, "text/markdown; charset=utf-8")


@public
async def indicator_chart(visit: Visit) -> Response:
    """The chart of one indicator, for reports elsewhere."""
    goal, indicator = visit.named("goal"), visit.named("indicator")
    try:
        UUID(goal)
    except ValueError:
        raise PageError(404) from None
    if not _INDICATOR.fullmatch(indicator):
        raise PageError(404)
    picture = pages.indicator_chart(await visit.gateway.read(f"/v1/goals/{goal}"), indicator, visit.language)
    if picture is None:
        raise PageError(404)
    return visit.text(str(picture), "image/svg+xml")


@public
async def all_charters(visit: Visit) -> Response:
    """All papers, with who agreed."""
    documents = await visit.read_items("/v1/charters")
    return visit.page(charters.render_charters(documents, visit.language))


@public
async def charter(visit: Visit) -> Response:
    """One paper."""
    document = await visit.gateway.read(f"/v1/charters/{segment(visit.named('kind'))}")
    return visit.page(charters.render_charter(document, visit.language))


async def _goals(visit: Visit) -> dict[str, Any]:
    """The goals that are asked for, and whether there are others that are not pursued any more."""
    shown: Literal["open", "all"] = "all" if visit.asked("status") == "all" else "open"
    if shown == "all":
        return await visit.gateway.read("/v1/goals", [("status", "all")]) | {"has_more": False}
    found, retired = await asyncio.gather(
        visit.gateway.read("/v1/goals", [("status", "open")]), visit.gateway.read("/v1/goals", [("status", "retired")])
    )
    return {**found, "has_more": bool(retired["items"])}


ROUTES: Final = (
    Route("/goals", goals),
    Route("/goals.md", goals_markdown),
    Route("/goals/{goal}/{indicator}.svg", indicator_chart),
    Route("/charters", all_charters),
    Route("/charters/{kind}", charter),
)
