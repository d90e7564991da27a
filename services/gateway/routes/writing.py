"""The routes of the table of writes, with their description for OpenAPI."""

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway import schemas
from services.gateway.context import context
from services.gateway.write import Write
from services.gateway.write_table import WRITES
from services.gateway.writes import accept


def add_writes(router: APIRouter, prefix: str) -> None:
    """Add the writes whose paths begin with ``prefix``."""
    for write in WRITES:
        if write.path.startswith(prefix):
            _add(router, write)


def _add(router: APIRouter, write: Write) -> None:
    async def route(request: Request) -> Response:
        return await accept(request, context(request), write)

    route.__doc__ = (
        f"{write.summary}. Needs the scope {write.scope}. With `Prefer: wait=5` the outcome comes at once, else"
        " 202 and a request to ask for; `Idempotency-Key` makes repeating it safe for 24 hours."
    )
    schema = write.body.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    router.add_api_route(
        write.path,
        route,
        methods=[write.method],
        status_code=202,
        name=write.kind,
        summary=write.summary,
        response_model=None,
        responses={
            202: {"model": schemas.Accepted},
            200: {"model": schemas.RequestDocument},
            201: {"model": schemas.RequestDocument},
            **({204: {"description": "Withdrawn"}} if write.method == "DELETE" else {}),
            **{code: {"model": schemas.ProblemDocument} for code in (401, 403, 409, 413, 415, 422)},
        },
        openapi_extra={
            "requestBody": {"required": write.needs_body, "content": {"application/json": {"schema": schema}}},
            "parameters": [
                *(
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in re.findall(r"{(\w+)", write.path)
                ),
                {"name": "Prefer", "in": "header", "schema": {"type": "string"}, "example": "wait=5"},
                {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}},
            ],
        },
    )
