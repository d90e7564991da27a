"""The one outcome that every request has, whichever service answers it (DESIGN 2)."""

from collections.abc import Iterable
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
    notes: Annotated[
        tuple[FieldError, ...], Field(description="What was taken, but could be said better; for whoever sent it.")
    ] = ()
    at: Annotated[str, Field(description="When it was decided, RFC 3339 UTC.")]


def reason(field: str, code: str, detail: str, **values: str | int | float) -> FieldError:
    """One reason why a request is not done, naming the field; ``values`` hold what the sentence needs, never what
    was sent."""
    return FieldError(field=field, code=code, detail=detail.format(**values), values=values)


def invalid(errors: Iterable[FieldError]) -> Problem:
    """The problem of a request whose content cannot be taken."""
    return Problem(type="/problems/invalid", title="The request is not valid", status=422, errors=tuple(errors))


def id_reused() -> Problem:
    """The problem of a request under the id of another one with other content."""
    errors = (reason("id", "id-reused", "was already used for a message with other content"),)
    return Problem(type="/problems/id-reused", title="This message id was already used", status=409, errors=errors)
