"""A year of requests in one process: what happens stands in a queue by time, and the service's decisions decide."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from os import environ
from random import Random
from typing import Final

from services.referrals.domain import overdue, referring
from services.referrals.domain.overview import Overview, cared_by, reached_by
from services.referrals.domain.state import AGGREGATES, State, StoredReferral
from services.referrals.handlers import SERVICE, decisions
from services.referrals.rules import read_rules
from shared.aggregates.state import Decision, Fact
from shared.aggregates.work import Work
from shared.contracts.base import Contract
from shared.contracts.referrals.answers import AnswerReferral
from shared.contracts.referrals.facts import PersonAsking
from shared.places import places
from shared.routing.directory import Directory
from shared.routing.network import IDLE
from shared.routing.rules import rules as routing_rules
from shared.vocabulary import vocabulary
from tests.simulation.behaviour import Choose, Habits, Planned
from tests.simulation.figures import Day, Figures
from tests.simulation.networks import Change, moment, networks_of_a_year
from tests.simulation.options import BEGINS, ENDS, Options

LOOKED_AT_EACH: Final = timedelta(hours=6)
"""So often those who wait are passed on to networks that fit by now; the service does it every ten seconds."""


@dataclass
class Year:
    """``run`` lets it go by. ``over_capacity``: networks that had more than they can have, with the time."""

    options: Options
    figures: Figures = field(default_factory=Figures)
    over_capacity: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        chance = Random(self.options.seed)
        self.directory = Directory(routing_rules(), places())
        self.overview = Overview(self.directory, places(), {})
        rules = read_rules(environ.get("REFERRALS_RULES_FILE"), vocabulary())
        state = State(BEGINS.astimezone(UTC), rules, {})
        self.work = Work(SERVICE, AGGREGATES, state, follow=self._follow)
        self.decide = decisions(self.overview)
        self.habits = Habits(chance, rules.days, places(), self.options.declines, self.options.silence)
        self.waiting: set[str] = set()
        self._capacities: dict[str, int] = {}
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        for change in networks_of_a_year(self.options.networks, places(), chance):
            self._at(change.at, partial(self._change, change))
        self._asking = enumerate(sorted(moment(chance) for _ in range(self.options.requests)))
        self._plan_next_asking()
        self._at(BEGINS, self._note_the_day)
        self._at(BEGINS + LOOKED_AT_EACH, self._refer_waiting)

    @property
    def state(self) -> State:
        """What there is."""
        return self.work.state

    @property
    def referrals(self) -> list[StoredReferral]:
        """The requests that are not forgotten yet."""
        return self.state.all(StoredReferral)

    def run(self) -> Iterator[datetime]:
        """Let the year go by, event by event, each of which yields its time."""
        while self._queue and self._queue[0][0] < ENDS:
            at, _, do = heappop(self._queue)
            self.state.now = at
            do()
            yield at

    def capacity(self, network: str) -> int:
        """How many requests a network can have, also one that has gone."""
        return self._capacities[network]

    def _at(self, at: datetime, do: Callable[[], None]) -> None:
        # Numbered, so that what is due at the same time happens in the order in which it was planned.
        self._planned += 1
        heappush(self._queue, (at.astimezone(UTC), self._planned, do))

    def _plan(self, planned: Iterator[Planned]) -> None:
        for at, what in planned:
            self._at(at, partial(self._choose, what) if isinstance(what, Choose) else partial(self._take, what))

    def _take(self, command: Contract) -> None:
        decision = self.decide[type(command)](self.state, command)
        if decision.problem is not None:
            self.figures.refused[decision.problem.type] += 1
        self._take_over(decision)

    def _take_over(self, decision: Decision) -> None:
        self.work.take_over(decision, None)
        # In the service a transaction ends here.
        for written in (self.work.before, self.work.changed, self.work.erased, self.work.messages):
            written.clear()
        for kind, fact in decision.facts:
            self.figures.kinds[kind] += 1
            if isinstance(fact, StoredReferral):
                self._plan(self.habits.after(kind, fact, self.state.now))

    def _follow(self, old: Fact | None, new: Fact) -> None:
        self.overview.follow(old, new)
        if not isinstance(new, StoredReferral):
            return
        self.figures.follow(old, new, self.state.now)
        network = cared_by(new)
        if network is not None and self.overview.loads[network].open > self.capacity(network):
            self.over_capacity.append(f"{network}, {self.state.at}")
        if new.state == "waiting":
            self.waiting.add(new.id)
        else:
            self.waiting.discard(new.id)
        if new.next_at is not None and (old is None or old.next_at != new.next_at):
            self._at(datetime.fromisoformat(new.next_at), partial(self._let_happen, new.id, new.next_at))

    def _let_happen(self, id_: str, due: str) -> None:
        referral = self.state.get(StoredReferral, id_)
        if referral is None or referral.next_at != due:
            return
        person = self.state.get(PersonAsking, id_)
        self._take_over(overdue.act(self.state, self.overview, referral))
        referral = self.state.get(StoredReferral, id_)
        if person is not None and referral is not None and not referral.person_version:
            self._let_go(referral, person)

    def _let_go(self, referral: StoredReferral, person: PersonAsking) -> None:
        """Ended and forgotten it stays for statistics alone, which are counted here otherwise."""
        for address in reached_by(person.contact):
            self.overview.requests_of[address].discard(referral.id)
        del self.state.facts[StoredReferral, referral.id]
        self.figures.let_go(referral)

    def _choose(self, looked: Choose) -> None:
        referral = self.state.get(StoredReferral, looked.id)
        if referral is None:
            return
        fitting = [one.network.id for one in self.overview.candidates(referral, self.state.today)]
        if looked.assignment is not None:
            to = fitting[1] if len(fitting) > 1 else None
            network = referral.assignments[looked.assignment - 1].network
            self._take(
                AnswerReferral(id=looked.id, network=network, assignment=looked.assignment, answer="hand-on", to=to)
            )
        elif referral.state == "escalated":
            self._take(self.habits.office_decides(referral, fitting))

    def _change(self, change: Change) -> None:
        if change.network is None:
            self.directory.remove(change.id)
            return
        self.directory.put(change.network)
        known = change.network.capacity
        self._capacities[change.id] = self.directory.rules.capacity if known is None else known

    def _plan_next_asking(self) -> None:
        following = next(self._asking, None)
        if following is not None:
            number, at = following
            self._at(at, partial(self._ask, number))

    def _ask(self, number: int) -> None:
        organisation = f"netzwerk-{number % self.options.networks}" if self.options.networks else None
        self._take(self.habits.asks(number, organisation))
        self._plan_next_asking()

    def _refer_waiting(self) -> None:
        waiting = [one for id_ in self.waiting if (one := self.state.get(StoredReferral, id_)) is not None]
        for referral in sorted(waiting, key=lambda one: (one.created_at, one.id)):
            decision = referring.refer_waiting(self.state, self.overview, referral)
            if decision is not None:
                self._take_over(decision)
        self._at(self.state.now + LOOKED_AT_EACH, self._refer_waiting)

    def _note_the_day(self) -> None:
        loads, states = self.overview.loads, self.figures.states
        can_be_asked = [
            one
            for id_ in self._capacities
            if (one := self.directory.get(id_)) is not None
            and not (one.paused_until and self.state.today <= one.paused_until)
        ]
        self.figures.days.append(
            Day(
                day=self.state.today,
                open=sum(loads.get(id_, IDLE).open for id_ in self._capacities),
                room=sum(self.capacity(one.id) for one in can_be_asked),
                waiting=states["waiting"],
                with_office=states["escalated"],
            )
        )
        self._at(self.state.now + timedelta(days=1), self._note_the_day)
