"""Every SQL statement about the view of feeds that are read for organisations."""

from collections.abc import Sequence
from uuid import UUID

from shared.contracts.events import FeedFact
from shared.db import Connection


async def upsert_feeds(connection: Connection, feeds: Sequence[FeedFact]) -> None:
    """Store what is newer than the view."""
    await connection.executemany(
        "insert into feed (id, version, partner, active, document) values ($1, $2, $3, $4, $5)"
        " on conflict (id) do update set version = excluded.version, active = excluded.active,"
        " document = excluded.document where feed.version < excluded.version",
        [
            (UUID(feed.id), feed.version, feed.partner, feed.active, feed.model_dump_json())
            for feed in sorted(feeds, key=lambda feed: feed.id)
        ],
    )


async def list_feeds(connection: Connection, *, partner: str | None = None) -> list[str]:
    """The facts, as JSON, of the feeds that are read, by partner and id: all, or those of one partner."""
    rows = await connection.fetch(
        "select document from feed where active and ($1::text is null or partner = $1) order by partner, id", partner
    )
    return [row["document"] for row in rows]


async def read_feed(connection: Connection, feed: UUID) -> str | None:
    """The fact, as JSON, of a feed that is read; None where there is none."""
    document: str | None = await connection.fetchval("select document from feed where id = $1 and active", feed)
    return document
