"""How the ways to write something that only its link opens again describe themselves."""

from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import Response

from services.gateway.common.openapi import common
from services.gateway.common.openapi.common import header
from services.gateway.common.openapi.operation import summary
from services.gateway.common.openapi.writing import body_of

_PREFERRED: Final = {"Preference-Applied": header("Preference-Applied")}
_LOCATED: Final = {"Location": header("Location"), **_PREFERRED}


def submits(
    operation: str,
    body: type[BaseModel],
    example: dict[str, Any],
    *,
    accepted: type[BaseModel],
    done: type[BaseModel],
    security: list[Any] | None = None,
) -> dict[str, Any]:
    """What describes a POST, as arguments for the decorator of its route; the docstring is its description.

    ``accepted``, ``done``: what is answered; ``security``: the keys that open it, None: it asks for none.
    """
    problems = (*((401, 403) if security else ()), 404, 409, 429)
    content = {"application/json": {"schema": body_of(body)[0], "example": example}}
    return {
        "status_code": 202,
        "operation_id": operation,
        "summary": summary(operation),
        "response_class": Response,
        "responses": {
            202: {"model": accepted, "description": "Taken, and under way.", "headers": _LOCATED},
            200: {"model": done, "description": "It was there already.", "headers": _PREFERRED},
            201: {"model": done, "description": "It is done: created.", "headers": _LOCATED},
            **{status: {"description": ""} for status in problems},
        },
        "openapi_extra": {
            **({"security": security} if security else {}),
            "parameters": [common.PREFER, common.IDEMPOTENCY_KEY],
            "requestBody": {"required": True, "content": content},
        },
    }
