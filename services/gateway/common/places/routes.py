"""``/v1/places``: the municipalities that the alliance knows."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.places import schemas
from services.gateway.common.places.near import as_item
from shared.contracts.base import ONE_LINE
from shared.places import places
from shared.responses import respond

router = APIRouter(tags=["places"])


class PlaceQuery(BaseModel):
    """What somebody types to find a place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Annotated[
        str,
        Field(
            max_length=100,
            pattern=ONE_LINE,
            description="Postal code, name, or the beginning of either; empty: all places.",
        ),
    ] = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


read_query = reader(PlaceQuery)


@router.get("/v1/places", **described("list_places", schemas.PlacePage, query=PlaceQuery))
async def list_places(request: Request) -> Response:
    """Municipalities with a postal code or a name that begins so, the best match first; several where unclear."""
    query = read_query(request)
    items = [as_item(place) for place in places().beginning_with(query.q, query.limit)]
    return respond(request, orjson.dumps({"items": items, "next": None}), caching="public, max-age=300")
