"""``/v1/office/waiting``: how much of each subject waits for the office."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import context
from services.gateway.common.http.lists import respond_json
from services.gateway.common.openapi.operation import described
from shared import db

Count: TypeAlias = Callable[[db.Connection], Awaitable[dict[str, int]]]
"""Counts what waits of one subject, by the names of the fields of ``Waiting``."""


class Waiting(BaseModel):
    """How much waits for the office."""

    events: int = Field(description="To be published or refused.")
    applications: int = Field(description="Of organisations, to be admitted or declined.")
    activity: int = Field(description="Members who count as active but whose activity says passive.")
    contributions: int = Field(description="Reported and not confirmed yet.")
    concerns: int = Field(description="Worries that cannot wait.")
    referrals: int = Field(description="Requests for help for which nobody else cares.")


def create_router(counts: Sequence[Count]) -> APIRouter:
    """The route that joins the ``counts`` of all subjects."""
    router = APIRouter(tags=["office"])

    @router.get("/v1/office/waiting", **described("read_waiting", Waiting, scope=OFFICE))
    async def read_waiting(request: Request) -> Response:
        """How much waits for the office, to be shown where it looks first."""
        parts = context(request)
        await authenticate(request, parts, OFFICE)
        found: dict[str, int] = {}
        async with db.reading(parts.pool) as connection:
            for count in counts:
                found |= await count(connection)
        return respond_json(request, found, private=True)

    return router
