"""``/v1/office/referral-figures``: how networks answer what they are asked, and what becomes of requests by area."""

from collections.abc import Iterable, Sequence
from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http.lists import page, respond_json
from services.gateway.common.http.queries import reader
from services.gateway.common.http.tables import respond_csv
from services.gateway.common.openapi.operation import Media, described
from services.gateway.common.views import store as views_store
from services.gateway.referrals import queries, schemas, store
from services.gateway.referrals.figures import figures_by_area, figures_of, shown_numbers
from services.gateway.referrals.small_numbers import ALL
from shared import db
from shared.places import DISTRICT, Places, places

router = APIRouter(tags=["office"])
read_query = reader(queries.FigureQuery)
_COLUMNS: Final = ("network", "name", "asked", "open", "accepted", "declined", "unanswered", "kept", "hours")
_AREA_COLUMNS: Final = (
    *("level", "key", "name"),
    *("asked", "open", "waiting", "escalated", "accepted", "unanswered", "kept", "hours"),
)
_CSV: Final = Media(
    "text/csv",
    "The same as a table, UTF-8, parted by semicolons; what is not shown is empty. By area it begins with level,"
    " key and name.",
    "network;name;asked;open;accepted;declined;unanswered;kept;hours\r\nstadtteilhaus;Stadtteilhaus;3;1;2;0;0;;\r\n",
)


@router.get(
    "/v1/office/referral-figures",
    **described("list_referral_figures", schemas.FigurePage, query=queries.FigureQuery, scope=OFFICE),
)
async def list_figures(request: Request) -> Response:
    """How each network has answered in the last 400 days, or what became of the requests from each area; all of them
    at once.

    By area no number is about fewer than five people, and none can be found as the difference of two others: beside a
    small number the next larger one of the same district is not shown either. It is null.
    """
    parts, query = context(request), read_query(request)
    await authenticate(request, parts, OFFICE)
    if query.by == "area":
        rows = [dict(zip(_AREA_COLUMNS, row, strict=True)) for row in await _area_rows(parts)]
        items = [{"area": {name: row.pop(name) for name in ("level", "key", "name")}, **row} for row in rows]
    else:
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in await _rows(parts)]
        items = [{**row, "network": {"id": row["network"], "name": row.pop("name")}} for row in rows]
    return respond_json(request, page(items, None), private=True)


@router.get(
    "/v1/office/referral-figures.csv",
    **described("list_referral_figures_csv", _CSV, query=queries.FigureQuery, scope=OFFICE),
)
async def list_figures_csv(request: Request) -> Response:
    """The same for a spreadsheet."""
    parts, query = context(request), read_query(request)
    await authenticate(request, parts, OFFICE)
    if query.by == "area":
        return respond_csv(request, _AREA_COLUMNS, await _area_rows(parts))
    return respond_csv(request, _COLUMNS, await _rows(parts))


async def _rows(parts: Context) -> Sequence[tuple[object, ...]]:
    """A row for each network that was ever asked, by name, as ``_COLUMNS``."""
    async with db.reading(parts.pool) as connection:
        found = figures_of(_read(await store.list_documents(connection)))
        names = await views_store.names(connection, list(found))
    rows = [
        (
            *(id_, names.get(id_, id_), one.asked, one.open, one.accepted, one.declined, one.unanswered),
            *(one.kept, one.median_hours),
        )
        for id_, one in found.items()
    ]
    return sorted(rows, key=lambda row: (str(row[1]).lower(), str(row[0])))


async def _area_rows(parts: Context) -> Sequence[tuple[object, ...]]:
    """A row for each area from which somebody has asked, as ``_AREA_COLUMNS``: all together first, then each district
    with its municipalities by name."""
    async with db.reading(parts.pool) as connection:
        found = figures_by_area(_read(await store.list_documents(connection)))
    shown, known = shown_numbers(found), places()
    return [
        (*_named(area, known), *shown[area].values(), found[area].kept, found[area].median_hours)
        for area in sorted(
            found, key=lambda area: (area[:DISTRICT], len(area) > DISTRICT, _named(area, known)[2] or "", area)
        )
    ]


def _named(area: str, known: Places) -> tuple[str, str | None, str | None]:
    """Level, key and name of an area; where it has none that is known here, None."""
    if area == ALL:
        return "all", None, None
    if len(area) == DISTRICT:
        return "district", area, None
    place = known.by_ags(area)
    return "municipality", area, place.name if place else None


def _read(texts: Iterable[str]) -> Iterable[Document]:
    return (orjson.loads(text) for text in texts)
