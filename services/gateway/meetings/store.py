"""Every SQL statement that lists meetings, contributions, trainings, multipliers, goals and papers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import orjson

from services.gateway.common.parameters import Parameters
from shared.db import Connection

LARGEST_CALENDAR = 2_000


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings are wanted; None or empty: all. Times aware, ``before`` excluded; ``everyone``: also those that
    are not public; ``after``: start and id of the last one of the page before;
    ``latest_first``: in that order."""

    since: datetime | None = None
    before: datetime | None = None
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    everyone: bool = False
    after: tuple[datetime, str] | None = None
    latest_first: bool = False


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
        beyond = "<" if wanted.latest_first else ">"
        clauses.append(parameters.use(f"(at, id) {beyond} ({{}}, {{}})", *wanted.after))
    order = "at desc, id desc" if wanted.latest_first else "at, id"
    return await connection.fetch(
        f"select at, id, document from member_fact where {' and '.join(clauses)}"
        f" order by {order} {parameters.use('limit {}', limit)}",
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


async def meetings_of(
    connection: Connection,
    organisation: str,
    *,
    status: str | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[asyncpg.Record]:
    """``at``, ``id``, ``document`` (as JSON) and ``presence`` of meetings, the latest first.

    All that were held, of others those to which ``organisation`` is invited; ``presence`` is null where nothing is
    recorded of it. ``before``: the last one of the page before.
    """
    parameters = Parameters()
    own = parameters.use("a.organisation = {}", organisation)
    invited = orjson.dumps([{"organisation": organisation}]).decode()
    clauses = ["m.kind = 'meeting'"]
    clauses.append(parameters.use("(m.status = 'held' or m.document -> 'invited' @> {}::jsonb)", invited))
    if status is not None:
        clauses.append(parameters.use("m.status = {}", status))
    if before is not None:
        clauses.append(parameters.use("(m.at, m.id) < ({}, {})", *before))
    return await connection.fetch(
        f"select m.at, m.id, m.document, a.presence from member_fact m left join attendance a on a.meeting = m.id"
        f" and {own} where {' and '.join(clauses)} order by m.at desc, m.id desc {parameters.use('limit {}', limit)}",
        *parameters.values,
    )


async def replace_attendance(connection: Connection, meetings: Sequence[str]) -> None:
    """Derive anew how organisations took part in ``meetings`` that were held."""
    await connection.execute("delete from attendance where meeting = any($1::text[])", meetings)
    await connection.execute(
        "insert into attendance (organisation, meeting, at, presence)"
        " select a ->> 'organisation', m.id, m.at, a ->> 'presence' from member_fact m,"
        " jsonb_array_elements(m.document -> 'attendance') a"
        " where m.kind = 'meeting' and m.status = 'held' and m.id = any($1::text[]) on conflict do nothing",
        meetings,
    )
