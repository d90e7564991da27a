"""Requests and what became of them: every SQL statement about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from shared.contracts.requests import Outcome
from shared.db import Connection
from shared.topics import MEMBERS_COMMANDS, REFERRALS_COMMANDS

_UUID = "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"
# A request is done once its outcome is known and, unless nothing changed, the view shows that version. What was sent
# to the service members is seen in its own views, as an organisation there has the id of a partner here. Else an
# aggregate is an event or a feed, whose id is a UUID, or a partner, whose id never is.
_SHOWN = (
    "o.version is null"
    " or exists (select from event e where e.version >= o.version and e.id ="
    f"  case when r.aggregate ~ '{_UUID}' then r.aggregate::uuid end)"
    " or exists (select from feed f where f.version >= o.version and f.id ="
    f"  case when r.aggregate ~ '{_UUID}' then r.aggregate::uuid end)"
    " or exists (select from partner p where p.id = r.aggregate and p.version >= o.version)"
)
# Without a version it is an erasure: done once nothing older is shown. What was erased since will never be shown.
_MEMBERS_SHOWN = (
    "case when o.version is null then not exists (select from private_fact p"
    "  where p.id = r.aggregate and p.kind = 'person' and p.updated_at <= o.decided_at)"
    " else exists (select from member_fact m where m.id = r.aggregate and m.version >= o.version"
    # The words of minutes travel on a topic of their own.
    "  and (m.version > o.version or not coalesce(m.document -> 'changed' ? 'minutes', false) or exists (select"
    "   from private_fact p where p.id = m.id and p.kind = 'minutes' and p.updated_at >= m.updated_at)))"
    " or exists (select from private_fact p"
    "  where p.id = r.aggregate and p.kind = 'person' and p.version >= o.version)"
    " or exists (select from erased e where e.id = r.aggregate) end"
)
# The person travels on a topic of its own; once it is erased nothing of it may be shown.
_REFERRALS_SHOWN = (
    "case when o.version is null then not exists (select from private_fact p"
    "  where p.id = r.aggregate and p.kind in ('asking', 'words') and p.updated_at <= o.decided_at)"
    " else exists (select from member_fact m"
    "  where m.id = r.aggregate and m.kind in ('referral', 'concern') and m.version >= o.version"
    "  and coalesce((select p.version from private_fact p where p.id = m.id and p.kind in ('asking', 'words')), 0)"
    "   between coalesce(m.document ->> 'person_version', m.document ->> 'words_version')::int"
    "   and case coalesce(m.document ->> 'person_version', m.document ->> 'words_version')"
    "    when '0' then 0 else 2147483647 end) end"
)
_STATE = (
    "select r.id, r.resource, r.topic, o.result, o.problem, o.notes, o.version, r.body_hash, r.answering_until,"
    " o.result is not null and (o.result = 'refused'"
    f" or case r.topic when '{MEMBERS_COMMANDS}' then {_MEMBERS_SHOWN}"
    f" when '{REFERRALS_COMMANDS}' then {_REFERRALS_SHOWN} else {_SHOWN} end) as settled"
    " from request r left join outcome o on o.source = r.topic and o.request = r.id::text"
)


@dataclass(frozen=True, slots=True)
class RequestState:
    """Where a request stands. ``status``: pending, done or refused; ``problem`` and ``notes`` are JSON."""

    id: UUID
    resource: str
    status: str
    result: str | None
    version: int | None
    problem: str | None
    notes: str | None


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A write that is accepted. ``key``: the Idempotency-Key, if one was sent."""

    id: UUID
    topic: str
    owner: str
    resource: str
    aggregate: str
    key: str | None
    body_hash: bytes
    answering_until: datetime


@dataclass(frozen=True, slots=True)
class EarlierRequest:
    """What an Idempotency-Key was used for before. ``is_answering``: that exchange still runs."""

    id: UUID
    body_hash: bytes
    is_answering: bool


async def insert(connection: Connection, request: NewRequest) -> EarlierRequest | None:
    """Store a request, unless its key was used within 24 hours: then that earlier one is returned."""
    if request.key is not None:
        await connection.execute(
            "update request set idempotency_key = null where owner = $1 and idempotency_key = $2"
            " and accepted_at < now() - interval '24 hours'",
            request.owner,
            request.key,
        )
    stored = await connection.fetchval(
        "insert into request (id, topic, owner, resource, aggregate, idempotency_key, body_hash, answering_until)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)"
        " on conflict (owner, idempotency_key) where idempotency_key is not null do nothing returning id",
        request.id,
        request.topic,
        request.owner,
        request.resource,
        request.aggregate,
        request.key,
        request.body_hash,
        request.answering_until,
    )
    if stored is not None:
        return None
    row = await connection.fetchrow(
        "select id, body_hash, coalesce(answering_until > now(), false) as is_answering from request"
        " where owner = $1 and idempotency_key = $2",
        request.owner,
        request.key,
    )
    if row is None:
        raise asyncpg.SerializationError("the earlier request under this key has just gone")
    return EarlierRequest(**row)


async def answered(connection: Connection, request: UUID) -> None:
    """The first exchange about a request has ended: its key may be used to ask again."""
    await connection.execute("update request set answering_until = null where id = $1", request)


async def states(connection: Connection, requests: Sequence[UUID]) -> dict[UUID, RequestState]:
    """Where these requests stand; those that are not known are missing."""
    rows = await connection.fetch(f"{_STATE} where r.id = any($1::uuid[])", requests)
    return {row["id"]: _state(row) for row in rows}


async def submissions(
    connection: Connection,
    partner: str,
    *,
    status: str | None,
    requests: Sequence[str],
    before: tuple[datetime, str] | None,
    limit: int,
) -> list[asyncpg.Record]:
    """What became of what ``partner`` sent, by whatever way, newest first, and what its event is now.

    ``status``: done or refused.
    """
    return await connection.fetch(
        "select o.request, o.uid, o.result, o.resource, o.version, o.problem, o.notes, o.decided_at, e.visibility,"
        " e.document ->> 'refused_because' as refused_because"
        " from outcome o left join event e on e.id ="
        f" case when o.aggregate ~ '{_UUID}' then o.aggregate::uuid end"
        " where o.partner = $1 and source = $2 and ($3::text is null or (result = 'refused') = ($3 = 'refused'))"
        " and ($4::text[] = '{}' or request = any($4))"
        " and ($5::timestamptz is null or (decided_at, request) < ($5, $6::text))"
        " order by decided_at desc, request desc limit $7",
        partner,
        f"partner.{partner}.events",
        status,
        list(requests),
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )


async def forget(connection: Connection, older_than: timedelta) -> None:
    """Remove requests and outcomes that nobody asks for any more."""
    await connection.execute("delete from request where accepted_at < now() - $1::interval", older_than)
    await connection.execute("delete from outcome where decided_at < now() - $1::interval", older_than)


def _state(row: Any) -> RequestState:
    status = "pending" if not row["settled"] else "refused" if row["result"] == "refused" else "done"
    return RequestState(
        id=row["id"],
        resource=row["resource"],
        status=status,
        result=row["result"] if row["settled"] else None,
        version=row["version"] if row["settled"] else None,
        problem=row["problem"] if status == "refused" else None,
        notes=row["notes"] if row["settled"] else None,
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
