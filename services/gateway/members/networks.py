"""``/v1/networks``: who could help here, and why, before anybody leaves any data."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway.common.context import context
from services.gateway.common.http.dates import Day, read_day
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import page, respond_json
from services.gateway.common.http.queries import given, reader
from services.gateway.common.networks import network_item
from services.gateway.common.openapi.operation import described
from services.gateway.common.places.near import known_place
from services.gateway.common.times import today
from services.gateway.members import schemas
from services.gateway.members.queries import Several
from shared.contracts.base import ONE_LINE
from shared.places import places
from shared.routing.network import Kind, Wanted

router = APIRouter(tags=["members"])

MOST: Final = 50


class NetworkQuery(BaseModel):
    """What is asked, and where."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Annotated[
        str,
        Field(
            max_length=100,
            pattern=ONE_LINE,
            description="Postal code, name or AGS of the municipality.",
            examples=["08056"],
        ),
    ] = ""
    kind: Annotated[Kind, Field(description="What the network is to be asked.")] = "offer-help"
    topic: Several = ()
    language: Annotated[Several, Field(description="Languages that are spoken, such as `de`.")] = ()
    on: Annotated[Day | None, Field(description="The day for which a moderator is looked for.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 10


read_query = reader(NetworkQuery)


@router.get("/v1/networks", **described("list_networks", schemas.NetworkPage, query=NetworkQuery))
async def list_networks(request: Request) -> Response:
    """The networks that could be asked, the one that would be asked first at the beginning, each with the reasons.

    Nearest first: who names the municipality, who draws a circle around it, who names the district, neighbours by
    distance, who names no area. Then topics and languages in common. Nothing of what is asked is kept.

    For a moderator they are people who were trained, without name or id; whose qualification ends before `on` is not
    among them.
    """
    parts, query = context(request), read_query(request)
    place = known_place("place", query.place, places())
    on = read_day("on", query.on) if query.on else None
    wanted = Wanted(query.kind, place.ags, frozenset(given(query.topic)), frozenset(given(query.language)), on=on)
    directory = await parts.networks.current(parts.pool)
    found = directory.candidates(wanted, parts.networks.loads, today(), most=query.limit)
    language = negotiate(request.headers.get("accept-language"))
    items: list[dict[str, Any]] = [network_item(one, language) for one in found]
    return respond_json(request, page(items, None))
