"""Every SQL statement that lists meetings, contributions, trainings, multipliers, goals and papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import asyncpg
import orjson

from services.gateway.filters import Parameters
from services.gateway.member_store import Kind
from shared.db import Connection

LARGEST_CALENDAR = 2_000


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings are wanted; None or empty: all. Times aware, ``before`` excluded; ``everyone``: also those that
    are not public; ``after``: start and id of the last one of the page before."""

    since: datetime | None = None
    before: datetime | None = None
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    everyone: bool = False
    after: tuple[datetime, str] | None = None


async def list_meetings(connection: Connection, wanted: MeetingFilter, limit: int) -> list[asyncpg.Record]:
    """``at``, ``id`` and ``document`` (the fact as JSON) of meetings by start."""
    parameters = Parameters()
    clauses = ["kind = 'meeting'", *([] if wanted.everyone else ["is_public"])]
    if wanted.since is not None:
        clauses.append(parameters.use("at >= {}", wanted.since))
    if wanted.before is not None:
        clauses.append(parameters.use("at < {}", wanted.before))
    if wanted.kinds:
        clauses.append(parameters.use("document ->> 'kind' = any({}::text[])", list(wanted.kinds)))
    if wanted.statuses:
        clauses.append(parameters.use("status = any({}::text[])", list(wanted.statuses)))
    if wanted.after is not None:
        clauses.append(parameters.use("(at, id) > ({}, {})", *wanted.after))
    return await connection.fetch(
        f"select at, id, document from member_fact where {' and '.join(clauses)}"
        f" order by at, id {parameters.use('limit {}', limit)}",
        *parameters.values,
    )


async def meetings_inviting(connection: Connection, organisation: str) -> list[str]:
    """The facts, as JSON, of the meetings that an organisation is invited to: the latest 2,000, the last first."""
    rows = await connection.fetch(
        "select document from member_fact where kind = 'meeting' and document -> 'invited' @> $1::jsonb"
        " order by at desc, id limit $2",
        orjson.dumps([{"organisation": organisation}]).decode(),
        LARGEST_CALENDAR,
    )
    return [row["document"] for row in rows]


async def list_by_time(
    connection: Connection,
    kind: Literal["contribution", "training", "meeting"],
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


async def list_all(connection: Connection, kind: Kind) -> Sequence[str]:
    """All facts of a kind of which there are few, as JSON, by id."""
    rows = await connection.fetch("select document from member_fact where kind = $1 order by id", kind)
    return [row["document"] for row in rows]
