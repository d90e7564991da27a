"""Every SQL statement that lists contributions, trainings and multipliers."""

from datetime import datetime
from typing import Literal

import asyncpg

from services.gateway.common.parameters import Parameters
from shared.db import Connection


async def list_by_time(
    connection: Connection,
    kind: Literal["contribution", "training"],
    *,
    status: str | None,
    organisation: str | None = None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """``at``, ``id`` and ``document`` (as JSON) of what took place last first. ``before``: the last one of the page
    before."""
    parameters = Parameters()
    clauses = [f"kind = '{kind}'"]
    if status is not None:
        clauses.append(parameters.use("status = {}", status))
    if organisation is not None:
        clauses.append(parameters.use("document ->> 'organisation' = {}", organisation))
    if before is not None:
        clauses.append(parameters.use("(at, id) < ({}, {})", *before))
    return await connection.fetch(
        f"select at, id, document from member_fact where {' and '.join(clauses)}"
        f" order by at desc, id desc {parameters.use('limit {}', limit)}",
        *parameters.values,
    )


async def list_multipliers(
    connection: Connection, *, status: str | None, after: str | None, limit: int
) -> list[asyncpg.Record]:
    """``id`` and ``document`` (as JSON) of multipliers, by id."""
    return await connection.fetch(
        "select id, document from member_fact where kind = 'multiplier' and ($1::text is null or status = $1)"
        " and ($2::text is null or id > $2) order by id limit $3",
        status,
        after,
        limit,
    )
