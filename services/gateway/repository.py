"""Every SQL statement of the gateway that writes or reads its views."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from services.gateway.documents import OccurrenceRow
from shared.contracts.events import PartnerFact
from shared.contracts.requests import Outcome
from shared.db import Connection


class EventRow(NamedTuple):
    """A row of the table ``event``."""

    id: str
    version: int
    visibility: str
    document: str
    base: str
    updated_at: datetime


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


async def lock_incomplete(connection: Connection, most: int) -> list[tuple[UUID, str]]:
    """Id and fact of public events without words, which nobody else completes, until the transaction ends."""
    rows = await connection.fetch(
        "select e.id, e.document from event e where e.visibility = 'public'"
        " and not exists (select from words w where w.event = e.id) limit $1 for update of e skip locked",
        most,
    )
    return [(row["id"], row["document"]) for row in rows]


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
        "insert into outcome (source, request, result, partner, uid, resource, aggregate, version, problem, notes,"
        " decided_at)"
        " select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],"
        " $8::int[], $9::jsonb[], $10::jsonb[], $11::timestamptz[]) on conflict do nothing",
        [outcome.source for outcome in outcomes],
        [outcome.request for outcome in outcomes],
        [outcome.result for outcome in outcomes],
        [outcome.partner for outcome in outcomes],
        [outcome.uid for outcome in outcomes],
        [outcome.resource for outcome in outcomes],
        [outcome.aggregate for outcome in outcomes],
        [outcome.version for outcome in outcomes],
        [outcome.problem.model_dump_json() if outcome.problem else None for outcome in outcomes],
        [_notes(outcome) for outcome in outcomes],
        [datetime.fromisoformat(outcome.at) for outcome in outcomes],
    )


def _notes(outcome: Outcome) -> str | None:
    return orjson.dumps([note.model_dump() for note in outcome.notes]).decode() if outcome.notes else None


async def notify(connection: Connection, channel: str) -> None:
    """Tell the listeners of all instances, when this transaction commits."""
    await connection.execute("select pg_notify($1, '')", channel)


async def read_event(connection: Connection, event: UUID) -> tuple[str, str] | None:
    """``(visibility, fact as JSON)`` of an event, None where it is not known."""
    row = await connection.fetchrow("select visibility, document from event where id = $1", event)
    return (row["visibility"], row["document"]) if row else None


async def is_active_partner(connection: Connection, partner: str) -> bool:
    """Whether an organisation of this id may publish."""
    return bool(await connection.fetchval("select active from partner where id = $1", partner))
