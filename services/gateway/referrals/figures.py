"""``/v1/office/referral-figures``: how networks answer what they are asked: how soon, and whether as promised."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http.lists import page, respond_json
from services.gateway.common.http.tables import respond_csv
from services.gateway.common.openapi.operation import Media, described
from services.gateway.common.views import store as views_store
from services.gateway.referrals import schemas, store
from shared import db
from shared.contracts.referrals.facts import CARED_FOR
from shared.discretion import SHOWN_FROM

router = APIRouter(tags=["office"])
_HOUR_S: Final = 3_600
_COLUMNS: Final = ("network", "name", "asked", "open", "accepted", "declined", "unanswered", "kept", "hours")
_CSV: Final = Media(
    "text/csv",
    "The same as a table, UTF-8, parted by semicolons; kept and hours are empty where fewer than five were asked.",
    "network;name;asked;open;accepted;declined;unanswered;kept;hours\r\nstadtteilhaus;Stadtteilhaus;3;1;2;0;0;;\r\n",
)


@dataclass(slots=True)
class Figures:
    """How a network has answered. ``asked``: by now, whatever came of it; ``open``: what it has at present."""

    asked: int = 0
    open: int = 0
    accepted: int = 0
    declined: int = 0
    unanswered: int = 0
    in_time: int = 0
    hours: list[float] = field(default_factory=list)

    @property
    def kept(self) -> float | None:
        """The share of promises that were kept, of those that are over; None below ``SHOWN_FROM``."""
        over = len(self.hours) + self.unanswered
        return round(self.in_time / over, 2) if over >= SHOWN_FROM else None

    @property
    def median_hours(self) -> float | None:
        """Hours until it answers, the median; None below ``SHOWN_FROM`` answers."""
        return round(median(self.hours), 1) if len(self.hours) >= SHOWN_FROM else None


def figures_of(referrals: Iterable[Document]) -> dict[str, Figures]:
    """How each network has answered what it was asked, by its id, in the order of ids."""
    found: defaultdict[str, Figures] = defaultdict(Figures)
    for referral in referrals:
        for assignment in referral["assignments"]:
            _count(found[assignment["network"]], assignment)
        if referral["network"] and referral["state"] in CARED_FOR:
            found[referral["network"]].open += 1
    return dict(sorted(found.items()))


@router.get("/v1/office/referral-figures", **described("list_referral_figures", schemas.FigurePage, scope=OFFICE))
async def list_figures(request: Request) -> Response:
    """How each network has answered in the last 400 days, all of them at once."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    items = [dict(zip(_COLUMNS, row, strict=True)) for row in await _rows(parts)]
    named = [{**item, "network": {"id": item["network"], "name": item.pop("name")}} for item in items]
    return respond_json(request, page(named, None), private=True)


@router.get("/v1/office/referral-figures.csv", **described("list_referral_figures_csv", _CSV, scope=OFFICE))
async def list_figures_csv(request: Request) -> Response:
    """The same for a spreadsheet."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    return respond_csv(request, _COLUMNS, await _rows(parts))


def _count(figures: Figures, assignment: Document) -> None:
    figures.asked += 1
    match assignment["answer"]:
        case "accepted" | "given-back" | "nobody-called":
            figures.accepted += 1
        case "declined" | "handed-on":
            figures.declined += 1
        case "no-answer":
            figures.unanswered += 1
            return
        case _:
            return
    # What became of it later stands in the same place: when it was answered first is not known any more then.
    if assignment["answer"] in ("accepted", "declined", "handed-on"):
        answered_at = datetime.fromisoformat(assignment["answered_at"])
        took = answered_at - datetime.fromisoformat(assignment["at"])
        figures.hours.append(took.total_seconds() / _HOUR_S)
        figures.in_time += answered_at <= datetime.fromisoformat(assignment["due"])


async def _rows(parts: Context) -> Sequence[tuple[object, ...]]:
    """A row for each network that was ever asked, by name, as ``_COLUMNS``."""
    async with db.reading(parts.pool) as connection:
        found = figures_of(orjson.loads(text) for text in await store.list_documents(connection))
        names = await views_store.names(connection, list(found))
    rows = [
        (
            *(id_, names.get(id_, id_), one.asked, one.open, one.accepted, one.declined, one.unanswered),
            *(one.kept, one.median_hours),
        )
        for id_, one in found.items()
    ]
    return sorted(rows, key=lambda row: (str(row[1]).lower(), str(row[0])))
