"""Every SQL statement of the gateway that writes or reads its views."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from services.gateway.documents import OccurrenceRow
from shared.contracts.events import PartnerFact
from shared.contracts.requests import Outcome
from shared.db import Connection

# What the index of changes covers.
_PUBLISHED: Final = "(visibility = 'public' or was_public)"


class EventRow(NamedTuple):
    """A row of the table ``event``."""

    id: str
    version: int
    visibility: str
    document: str
    base: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What of the public occurrences is wanted; None or empty: all. Times aware, ``before`` excluded.

    ``after`` is the last item of the page before: (its start, its id). ``changed_after`` is a change number that the
    event's is greater than, ``updated_since`` the earliest time of its newest version.
    """

    since: datetime
    before: datetime | None = None
    topics: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    ags: str | None = None
    municipality: str | None = None
    after: tuple[datetime, str] | None = None
    changed_after: int | None = None
    updated_since: datetime | None = None

    def condition(self) -> tuple[str, list[Any]]:
        """The WHERE clause over ``occurrence as o``, with its parameters.

        Only what is asked for stands in it: PostgreSQL plans a generic ``$1 is null or …`` badly.
        """
        clauses: list[str] = []
        values: list[Any] = []

        def add(clause: str, *arguments: Any) -> None:
            first = len(values) + 1
            clauses.append(clause.format(*(f"${first + place}" for place in range(len(arguments)))))
            values.extend(arguments)

        add("o.last_moment >= {}", self.since)
        if self.before is not None:
            add("o.starts_at < {}", self.before)
        for column in ("topics", "target_groups", "organisers"):
            if wanted := getattr(self, column):
                add(f"o.{column} && {{}}::text[]", list(wanted))
        if self.statuses:
            add("o.status = any({}::text[])", list(self.statuses))
        if self.ags is not None:
            add("o.ags = {}", self.ags)
        if self.municipality is not None:
            add("lower(o.municipality) = lower({})", self.municipality)
        if self.changed_after is not None:
            add(f"o.event in (select id from event where {_PUBLISHED} and change > {{}})", self.changed_after)
        if self.updated_since is not None:
            add("o.event in (select id from event where updated_at >= {})", self.updated_since)
        if self.after is not None:
            add("(o.starts_at, o.id) > ({}, {})", *self.after)
        return " and ".join(clauses), values


async def upsert_events(connection: Connection, rows: Sequence[EventRow], numbered_after: int) -> list[UUID]:
    """Store what is newer than the view; returns the ids that were.

    Their change numbers follow ``numbered_after``, from ``change_store.reserve``; what is not stored leaves a gap.
    """
    stored = await connection.fetch(
        "insert into event (id, version, visibility, document, base, updated_at, change)"
        " select id, version, visibility, document, base, updated_at, $7 + place"
        " from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[])"
        " with ordinality as new (id, version, visibility, document, base, updated_at, place)"
        " on conflict (id) do update set version = excluded.version, visibility = excluded.visibility,"
        " document = excluded.document, base = excluded.base, updated_at = excluded.updated_at,"
        " change = excluded.change, was_public = event.was_public or event.visibility = 'public',"
        " last_public = case when excluded.visibility not in ('waiting', 'refused') then null"
        " when event.visibility = 'public' then event.document else event.last_public end"
        " where event.version < excluded.version returning id",
        *(list(column) for column in zip(*rows, strict=True)),
        numbered_after,
    )
    return [row["id"] for row in stored]


async def replace_occurrences(
    connection: Connection, events: Sequence[UUID], occurrences: Sequence[OccurrenceRow]
) -> None:
    """The occurrences of ``events`` are these and no others."""
    await connection.execute("delete from occurrence where event = any($1::uuid[])", events)
    if occurrences:
        await connection.copy_records_to_table("occurrence", records=occurrences, columns=list(OccurrenceRow._fields))


async def upsert_partners(connection: Connection, partners: Sequence[PartnerFact]) -> None:
    """Store what is newer than the view."""
    await connection.executemany(
        "insert into partner (id, version, name, active, trusted) values ($1, $2, $3, $4, $5)"
        " on conflict (id) do update set version = excluded.version, name = excluded.name, active = excluded.active,"
        " trusted = excluded.trusted"
        " where partner.version < excluded.version",
        [(partner.id, partner.version, partner.name, partner.active, partner.trusted) for partner in partners],
    )


async def insert_outcomes(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Store outcomes; one that is there stays, as a request has exactly one."""
    await connection.execute(
        "insert into outcome (source, request, result, partner, uid, resource, aggregate, version, problem, decided_at)"
        " select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
        " $8::int[], $9::jsonb[], $10::timestamptz[]) on conflict do nothing",
        [outcome.source for outcome in outcomes],
        [outcome.request for outcome in outcomes],
        [outcome.result for outcome in outcomes],
        [outcome.partner for outcome in outcomes],
        [outcome.uid for outcome in outcomes],
        [outcome.resource for outcome in outcomes],
        [outcome.aggregate for outcome in outcomes],
        [outcome.version for outcome in outcomes],
        [outcome.problem.model_dump_json() if outcome.problem else None for outcome in outcomes],
        [datetime.fromisoformat(outcome.at) for outcome in outcomes],
    )


async def notify(connection: Connection, channel: str) -> None:
    """Tell the listeners of all instances, when this transaction commits."""
    await connection.execute("select pg_notify($1, '')", channel)


async def list_occurrences(connection: Connection, wanted: EventFilter, limit: int) -> list[asyncpg.Record]:
    """``starts_at``, ``id``, ``base``, ``times`` of the public occurrences by start, at most ``limit``."""
    condition, values = wanted.condition()
    return await connection.fetch(
        "select o.starts_at, o.id, coalesce(o.base, e.base) as base, o.times"
        f" from occurrence o join event e on e.id = o.event where {condition}"
        f" order by o.starts_at, o.id limit ${len(values) + 1}",
        *values,
        limit,
    )


async def list_documents(connection: Connection, wanted: EventFilter, limit: int) -> list[str]:
    """The facts, as JSON, of the events with a wanted occurrence, those that begin first first."""
    condition, values = wanted.condition()
    rows = await connection.fetch(
        "select e.document from event e join (select o.event, min(o.starts_at) as first from occurrence o"
        f" where {condition} group by o.event order by first, o.event limit ${len(values) + 1}) as found"
        " on found.event = e.id order by found.first, e.id",
        *values,
        limit,
    )
    return [row["document"] for row in rows]


async def read_event(connection: Connection, event: UUID) -> tuple[str, str] | None:
    """``(visibility, fact as JSON)`` of an event, None where it is not known."""
    row = await connection.fetchrow("select visibility, document from event where id = $1", event)
    return (row["visibility"], row["document"]) if row else None


async def municipalities(connection: Connection, since: datetime) -> list[str]:
    """The names of the places where something takes place after ``since``, sorted."""
    rows = await connection.fetch(
        "select distinct municipality from occurrence where last_moment >= $1 and municipality is not null"
        " order by municipality limit 200",
        since,
    )
    return [row["municipality"] for row in rows]


async def is_active_partner(connection: Connection, partner: str) -> bool:
    """Whether an organisation of this id may publish."""
    return bool(await connection.fetchval("select active from partner where id = $1", partner))
