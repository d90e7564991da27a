"""Every SQL statement that lists public occurrences or counts them beside the filters."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from services.gateway.calendar.filters import LEVELS, EventFilter, Facet
from services.gateway.common.parameters import Parameters
from shared.db import Connection

# What takes longer has an index of its own, so that the list from a moment on begins only so much earlier.
LASTING: Final = timedelta(hours=24)
MOST_VALUES: Final = 100

# What the index of changes covers.
_PUBLISHED: Final = "(visibility = 'public' or was_public)"
_WORDS: Final = " join words w on w.event = o.event and w.occurrence = o.words"
_COLUMNS: Final[Mapping[Facet, str]] = {
    "topic": "topics",
    "target_group": "target_groups",
    "organiser": "organisers",
    "municipality": "ags, municipality",
    "status": "status",
}
_VALUES: Final[Mapping[Facet, str]] = {
    "topic": "select value, null::text as label from unnest(topics) value",
    "target_group": "select value, null::text as label from unnest(target_groups) value",
    "organiser": "select value, (select name from partner where id = value) as label from unnest(organisers) value",
    "municipality": "select coalesce(ags, municipality) as value, municipality as label",
    "status": "select status as value, null::text as label",
}


class Count(NamedTuple):
    """How many occurrences have a value. ``label``: what it is called, where the view knows that."""

    value: str
    label: str | None
    number: int


async def list_occurrences(connection: Connection, wanted: EventFilter, limit: int) -> list[asyncpg.Record]:
    """``starts_at``, ``id``, ``base``, ``times`` of the public occurrences by start, at most ``limit``.

    With words the best come first, by ``level``; with a circle, ``latitude`` and ``longitude`` are there too.
    """
    if wanted.is_plain:
        statement, values = _page(wanted, limit)
        return await connection.fetch(statement, *values)
    found: list[asyncpg.Record] = []
    async with _planned(connection, enable_seqscan="off"):
        for level in range(wanted.level, len(LEVELS) if wanted.words else 1):
            after = wanted.after if level == wanted.level else None
            statement, values = _page(replace(wanted, level=level, after=after), limit - len(found))
            found += await connection.fetch(statement, *values)
            if len(found) == limit:
                break
    return found


class FoundEvents(NamedTuple):
    """Events with a wanted occurrence, those that begin first first: ids of 16 bytes each, in a row.

    ``digest``: of ids, versions and times of change, in hexadecimal digits, the same in whatever order they begin;
    ``newest``: when one of them changed last, None of none.
    """

    ids: bytes
    digest: str
    newest: datetime | None

    def pages(self, size: int) -> Iterator[list[UUID]]:
        """The ids, ``size`` at a time."""
        for begin in range(0, len(self.ids), 16 * size):
            page = self.ids[begin : begin + 16 * size]
            yield [UUID(bytes=page[at : at + 16]) for at in range(0, len(page), 16)]


async def find_events(connection: Connection, wanted: EventFilter) -> FoundEvents:
    """All events with a wanted occurrence, whatever their number; ``after`` does not count."""
    parameters = Parameters()
    source, clauses = _everything(wanted, parameters)
    async with _planned(connection):
        row = await connection.fetchrow(
            "select coalesce(string_agg(uuid_send(e.id), '' order by found.first, e.id), '') as ids,"
            " md5(coalesce(string_agg(concat_ws(' ', e.id, e.version, extract(epoch from e.updated_at)), ','"
            "  order by e.id), '')) as digest,"
            " max(e.updated_at) as newest from event e join (select o.event, min(o.starts_at) as first"
            f" from {source} where {' and '.join([*clauses, *wanted.values(parameters).values()])}"
            " group by o.event) as found on found.event = e.id",
            *parameters.values,
        )
    return FoundEvents(*row) if row else FoundEvents(b"", "", None)


async def read_documents(connection: Connection, events: Sequence[UUID]) -> list[str]:
    """The facts, as JSON, of those of ``events`` that are public, in their order."""
    rows = await connection.fetch(
        "select e.document from unnest($1::uuid[]) with ordinality as asked (id, place)"
        " join event e on e.id = asked.id where e.visibility = 'public' order by asked.place",
        events,
    )
    return [row["document"] for row in rows]


async def count(connection: Connection, wanted: EventFilter, facets: Sequence[Facet]) -> dict[Facet, list[Count]]:
    """How many of the wanted occurrences have each value of ``facets``, the most frequent values first.

    The filter by a facet's own values does not count, so that it can be seen what another choice would bring.
    """
    parameters = Parameters()
    source, clauses = _everything(wanted, parameters)
    filters = wanted.values(parameters)
    chosen = "".join(f", {clause} as of_{facet}" for facet, clause in filters.items())
    columns = ", ".join(_COLUMNS[facet] for facet in facets)
    groups = ", ".join([columns, *(f"of_{facet}" for facet in filters)])

    def part(facet: Facet) -> str:
        others = " and ".join(f"of_{other}" for other in filters if other != facet) or "true"
        return (
            f"select '{facet}' as facet, value, min(label) as label, sum(number)::int as number from ("
            f" select {_COLUMNS[facet]}, sum(number) as number from found where {others} group by {_COLUMNS[facet]}) f"
            f" cross join lateral ({_VALUES[facet]}) v where value is not null group by value"
        )

    async with _planned(connection, work_mem="32MB"):
        rows = await connection.fetch(
            f"with found as materialized (select {groups}, count(*) as number from"
            f" (select {columns}{chosen} from {source} where {' and '.join(clauses)}) o group by {groups})"
            f" {' union all '.join(map(part, facets))} order by number desc, value",
            *parameters.values,
        )
    counts: dict[Facet, list[Count]] = {facet: [] for facet in facets}
    for row in rows:
        counts[row["facet"]].append(Count(row["value"], row["label"], row["number"]))
    return {facet: found[:MOST_VALUES] for facet, found in counts.items()}


@asynccontextmanager
async def _planned(connection: Connection, **settings: str) -> AsyncIterator[None]:
    """Plan for the very values that are asked for: a rare word and a frequent one need different ways."""
    async with connection.transaction(readonly=True):
        for name, value in {"plan_cache_mode": "force_custom_plan", **settings}.items():
            await connection.execute(f"set local {name} = '{value}'")
        yield


def _everything(wanted: EventFilter, parameters: Parameters) -> tuple[str, list[str]]:
    """FROM and WHERE for all that is wanted but the values; ``after`` does not count."""
    since = parameters.use("o.last_moment >= {}", wanted.since)
    clauses = [since, *wanted.common(parameters), *_changed(wanted, parameters)]
    if wanted.words is None:
        return "occurrence o", clauses
    clauses.append(parameters.use("w.every @@ {}::text::tsquery", wanted.words))
    return f"occurrence o{_WORDS}", clauses


def _changed(wanted: EventFilter, parameters: Parameters) -> list[str]:
    found = []
    if wanted.changed_after is not None:
        newer = f"o.event in (select id from event where {_PUBLISHED} and change > {{}})"
        found.append(parameters.use(newer, wanted.changed_after))
    if wanted.updated_since is not None:
        updated = "o.event in (select id from event where updated_at >= {})"
        found.append(parameters.use(updated, wanted.updated_since))
    return found


def _page(wanted: EventFilter, limit: int) -> tuple[str, list[object]]:
    """The statement for one level of ``wanted``, with its parameters."""
    parameters = Parameters()
    clauses = [*wanted.values(parameters).values(), *wanted.common(parameters), *_changed(wanted, parameters)]
    source, columns = "occurrence o", "o.starts_at, o.id, o.times"
    if wanted.near:
        columns += ", o.latitude, o.longitude"
    if wanted.words is not None:
        source += _WORDS
        words = parameters.use("{}::text::tsquery", wanted.words)
        clauses.append(f"w.{LEVELS[wanted.level]} @@ {words}")
        if wanted.level:
            clauses.append(f"not w.{LEVELS[wanted.level - 1]} @@ {words}")
        if LEVELS[wanted.level] == "labels":
            clauses.append(f"w.every @@ {words}")  # has an index, and holds the labels
    if wanted.after:
        clauses.append(parameters.use("(o.starts_at, o.id) > ({}, {})", *wanted.after))
    recent = wanted.since.astimezone(UTC) - LASTING
    since, begin = parameters.use("o.last_moment >= {}", wanted.since), parameters.use("{}", recent)
    most = parameters.use("limit {}", limit)

    def part(*more: str) -> str:
        condition = " and ".join((since, *more, *clauses))
        return f"(select {columns}, o.event, o.base from {source} where {condition} order by o.starts_at, o.id {most})"

    parts = [part(f"o.starts_at >= {begin}")]
    if wanted.after is None or wanted.after[0] < recent:
        parts.append(part("o.lasting", f"o.starts_at < {begin}"))
    statement = (
        f"select {columns}, coalesce(o.base, e.base) as base, {wanted.level} as level"
        f" from (select * from ({' union all '.join(parts)}) o order by starts_at, id {most}) o"
        " join event e on e.id = o.event order by o.starts_at, o.id"
    )
    return statement, parameters.values
