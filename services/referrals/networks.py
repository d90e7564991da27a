"""Who can be asked: a view of ``members.facts``, and an index of it in this process that follows it."""

from collections.abc import Sequence
from typing import Final

import orjson

from services.referrals import repository
from services.referrals.repository import NetworkRow
from shared.consume import Received
from shared.contracts.base import Contract, Erasure
from shared.contracts.members.contributions import MultiplierFact
from shared.contracts.members.organisations import OrganisationFact
from shared.db import Connection
from shared.places import Places
from shared.routing.directory import Directory
from shared.routing.network import NETWORK_OF
from shared.routing.rules import Rules

_KINDS: Final[dict[type[Contract], str]] = {OrganisationFact: "organisation", MultiplierFact: "multiplier"}


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the view up to date with ``batch``: of each who can be asked the newest fact stays. Never commits."""
    newest: dict[str, NetworkRow] = {}
    for row in filter(None, (_row(received.data) for received in batch)):
        seen = newest.get(row.id)
        if seen is None or row.state is None or (seen.state is not None and seen.version < row.version):
            newest[row.id] = row
    if newest:
        await repository.upsert_networks(connection, [newest[id_] for id_ in sorted(newest)])


class KnownNetworks:
    """One for the whole process; ``follow`` is called where choices are made one after the other."""

    def __init__(self, rules: Rules, places: Places) -> None:
        self.directory = Directory(rules, places)
        self._seen = 0

    async def follow(self, connection: Connection) -> Directory:
        """The networks as the view has them now."""
        for row in await repository.changed_networks(connection, self._seen):
            network = NETWORK_OF[row["kind"]](orjson.loads(row["state"])) if row["state"] else None
            if network:
                self.directory.put(network)
            else:
                self.directory.remove(row["id"])
            self._seen = row["changed"]
        return self.directory


def _row(fact: Contract | None) -> NetworkRow | None:
    """The row of a fact; None where it is of something else."""
    if isinstance(fact, OrganisationFact | MultiplierFact):
        return NetworkRow(fact.id, fact.version, _KINDS[type(fact)], fact.model_dump_json())
    # Of all that members.facts tell of only multipliers are erased, and they never come back under their id.
    return NetworkRow(fact.id, 0, "multiplier", None) if isinstance(fact, Erasure) else None
