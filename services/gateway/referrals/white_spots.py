"""``/v1/office/white-spots``: municipality and topic where no network can be asked, or where nobody answered."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import Context, context
from services.gateway.common.http.lists import page, respond_json
from services.gateway.common.http.tables import respond_csv
from services.gateway.common.openapi.operation import Media, described
from services.gateway.common.places.near import as_item
from services.gateway.common.times import today
from services.gateway.referrals import schemas, store
from shared import db
from shared.discretion import SHOWN_FROM
from shared.places import Place, places
from shared.routing.directory import Directory
from shared.routing.network import Wanted
from shared.vocabulary import vocabulary

router = APIRouter(tags=["office"])
_ENOUGH: Final = 100
_COLUMNS: Final = ("ags", "municipality", "topic", "networks", "unanswered")
_CSV: Final = Media(
    "text/csv",
    "The same as a table, UTF-8, parted by semicolons; unanswered is empty below five.",
    "ags;municipality;topic;networks;unanswered\r\n14524330;Zwickau;demokratie;0;\r\n",
)


@dataclass(frozen=True, slots=True)
class WhiteSpot:
    """``networks``: how many can be asked there about the topic, neighbours not counted; ``unanswered``: requests
    without a network, None below ``SHOWN_FROM``."""

    place: Place
    topic: str
    networks: int
    unanswered: int | None


@router.get("/v1/office/white-spots", **described("list_white_spots", schemas.WhiteSpotPage, scope=OFFICE))
async def list_white_spots(request: Request) -> Response:
    """Where nobody can be asked for help about a topic of the alliance, or where at least five found nobody; by name of
    the municipality, all of them at once."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    items = [
        {"place": as_item(one.place), "topic": one.topic, "networks": one.networks, "unanswered": one.unanswered}
        for one in await _found(parts)
    ]
    return respond_json(request, page(items, None), private=True)


@router.get("/v1/office/white-spots.csv", **described("list_white_spots_csv", _CSV, scope=OFFICE))
async def list_white_spots_csv(request: Request) -> Response:
    """The same for a spreadsheet."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    rows = [(one.place.ags, one.place.name, one.topic, one.networks, one.unanswered) for one in await _found(parts)]
    return respond_csv(request, _COLUMNS, rows)


def white_spots(
    directory: Directory,
    municipalities: Iterable[Place],
    topics: Iterable[str],
    unanswered: Mapping[tuple[str, str], int],
    day: date,
) -> list[WhiteSpot]:
    """The white spots of ``municipalities``, by their names and the order of ``topics``. ``unanswered``: requests
    without a network by municipality and topic."""
    slugs = list(topics)
    found = []
    for place in sorted(municipalities, key=lambda one: (one.name, one.ags)):
        for topic in slugs:
            wanted = Wanted("seek-help", place.ags, frozenset({topic}))
            fitting = directory.candidates(wanted, {}, day, most=_ENOUGH)
            networks = sum(one.step != "neighbour" for one in fitting)
            number = unanswered.get((place.ags, topic), 0)
            if networks == 0 or number >= SHOWN_FROM:
                found.append(WhiteSpot(place, topic, networks, number if number >= SHOWN_FROM else None))
    return found


async def _found(parts: Context) -> list[WhiteSpot]:
    directory = await parts.networks.current(parts.pool)
    async with db.reading(parts.pool) as connection:
        unanswered = await store.count_unanswered(connection)
    # Of a whole country these are many decisions: others are answered meanwhile.
    return await asyncio.to_thread(white_spots, directory, places().items, vocabulary().topics, unanswered, today())
