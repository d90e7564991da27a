"""Bodies of requests: of which media type they are, and read only as far as they may be."""

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from services.gateway.common.http.problems import ProblemError, reason
from shared.contracts.base import field_errors

Model = TypeVar("Model", bound=BaseModel)


def media_type(request: Request) -> str:
    """What the body is said to be, in lower case and without parameters; empty where nothing is said."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def read_json(request: Request, largest: int) -> bytes:
    """The body as it was sent, where it says that it is JSON.

    Raises:
        ProblemError: 415, it says otherwise; 413 as ``read_body``.
    """
    if media_type(request) != "application/json":
        raise ProblemError(415)
    return await read_body(request, largest)


async def read_model(request: Request, model: type[Model], largest: int) -> Model:
    """The body as ``model`` reads it.

    Raises:
        ProblemError: 422, it does not, naming the fields; 413 and 415 as ``read_json``.
    """
    try:
        return model.model_validate_json(await read_json(request, largest))
    except ValidationError as error:
        raise ProblemError(422, *field_errors(error)) from None


async def read_body(request: Request, largest: int) -> bytes:
    """The body, read only as far as it may be.

    Raises:
        ProblemError: 413, it is larger than ``largest`` bytes.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise ProblemError(413, reason("", "body-too-large", "is larger than {most} bytes", most=largest))
        parts.append(part)
    return b"".join(parts)
