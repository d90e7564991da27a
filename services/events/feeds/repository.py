"""Every SQL statement about feeds."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from services.events.feeds.comparing import Known
from services.events.feeds.domain import Feed
from shared.contracts.events import FeedReport
from shared.contracts.requests import Problem
from shared.db import Connection

_CLAIMING: Final = 0x0B06  # the key of an advisory lock
_COLUMNS: Final = (
    "id, partner, url, moved_to, every_minutes, topics, version, active, etag, last_modified, next_at, lease,"
    " failures, was_empty, last, last_read"
)


async def lock_feeds(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, Feed]:
    """Stored feeds by id, locked until commit in the order of their ids."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from feed where id = any($1::uuid[]) order by id for update", list(ids)
    )
    return {row["id"]: _feed(row) for row in rows}


async def read_feeds(connection: Connection, *, partner: str | None = None, feed: UUID | None = None) -> list[Feed]:
    """The feeds that are read, by partner and id: all, or those of one partner, or one alone."""
    rows = await connection.fetch(
        f"select {_COLUMNS} from feed where active and ($1::text is null or partner = $1)"
        " and ($2::uuid is null or id = $2) order by partner, id",
        partner,
        feed,
    )
    return [_feed(row) for row in rows]


async def feed_at(connection: Connection, partner: str, url: str) -> UUID | None:
    """The feed at ``url`` that is read for ``partner`` at present."""
    found: UUID | None = await connection.fetchval(
        "select id from feed where partner = $1 and url = $2 and active", partner, url
    )
    return found


async def save_feeds(connection: Connection, feeds: Iterable[Feed]) -> None:
    """Insert or replace feeds."""
    await connection.executemany(
        "insert into feed (id, partner, url, moved_to, host, every_minutes, topics, version, active, etag,"
        " last_modified, next_at, lease, failures, was_empty, last, last_read)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
        " on conflict (id) do update set url = excluded.url, moved_to = excluded.moved_to, host = excluded.host,"
        " every_minutes = excluded.every_minutes, topics = excluded.topics, version = excluded.version,"
        " active = excluded.active, etag = excluded.etag, last_modified = excluded.last_modified,"
        " next_at = excluded.next_at, lease = excluded.lease, failures = excluded.failures,"
        " leased_until = case when excluded.lease is null then null else feed.leased_until end,"
        " was_empty = excluded.was_empty, last = excluded.last, last_read = excluded.last_read",
        [
            (
                feed.id,
                feed.partner,
                feed.url,
                feed.moved_to,
                feed.host,
                feed.every_minutes,
                list(feed.topics),
                feed.version,
                feed.active,
                feed.etag,
                feed.last_modified,
                feed.next_at,
                feed.lease,
                feed.failures,
                feed.was_empty,
                feed.last.model_dump_json() if feed.last else None,
                feed.last_read.model_dump_json() if feed.last_read else None,
            )
            for feed in feeds
        ],
    )


async def claim(connection: Connection, lease: UUID, now: datetime, until: datetime) -> Feed | None:
    """Lease the feed that has been due for longest, of hosts of which none is being read; None where none is due.

    Claims wait for each other, so that what is leased at the same time is seen.
    """
    await connection.execute("select pg_advisory_xact_lock($1)", _CLAIMING)
    row = await connection.fetchrow(
        "update feed set lease = $1, leased_until = $3 where id = ("
        " select f.id from feed f join partner p on p.id = f.partner"
        " where f.active and p.active and f.next_at <= $2 and (f.lease is null or f.leased_until <= $2)"
        " and not exists (select from feed o where o.host = f.host and o.lease is not null and o.leased_until > $2)"
        f" order by f.next_at, f.id limit 1 for update of f skip locked) returning {_COLUMNS}",
        lease,
        now,
        until,
    )
    return _feed(row) if row else None


async def lock_leased(connection: Connection, feed: UUID, lease: UUID) -> Feed | None:
    """The feed, locked until commit; None where the lease is not the present one, so that nothing may be stored."""
    row = await connection.fetchrow(
        f"select {_COLUMNS} from feed where id = $1 and lease = $2 and active for update", feed, lease
    )
    return _feed(row) if row else None


async def release(connection: Connection, feed: UUID, lease: UUID, next_at: datetime | None) -> None:
    """Give a lease back without a result; ``next_at`` None: the feed stays due."""
    await connection.execute(
        "update feed set lease = null, leased_until = null, next_at = coalesce($3, next_at)"
        " where id = $1 and lease = $2",
        feed,
        lease,
        next_at,
    )


