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


async def latest_meetings_of(connection: Connection, organisation: str, limit: int) -> Sequence[asyncpg.Record]:
    """``id``, ``title``, ``starts_at`` (as written) and ``presence`` of the meetings that were held last, the latest
    first; ``presence`` is null where nothing is recorded of this organisation."""
    return await connection.fetch(
        "select m.id, m.document ->> 'title' as title, m.document ->> 'starts_at' as starts_at, a.presence"
        " from member_fact m left join attendance a on a.meeting = m.id and a.organisation = $1"
        " where m.kind = 'meeting' and m.status = 'held' order by m.at desc, m.id desc limit $2",
        organisation,
        limit,
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
