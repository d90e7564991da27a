"""The routes of writes, with their description for OpenAPI."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.context import context
from services.gateway.common.http.paths import routed
from services.gateway.common.openapi import writing
from services.gateway.common.requests.accepting import accept
from services.gateway.common.requests.table import WRITES
from services.gateway.common.requests.write import Write


def add_writes(router: APIRouter, prefix: str) -> None:
    """Add the writes whose paths begin with ``prefix``."""
    for write in WRITES:
        if write.path.startswith(prefix):
            _add(router, write)


def _opened_by(write: Write) -> str:
    return "Its link opens it, without a key." if write.link else f"Needs the scope {write.scope}."


def _add(router: APIRouter, write: Write) -> None:
    async def route(request: Request) -> Response:
        return await accept(request, context(request), write)

    route.__doc__ = (
        f"{write.summary}. {_opened_by(write)} With `Prefer: wait=5` the outcome comes at once, else"
        " 202 and a request to ask for; `Idempotency-Key` makes repeating it safe for 24 hours."
    )
    router.add_api_route(
        routed(write.path),
        route,
        methods=[write.method],
        status_code=202,
        operation_id=writing.operation_id(write),
        summary=write.summary,
        response_class=Response,
        response_model=None,
        responses={**writing.answers(write), 404: {"description": ""}, 409: {"description": ""}},
        openapi_extra=writing.request(write),
    )
