"""The one outcome that every request has, whichever service answers it (DESIGN 2)."""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.base import Contract, FieldError

Result = Literal["created", "changed", "unchanged", "withdrawn", "refused"]


class Problem(Contract):
    """Why a request was refused (RFC 9457)."""

    type: Annotated[str, Field(description="URI reference of the kind of problem.", examples=["/problems/stale"])]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()


class Outcome(Contract):
    """What became of one request. ``(source, request)`` names it; one is written per request, ever."""

    request: Annotated[str, Field(description="CloudEvent id of the request.")]
    source: Annotated[str, Field(description="Topic the request came on: for partners the proof who sent it.")]
    result: Result
    resource: Annotated[str | None, Field(description="Path at the gateway.", examples=["/v1/events/…"])] = None
    aggregate: Annotated[str | None, Field(description="Key of the fact that shows the result.")] = None
    version: Annotated[int | None, Field(description="Version of that fact; null where nothing exists.")] = None
    partner: str | None = None
    uid: str | None = None
    problem: Problem | None = None
    at: Annotated[str, Field(description="When it was decided, RFC 3339 UTC.")]
