"""The part of ``referrals`` in the ``buendnisbus`` command and the demo: what stands in the database."""

from collections.abc import Collection

from services.referrals import repository
from services.referrals.settings import Settings
from shared import db


async def knows_networks(settings: Settings, ids: Collection[str]) -> bool:
    """Whether the service has heard of all these organisations, so that they can be asked."""
    async with (
        db.create_pool(settings.database_url, name="cli", size=1) as pool,
        db.reading(pool) as connection,
    ):
        return await repository.known_networks(connection, ids) == set(ids)
