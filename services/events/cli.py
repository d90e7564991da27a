"""The calendar's part of the ``buendnisbus`` command: who may publish."""

from typing import Any

from services.events import repository
from services.events.settings import Settings
from shared import db


async def list_partners(settings: Settings) -> list[dict[str, Any]]:
    """All partners by id, those that were removed too."""
    async with db.create_pool(settings.database_url, name="cli", size=1) as pool, db.reading(pool) as connection:
        partners = await repository.read_partners(connection)
    return [
        {"id": p.id, "name": p.name, "trusted": p.trusted, "active": p.active, "version": p.version}
        for p in partners.values()
    ]
