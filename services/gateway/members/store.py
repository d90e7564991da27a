"""Every SQL statement that lists organisations and people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from services.gateway.common.parameters import Parameters
from shared.contracts.referrals.facts import CARED_FOR
from shared.db import Connection


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """Which organisations are wanted; None or empty: all. Values of one filter are alternatives, filters add up.

    ``keys``: of municipalities and districts, one of which their area is to include. ``words``: part of the name or
    description. ``everyone``: those too that are not members or not listed. ``proposed``: whether the activity says
    what the office has not confirmed. ``after``: name, in lower case, and id of the last one of the page before.
    """

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    keys: tuple[str, ...] | None = None
    words: str = ""
    everyone: bool = False
    proposed: bool | None = None
    after: tuple[str, ...] | None = None


async def list_members(connection: Connection, wanted: MemberFilter, limit: int) -> list[asyncpg.Record]:
    """``name`` (in lower case), ``id`` and ``document`` (the fact as JSON) of organisations, by name."""
    parameters = Parameters()
    clauses = ["kind = 'organisation'", *([] if wanted.everyone else ["is_public"])]
    labels = {"topic": wanted.topics, "kind": wanted.kinds, "language": wanted.languages}
    for label, values in labels.items():
        if values:
            clauses.append(parameters.use("labels && {}::text[]", [f"{label}:{value}" for value in values]))
    if wanted.keys is not None:
        clauses.append(parameters.use("covers && {}::text[]", list(wanted.keys)))
    if wanted.statuses:
        clauses.append(parameters.use("status = any({}::text[])", list(wanted.statuses)))
    if wanted.proposed is not None:
        clauses.append(f"document ->> 'proposed' is {'not ' if wanted.proposed else ''}null")
    if wanted.words:
        said = "name || ' ' || lower(coalesce(document ->> 'description', ''))"
        clauses.append(parameters.use(f"position({{}} in {said}) > 0", wanted.words.lower()))
    if wanted.after is not None:
        clauses.append(parameters.use("(name, id) > ({}, {})", *wanted.after))
    return await connection.fetch(
        f"select name, id, document from member_fact where {' and '.join(clauses)}"
        f" order by name, id {parameters.use('limit {}', limit)}",
        *parameters.values,
    )


async def people_of(connection: Connection, organisations: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """``id``, ``name`` and ``role`` of the people of each organisation, by name."""
    rows = await connection.fetch(
        "select o.id as organisation, p.id, p.document ->> 'name' as name, r ->> 'role' as role"
        " from unnest($1::text[]) as o (id) join private_fact p on p.kind = 'person'"
        " and p.document -> 'roles' @> jsonb_build_array(jsonb_build_object('organisation', o.id))"
        " cross join lateral jsonb_array_elements(p.document -> 'roles') r where r ->> 'organisation' = o.id"
        " order by p.name, p.id, r ->> 'role'",
        list(organisations),
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        person = {name: row[name] for name in ("id", "name", "role")}
        found.setdefault(row["organisation"], []).append(person)
    return found


async def list_people(
    connection: Connection, *, organisation: str | None, words: str, after: str | None, limit: int
) -> list[asyncpg.Record] | None:
    """``id`` and ``document`` (as JSON) of people by name; None where ``after`` is nobody any more.

    ``after``: id of the last one of the page before, as names do not belong into addresses; ``words``: part of the
    name or e-mail address.
    """
    parameters = Parameters()
    clauses = ["kind = 'person'"]
    if organisation is not None:
        role = "document -> 'roles' @> jsonb_build_array(jsonb_build_object('organisation', {}::text))"
        clauses.append(parameters.use(role, organisation))
    if words:
        said = "name || ' ' || lower(coalesce(document ->> 'email', ''))"
        clauses.append(parameters.use(f"position({{}} in {said}) > 0", words.lower()))
    if after is not None:
        name = await connection.fetchval("select name from private_fact where kind = 'person' and id = $1", after)
        if name is None:
            return None
        clauses.append(parameters.use("(name, id) > ({}, {})", name, after))
    return await connection.fetch(
        f"select id, document from private_fact where {' and '.join(clauses)}"
        f" order by name, id {parameters.use('limit {}', limit)}",
        *parameters.values,
    )


async def count_waiting(connection: Connection) -> dict[str, int]:
    """How many ``applications`` wait for the office, members whose ``activity`` says passive, ``contributions``."""
    row = await connection.fetchrow(
        "select count(*) filter (where kind = 'organisation' and status = 'applied') as applications,"
        " count(*) filter (where kind = 'organisation' and document ->> 'proposed' is not null) as activity,"
        " count(*) filter (where kind = 'contribution') as contributions from member_fact"
        " where kind = 'organisation' or (kind = 'contribution' and status = 'reported')"
    )
    return dict(row) if row else {}


async def list_organisations(connection: Connection) -> Sequence[asyncpg.Record]:
    """``id``, ``name`` and ``status`` of all organisations that have ever applied, by name."""
    return await connection.fetch(
        "select m.id, m.document ->> 'name' as name, m.status from member_fact m where m.kind = 'organisation'"
        " order by m.name, m.id"
    )


async def network_versions(connection: Connection) -> dict[str, int]:
    """Id and version of the active members that everyone may see, and of the multipliers that can be asked."""
    rows = await connection.fetch(
        "select id, version from member_fact where (kind = 'organisation' and is_public and status = 'active')"
        " or (kind = 'multiplier' and status = 'available')"
    )
    return {row["id"]: row["version"] for row in rows}


async def read_networks(connection: Connection, ids: Sequence[str]) -> Sequence[asyncpg.Record]:
    """``kind`` and ``document`` (the fact as JSON) of these organisations and multipliers."""
    return await connection.fetch(
        "select kind, document from member_fact where kind in ('organisation', 'multiplier') and id = any($1::text[])",
        list(ids),
    )


async def open_requests(connection: Connection) -> dict[str, int]:
    """How many requests for help each network is asked about or cares for; those without any are missing."""
    rows = await connection.fetch(
        "select document ->> 'network' as network, count(*) as number from member_fact where kind = 'referral'"
        " and document ->> 'state' = any($1::text[]) and document ->> 'network' is not null group by 1",
        list(CARED_FOR),
    )
    return {row["network"]: row["number"] for row in rows}
