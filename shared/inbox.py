"""Requests and their outcome: each is taken once, and has exactly one outcome (DESIGN 2, 4)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import blake2b

import asyncpg

from shared import db
from shared.envelope import Message


class ConcurrentDeliveryError(asyncpg.TransactionRollbackError):
    """Another consumer has just committed one of these requests: roll back, look again, skip it then."""


def fingerprint(message: Message) -> bytes:
    """What tells a repeated request from another one under the same id."""
    return blake2b(message.type.encode() + b"\n" + message.data, digest_size=16).digest()


async def taken(connection: db.Connection, requests: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """Which of the ``(source, id)`` were taken before, with the fingerprint each had."""
    rows = await connection.fetch(
        "select source, id, fingerprint from inbox"
        " join unnest($1::text[], $2::text[]) as asked (source, id) using (source, id)",
        [source for source, _ in requests],
        [request for _, request in requests],
    )
    return {(row["source"], row["id"]): row["fingerprint"] for row in rows}


async def record(connection: db.Connection, outcomes: Iterable[tuple[str, str, bytes, str]]) -> None:
    """Write ``(source, id, fingerprint, outcome as JSON)`` rows.

    Raises:
        ConcurrentDeliveryError: one of them was taken in the meantime.
    """
    rows = list(outcomes)
    if not rows:
        return
    try:
        await connection.copy_records_to_table(
            "inbox", records=rows, columns=["source", "id", "fingerprint", "outcome"]
        )
    except asyncpg.UniqueViolationError as error:
        raise ConcurrentDeliveryError("a request was delivered twice at the same time") from error


async def forget(connection: db.Connection, older_than: timedelta) -> int:
    """Remove what Kafka no longer holds either; returns how many."""
    status = await connection.execute("delete from inbox where decided_at < now() - $1::interval", older_than)
    return int(status.rsplit(" ", 1)[-1])
