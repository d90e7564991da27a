"""The interface described for programs: OpenAPI and AsyncAPI."""

from functools import lru_cache
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, FastAPI, Path, Request
from starlette.responses import Response

from services.gateway.common.http.problems import ProblemError
from services.gateway.common.openapi.document import describe as openapi_of
from services.gateway.common.openapi.operation import Media, described
from shared.contracts.asyncapi import SERVICES, asyncapi
from shared.responses import respond

router = APIRouter(tags=["descriptions"])
Service = Annotated[str, Path(json_schema_extra={"enum": list(SERVICES)})]
_OBJECT: Final = {"type": "object"}


@router.get(
    "/openapi.json",
    **described("read_openapi", Media("application/json", "OpenAPI 3.1.", {"openapi": "3.1.0"}, _OBJECT)),
)
async def openapi(request: Request) -> Response:
    """This interface, as OpenAPI 3.1."""
    return respond(request, _openapi(request.app), caching="public, max-age=300")


@router.get(
    "/asyncapi/{service}.json",
    **described(
        "read_asyncapi", Media("application/json", "AsyncAPI 3.", {"asyncapi": "3.0.0"}, _OBJECT), problems=(404,)
    ),
)
async def describe(request: Request, service: Service) -> Response:
    """What a service takes and publishes on Kafka, as AsyncAPI 3."""
    try:
        document = asyncapi(service)
    except KeyError:
        raise ProblemError(404) from None
    return respond(request, orjson.dumps(document), caching="public, max-age=300")


@lru_cache(maxsize=1)
def _openapi(app: FastAPI) -> bytes:
    return orjson.dumps(openapi_of(app))