async def overdue(connection: Connection, before: datetime) -> int:
    """How many feeds should have been read before."""
    count: int = await connection.fetchval(
        "select count(*) from feed f join partner p on p.id = f.partner where f.active and p.active and next_at < $1",
        before,
    )
    return count


async def known_entries(connection: Connection, feed: UUID) -> dict[str, Known]:
    """What is known of the entries of a feed, by uid."""
    rows = await connection.fetch(
        "select uid, fingerprint, revision, message, place, fate, refusal from feed_entry where feed = $1", feed
    )
    return {row["uid"]: _known(row) for row in rows}


async def there_elsewhere(connection: Connection, feed: Feed, uids: Collection[str]) -> set[str]:
    """Which of ``uids`` stand in another feed of the same partner."""
    rows = await connection.fetch(
        "select distinct e.uid from feed_entry e join feed f on f.id = e.feed"
        " where f.partner = $1 and f.id <> $2 and f.active and e.uid = any($3::text[])"
        " and e.fate not in ('gone', 'withdrawn')",
        feed.partner,
        feed.id,
        list(uids),
    )
    return {row["uid"] for row in rows}


async def save_entries(connection: Connection, feed: UUID, entries: Sequence[Known]) -> None:
    """Insert or replace entries of a feed, all in one statement."""
    await connection.execute(
        "insert into feed_entry (feed, uid, fingerprint, revision, message, place, fate, refusal)"
        " select $1, * from unnest($2::text[], $3::bytea[], $4::int[], $5::text[], $6::text[], $7::text[], $8::jsonb[])"
        " on conflict (feed, uid) do update set fingerprint = excluded.fingerprint, revision = excluded.revision,"
        " message = excluded.message, place = excluded.place, fate = excluded.fate, refusal = excluded.refusal",
        feed,
        [entry.uid for entry in entries],
        [entry.fingerprint for entry in entries],
        [entry.revision for entry in entries],
        [entry.message for entry in entries],
        [entry.place for entry in entries],
        [entry.fate for entry in entries],
        [entry.refusal.model_dump_json() if entry.refusal else None for entry in entries],
    )


async def feeds_of(connection: Connection, messages: Collection[tuple[str, str]]) -> set[UUID]:
    """The feeds of which these messages, each ``(partner, id)``, were the last about an entry."""
    rows = await connection.fetch(
        "select distinct e.feed from feed_entry e join feed f on f.id = e.feed"
        " join unnest($1::text[], $2::text[]) as sent (partner, message) using (partner, message)",
        [partner for partner, _ in messages],
        [message for _, message in messages],
    )
    return {row["feed"] for row in rows}


async def entries_sent(connection: Connection, feed: UUID, messages: Collection[str]) -> list[Known]:
    """The entries of a feed that these messages were the last about and that have not gone since, by uid."""
    rows = await connection.fetch(
        "select uid, fingerprint, revision, message, place, fate, refusal from feed_entry"
        " where feed = $1 and message = any($2::text[]) and fate not in ('gone', 'withdrawn') order by uid",
        feed,
        list(messages),
    )
    return [_known(row) for row in rows]


async def undecided(connection: Connection, feed: UUID) -> int:
    """How many of the submissions that came of the last reading have no outcome yet."""
    count: int = await connection.fetchval(
        "select count(*) from feed_entry e join feed f on f.id = e.feed where f.id = $1"
        " and e.fate in ('new', 'changed') and not exists (select from inbox i"
        " where i.source = 'partner.' || f.partner || '.events' and i.id = e.message)",
        feed,
    )
    return count


def _feed(row: Any) -> Feed:
    fields = dict(row)
    fields["topics"] = tuple(fields["topics"])
    fields["next_at"] = fields["next_at"].astimezone(UTC) if fields["next_at"] else None
    for name in ("last", "last_read"):
        fields[name] = FeedReport.model_validate_json(fields[name]) if fields[name] else None
    return Feed(**fields)


def _known(row: Any) -> Known:
    fields = {name: row[name] for name in ("uid", "fingerprint", "revision", "message", "place", "fate")}
    return Known(**fields, refusal=Problem.model_validate_json(row["refusal"]) if row["refusal"] else None)
