"""The networks that can be asked: a view of ``members.facts``, and an index of it in this process that follows it."""

from collections.abc import Sequence

import orjson

from services.referrals import repository
from services.referrals.repository import NetworkRow
from shared.consume import Received
from shared.contracts.members.organisations import OrganisationFact
from shared.db import Connection
from shared.places import Places
from shared.routing.directory import Directory
from shared.routing.network import network_of
from shared.routing.rules import Rules


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the view up to date with ``batch``: of each organisation its newest fact stays. Never commits."""
    newest: dict[str, OrganisationFact] = {}
    for received in batch:
        fact = received.data
        if isinstance(fact, OrganisationFact) and (fact.id not in newest or newest[fact.id].version < fact.version):
            newest[fact.id] = fact
    if newest:
        rows = [NetworkRow(one.id, one.version, one.model_dump_json()) for one in newest.values()]
        await repository.upsert_networks(connection, sorted(rows))


class KnownNetworks:
    """One for the whole process; ``follow`` is called where choices are made one after the other."""

    def __init__(self, rules: Rules, places: Places) -> None:
        self.directory = Directory(rules, places)
        self._seen = 0

    async def follow(self, connection: Connection) -> Directory:
        """The networks as the view has them now."""
        for number, document in await repository.changed_networks(connection, self._seen):
            fact = orjson.loads(document)
            if network := network_of(fact):
                self.directory.put(network)
            else:
                self.directory.remove(fact["id"])
            self._seen = number
        return self.directory
