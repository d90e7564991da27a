"""Who can be asked, as an index in this process that follows the view, and what each has open."""

import asyncio
import time
from collections.abc import Mapping
from typing import Final

import orjson

from services.gateway.members import store
from shared import db
from shared.places import places
from shared.routing.directory import Directory
from shared.routing.network import NETWORK_OF, Load
from shared.routing.rules import rules

FRESH_S: Final = 1.0
"""So old may the index be; then it is seen which versions have changed, and those alone are read."""


class KnownNetworks:
    """One for the whole process."""

    def __init__(self) -> None:
        self.loads: Mapping[str, Load] = {}
        self._directory = Directory(rules(), places())
        self._versions: dict[str, int] = {}
        self._looked_at = float("-inf")
        self._following = asyncio.Lock()

    async def current(self, pool: db.Pool) -> Directory:
        """The networks as the view has them now, give or take ``FRESH_S``, and so are then their ``loads``."""
        async with self._following:
            if time.monotonic() - self._looked_at > FRESH_S:
                async with db.reading(pool) as connection:
                    await self._follow(connection)
                self._looked_at = time.monotonic()
        return self._directory

    async def _follow(self, connection: db.Connection) -> None:
        versions = await store.network_versions(connection)
        for id_ in self._versions.keys() - versions.keys():
            self._directory.remove(id_)
        changed = [id_ for id_, version in versions.items() if self._versions.get(id_) != version]
        for row in await store.read_networks(connection, changed):
            if network := NETWORK_OF[row["kind"]](orjson.loads(row["document"])):
                self._directory.put(network)
        self._versions = versions
        self.loads = {network: Load(number) for network, number in (await store.open_requests(connection)).items()}
