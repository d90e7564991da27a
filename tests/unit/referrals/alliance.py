"""Networks and people who ask, decided on as the service does, command by command, without Kafka or a database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from services.referrals.domain import overdue, referring
from services.referrals.domain.overview import Overview
from services.referrals.domain.state import AGGREGATES, State, StoredReferral
from services.referrals.handlers import SERVICE, decisions
from services.referrals.rules import read_rules
from shared.aggregates.state import Decision, Key
from shared.aggregates.work import Work
from shared.contracts.base import Contract
from shared.contracts.referrals.answers import AnswerReferral
from shared.contracts.referrals.asking import Contact, SubmitReferral
from shared.contracts.referrals.facts import PersonAsking
from shared.places import places
from shared.routing.directory import Directory
from shared.routing.network import Network
from shared.routing.rules import Rules as RoutingRules
from shared.vocabulary import vocabulary

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)  # a Wednesday
RULES = read_rules(None, vocabulary())
ZWICKAU, WERDAU, GLAUCHAU = "14524330", "14524300", "14524080"
CONTACT = Contact(name="Renate Beispiel", email="renate@example.org")
_IDS: Iterator[int] = count(1)


def network(id_: str, **fields: Any) -> Network:
    """A network that takes what networks usually take, in Zwickau unless said otherwise."""
    usual = {"takes": frozenset({"offer-help", "seek-help", "question"}), "municipalities": (ZWICKAU,)}
    return Network(id=id_, name=id_.title(), **{**usual, **fields})


def moderator(number: int = 1, **fields: Any) -> Network:
    """Somebody in the registry of multipliers, in Zwickau unless said otherwise."""
    id_ = str(UUID(int=900 + number))
    usual = {"takes": frozenset({"moderator"}), "is_multiplier": True, "municipalities": (ZWICKAU,)}
    return Network(id=id_, name="", **{**usual, **fields})


@dataclass
class Alliance:
    """``networks`` can be asked. What was published so far is in ``work.messages``."""

    networks: tuple[Network, ...] = ()
    overview: Overview = field(init=False)
    work: Work = field(init=False)

    def __post_init__(self) -> None:
        directory = Directory(RoutingRules(), places())
        for one in self.networks:
            directory.put(one)
        self.overview = Overview(directory, places(), {})
        facts: dict[Key, Any] = {}
        self.work = Work(SERVICE, AGGREGATES, State(NOW, RULES, facts), follow=self.overview.follow)

    @property
    def state(self) -> State:
        """What there is."""
        return self.work.state

    def take(self, command: Contract) -> Decision:
        """Decide on a command, and let what follows be the state."""
        decision = decisions(self.overview)[type(command)](self.state, command)
        self.work.take_over(decision, None)
        return decision

    def ask(self, **fields: Any) -> str:
        """Submit a request, which must be taken; its id."""
        command = submission(**fields)
        assert self.take(command).result == "created"
        return command.id

    def answer(self, id_: str, answer: Any, **fields: Any) -> Decision:
        """What the network that is asked answers; multipliers do so by their link alone."""
        referral = self.referral(id_)
        assert referral.network is not None
        by_link = referral.assignments[-1].is_multiplier
        said = {"network": None if by_link else referral.network, "assignment": len(referral.assignments)}
        fields = {**said, **fields}
        return self.take(AnswerReferral(id=id_, answer=answer, **fields))

    def referral(self, id_: str) -> StoredReferral:
        """A request as it is now."""
        found = self.state.get(StoredReferral, id_)
        assert found is not None
        return found

    def person(self, id_: str) -> PersonAsking | None:
        """What is kept of the person who asks."""
        return self.state.get(PersonAsking, id_)

    def wait(self, **time: float) -> None:
        """Let time pass, with what happens by itself meanwhile."""
        until = self.state.now + timedelta(**time)
        while (due := self._next_due()) is not None and datetime.fromisoformat(due.next_at or "") <= until:
            self.state.now = max(self.state.now, datetime.fromisoformat(due.next_at or ""))
            self.work.take_over(overdue.act(self.state, self.overview, due), None)
        self.state.now = until

    def refer_waiting(self) -> None:
        """Pass on who waits, as the timer does."""
        for referral in self.state.all(StoredReferral):
            if referral.state == "waiting":
                decision = referring.refer_waiting(self.state, self.overview, referral)
                if decision is not None:
                    self.work.take_over(decision, None)

    @property
    def kinds(self) -> list[str]:
        """Types of all that was published, in order."""
        return [message.type for _, _, message in self.work.messages]

    def _next_due(self) -> StoredReferral | None:
        due = [one for one in self.state.all(StoredReferral) if one.next_at is not None]
        return min(due, key=lambda one: (one.next_at, one.id), default=None)


def submission(**fields: Any) -> SubmitReferral:
    """Somebody in Zwickau who wants to help, unless said otherwise."""
    usual = {"id": str(UUID(int=next(_IDS))), "kind": "offer-help", "ags": ZWICKAU, "contact": CONTACT}
    return SubmitReferral(**{**usual, "consent": "2026-11", **fields})
