"""Every SQL statement of the gateway that writes or reads its views."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.gateway.calendar.documents import OccurrenceRow
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


async def read_event(connection: Connection, event: UUID) -> tuple[str, str] | None:
    """``(visibility, fact as JSON)`` of an event, None where it is not known."""
    row = await connection.fetchrow("select visibility, document from event where id = $1", event)
    return (row["visibility"], row["document"]) if row else None
