"""What clients get of requests, for /openapi.json."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.gateway.common.http.schemas import ProblemDetail, ProblemDocument


class Accepted(BaseModel):
    """The write was taken and is under way."""

    request: UUID = Field(description="Ask /v1/requests/{id}.")
    resource: str = Field(description="Path of what will be there.")


class RequestDocument(BaseModel):
    """Where a request stands. ``done``: the views of this gateway show it."""

    request: UUID
    status: Literal["pending", "done", "refused"]
    result: Literal["created", "changed", "unchanged", "withdrawn", "refused"] | None
    resource: str
    version: int | None
    problem: ProblemDocument | None
    notes: list[ProblemDetail] = Field(description="What was taken, but could be said better.")
