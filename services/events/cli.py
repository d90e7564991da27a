"""The calendar's part of the ``buendnisbus`` command: who may publish, and the feeds that are read."""

from typing import Any
from uuid import UUID

from services.events import repository
from services.events.feeds import repository as feeds
from services.events.feeds.domain import feed_fact
from services.events.settings import Settings
from shared import db
from shared.contracts.events import FeedFact


async def list_partners(settings: Settings) -> list[dict[str, Any]]:
    """All partners by id, those that were removed too."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        partners = await repository.read_partners(connection)
    return [
        {"id": p.id, "name": p.name, "trusted": p.trusted, "active": p.active, "version": p.version}
        for p in partners.values()
    ]


async def list_feeds(settings: Settings, partner: str | None = None) -> list[FeedFact]:
    """The feeds that are read, by partner."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        return [feed_fact(feed) for feed in await feeds.read_feeds(connection, partner=partner)]


async def read_feed(settings: Settings, feed: UUID) -> tuple[FeedFact, int] | None:
    """A feed that is read, and how many submissions of its last reading have no outcome yet; None: there is none."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        found = await feeds.read_feeds(connection, feed=feed)
        return (feed_fact(found[0]), await feeds.undecided(connection, feed)) if found else None
