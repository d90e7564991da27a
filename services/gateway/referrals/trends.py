"""``/v1/concerns/trends``: which worries become more, by topic and area; anyone may see it, as it names nobody."""

from collections.abc import Iterable
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.context import context
from services.gateway.common.documents import Document
from services.gateway.common.http.lists import page, respond_json
from services.gateway.common.http.queries import reader
from services.gateway.common.http.tables import respond_csv
from services.gateway.common.openapi.operation import Media, described
from services.gateway.referrals import concern_store, schemas
from services.gateway.referrals.queries import TrendQuery
from shared import db
from shared.places import Places, places

router = APIRouter(tags=["referrals"])
read_query = reader(TrendQuery)
_COLUMNS: Final = ("topic", "area", "name", "week", "number", "usual", "rising")
_CSV: Final = Media(
    "text/csv",
    "The same as a table, UTF-8, parted by semicolons, a row for each week; number and usual are empty below five.",
    "topic;area;name;week;number;usual;rising\r\ndemokratie;14524330;Zwickau;2026-11-16;19;7.4;true\r\n",
)


@router.get("/v1/concerns/trends", **described("list_trends", schemas.TrendPage, query=TrendQuery))
async def list_trends(request: Request) -> Response:
    """Worries by topic, area and week, of the last year; those that rise first, all of them at once.

    Each area is held against its own past: `rising` says that more people have written than chance explains. Where few
    write, areas are counted together, and no week under five is shown. One sender counts once.
    """
    return respond_json(request, page(await _found(request), None))


@router.get("/v1/concerns/trends.csv", **described("list_trends_csv", _CSV, query=TrendQuery))
async def list_trends_csv(request: Request) -> Response:
    """The same for a spreadsheet."""
    rows = [
        (
            *(one["topic"], one["area"]["code"], one["area"]["name"]),
            *(week["week"], week["number"], week["usual"], str(one["rising"]).lower()),
        )
        for one in await _found(request)
        for week in one["weeks"]
    ]
    return respond_csv(request, _COLUMNS, rows, private=False)


def shown(facts: Iterable[Document], query: TrendQuery, known: Places) -> list[Document]:
    """The trends that are asked for, as clients see them: those that rise first, then by topic and area."""
    chosen = [
        document(fact, known)
        for fact in facts
        if (query.topic is None or fact["topic"] == query.topic)
        and (fact["rising"] or not query.rising)
        and (fact["rising"] or any(week["number"] is not None for week in fact["weeks"]))
    ]
    return sorted(chosen, key=_by_urgency)


def document(fact: Document, known: Places) -> Document:
    """A trend as clients see it."""
    place = known.by_ags(fact["area"]) if fact["area"] else None
    told = ("id", "topic", "rising", "since", "window", "times", "weeks", "updated_at")
    area = {"code": fact["area"], "name": place.name if place else None}
    return {**{name: fact[name] for name in told}, "area": area}


async def _found(request: Request) -> list[Document]:
    parts, query = context(request), read_query(request)
    async with db.reading(parts.pool) as connection:
        documents = await concern_store.list_trends(connection)
    return shown(map(orjson.loads, documents), query, places())


def _by_urgency(one: Document) -> tuple[Any, ...]:
    return (not one["rising"], -(one["times"] or 0), one["topic"], one["area"]["code"] is None, one["area"]["code"])
