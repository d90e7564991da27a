"""What decisions have to know beyond the request at hand: the networks, their loads, who has how much open."""

from collections import ChainMap, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.referrals.domain.state import StoredReferral
from shared.aggregates.state import Fact
from shared.contracts.referrals.asking import Contact
from shared.contracts.referrals.facts import CARED_FOR, PersonAsking
from shared.places import Places
from shared.routing.directory import Candidate, Directory
from shared.routing.network import IDLE, Load, Wanted
from shared.routing.referrals import wanted_of


@dataclass(slots=True)
class Overview:
    """As it is after the decisions made so far; ``follow`` is called with each new state.

    ``loads``: of the networks that were ever asked; ``asked``: those whose load has changed meanwhile.
    ``requests_of``: ids of requests by how their person can be reached, as far as a batch has to know them.
    """

    directory: Directory
    places: Places
    loads: dict[str, Load]
    requests_of: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    asked: set[str] = field(default_factory=set)

    def follow(self, before: Fact | None, after: Fact) -> None:
        """Take over what a new state changes of this."""
        if isinstance(after, PersonAsking):
            for address in reached_by(after.contact):
                self.requests_of[address].add(after.id)
        if isinstance(after, StoredReferral):
            self._count(before, -1)
            self._count(after, 1)
            if after.assignments and (before is None or len(before.assignments) < len(after.assignments)):
                last = after.assignments[-1]
                load = self.loads.get(last.network, IDLE)
                self.loads[last.network] = replace(load, last_asked=datetime.fromisoformat(last.at))

    def candidates(self, referral: StoredReferral, today: date) -> list[Candidate]:
        """The networks that could be asked, the one that is to be asked first."""
        wanted = wanted_of(referral)
        return self.directory.candidates(wanted, self._loads_without(referral, wanted), today)

    def _loads_without(self, referral: StoredReferral, wanted: Wanted) -> Mapping[str, Load]:
        """The loads as if nobody had this request, as far as they are looked at."""
        network = cared_by(referral)
        if network is None or network in wanted.excluded:
            return self.loads
        load = self.loads.get(network, IDLE)
        return ChainMap({network: replace(load, open=load.open - 1)}, self.loads)

    def _count(self, referral: StoredReferral | None, by: int) -> None:
        network = cared_by(referral) if referral is not None else None
        if network is not None:
            load = self.loads.get(network, IDLE)
            self.loads[network] = replace(load, open=load.open + by)
            self.asked.add(network)


def cared_by(referral: StoredReferral) -> str | None:
    """The network that has a request among its own; None: nobody has."""
    return referral.network if referral.state in CARED_FOR else None


def reached_by(contact: Contact | None) -> Iterator[str]:
    """By what a person is recognised again: the address in lower case, the digits of the number."""
    if contact is not None and contact.email is not None:
        yield contact.email.casefold()
    if contact is not None and contact.phone is not None:
        yield "".join(filter(str.isdigit, contact.phone))
