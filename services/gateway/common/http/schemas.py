"""What every client may get: problems and pages, for /openapi.json."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.gateway.common.places.schemas import PlaceItem


class ProblemDetail(BaseModel):
    """One reason."""

    field: str
    code: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[ProblemDetail] = []
    choices: list[PlaceItem] = Field([], description="With /problems/place-ambiguous: what may be meant.")
    request: UUID | None = Field(None, description="With Prefer: wait: the request that was refused.")


class Page(BaseModel):
    """A page of a list; ``next`` is the cursor of the following one."""

    next: str | None = Field(description="Cursor of the next page; null on the last.")


class Named(BaseModel):
    """An organisation, or a person."""

    id: str
    name: str
