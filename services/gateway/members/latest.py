"""Contributions and trainings, those that took place last first."""

from typing import Literal

import orjson
from fastapi import Request
from starlette.responses import Response

from services.gateway.common.context import Context
from services.gateway.common.http import cursor
from services.gateway.common.http.lists import page, respond_json, split
from services.gateway.members import latest_store
from services.gateway.members.queries import ContributionQuery, TrainingQuery
from shared import db


async def respond_with_latest(
    request: Request,
    parts: Context,
    kind: Literal["contribution", "training"],
    query: ContributionQuery | TrainingQuery,
    organisation: str | None = None,
) -> Response:
    """A page of what took place last first, of all organisations or one; for the key that came along."""
    async with db.reading(parts.pool) as connection:
        rows = await latest_store.list_by_time(
            connection,
            kind,
            status=query.status,
            organisation=organisation,
            before=cursor.read(query.cursor),
            limit=query.limit + 1,
        )
    shown, last = split(rows, query.limit)
    following = cursor.write(last["at"], last["id"]) if last else None
    return respond_json(request, page([orjson.loads(row["document"]) for row in shown], following), private=True)
