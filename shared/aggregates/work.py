"""A batch of commands in one transaction: decided one after the other, each aggregate written once. Never commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeAlias

from shared import outbox
from shared.aggregates import store
from shared.aggregates.decisions import id_taken, no_such_days, refused
from shared.aggregates.state import Aggregates, Decision, Erased, Fact, Key, State
from shared.clock import rfc3339, utc_now
from shared.consume import Received
from shared.contracts.base import Contract
from shared.contracts.requests import Outcome, id_reused, invalid
from shared.db import Connection
from shared.envelope import Message, new_message
from shared.requests import Requests

Decisions: TypeAlias = Mapping[type[Contract], Callable[[State[Any], Any], Decision]]
"""Which function decides on which command."""
PER_ROUND: Final = 500
# A compacted partition is cleaned up to its last record: only a further one lets go what stands under a tombstone.
REPEAT_AFTER: Final = timedelta(hours=25)


def _nobody_follows(_: Fact | None, __: Fact) -> None:
    return None


@dataclass
class Work:
    """The state that a batch of ``service`` is decided on, and what is to be written in the end.

    ``follow``: called with each new state and the one before. ``before``: the states of what is changed as they were
    read; those that were not there are missing.
    """

    service: str
    aggregates: Aggregates
    state: State[Any]
    follow: Callable[[Fact | None, Fact], None] = _nobody_follows
    before: dict[Key, Fact] = field(default_factory=dict)
    changed: dict[Key, Fact] = field(default_factory=dict)
    erased: dict[Key, Erased] = field(default_factory=dict)
    messages: list[tuple[str, str, Message]] = field(default_factory=list)

    def take_over(self, decision: Decision, because_of: Message | None) -> None:
        """Let what was decided be the state from now on, and publish it."""
        for kind, fact in decision.facts:
            self._keep(fact)
            self._publish(kind, fact, because_of)
        for fact in decision.stored:
            self._keep(fact)
        for one in decision.erased:
            self.state.facts.pop((one.model, one.id), None)
            self.changed.pop((one.model, one.id), None)
            self.erased[one.model, one.id] = one
            self.state.erased.add(one.id)
            message = tombstone(self.service, one.kind, one.id, self.state.at, because_of)
            self.messages.append((self.aggregates[one.model].topic, one.id, message))

    async def decide(self, connection: Connection, batch: Sequence[Received], decisions: Decisions) -> Requests:
        """Decide on each request of ``batch``; repeated ones lead to nothing. Returns the requests, to be saved before
        the work is: with exactly one outcome each, whose messages are among those of the work."""
        requests = await Requests.load(connection, self.service, batch, self.state.now)
        for request in batch:
            name = await requests.open(connection, request)
            if name is None:
                continue
            is_its_own = name == request.message.id
            decision = self._decision(request, decisions) if is_its_own else refused(id_reused())
            self.take_over(decision, request.message)
            requests.answer(request, self._outcome(name, request, decision))
        self.messages += requests.messages
        return requests

    async def save(self, connection: Connection) -> None:
        """Write everything."""
        for model in self.aggregates:
            facts = [fact for (kind, _), fact in self.changed.items() if kind is model]
            if facts:
                await store.save(connection, self.aggregates, model, facts)
            gone = [one.id for one in self.erased.values() if one.model is model]
            if gone:
                await store.delete(connection, self.aggregates, model, gone)
        if self.erased:
            kinds = [(one.id, self.aggregates[one.model].table) for one in self.erased.values()]
            await store.remember_erased(connection, kinds, self.state.now)
        await outbox.add(connection, self.messages)

    def _keep(self, fact: Fact) -> None:
        key = (type(fact), fact.id)
        old = self.state.facts.get(key)
        if key not in self.changed and old is not None:
            self.before[key] = old
        self.follow(old, fact)
        self.state.facts[key] = self.changed[key] = fact
        aggregate = self.aggregates[type(fact)]
        if aggregate.is_public:
            self.state.tables[fact.id] = aggregate.table

    def _publish(self, kind: str, fact: Fact, because_of: Message | None) -> None:
        aggregate = self.aggregates[type(fact)]
        data = fact.model_dump_json(include=set(aggregate.public.model_fields)).encode()
        source = source_of(self.service)
        message = new_message(kind, data, source=source, subject=fact.id, because_of=because_of, time=self.state.at)
        self.messages.append((aggregate.topic, fact.id, message))

    def _decision(self, request: Received, decisions: Decisions) -> Decision:
        if request.data is None:
            return refused(invalid(request.errors))
        if errors := tuple(no_such_days(request.data)):
            return refused(invalid(errors))
        decision = decisions[type(request.data)](self.state, request.data)
        if decision.result == "created" and decision.about is not None:
            model, id_ = decision.about
            table = self.aggregates[model].table
            if self.state.tables.get(id_, table) != table:
                return id_taken()
        return decision

    def _outcome(self, name: str, request: Received, decision: Decision) -> Outcome:
        model, id_ = decision.about or (None, None)
        fact = self.state.facts.get((model, id_)) if model and id_ else None
        return Outcome(
            request=name,
            source=request.topic,
            result=decision.result,
            resource=f"{self.aggregates[model].path}{id_}" if model else None,
            aggregate=id_,
            version=fact.version if fact else None,
            problem=decision.problem,
            at=self.state.at,
        )


async def repeat_tombstones(
    connection: Connection, service: str, aggregates: Aggregates, kinds: Mapping[type[Contract], str]
) -> int:
    """Send the tombstones of yesterday once more; returns how many. ``kinds``: their types, by what they erase."""
    now = utc_now()
    models = {aggregates[model].table: model for model in kinds}
    due = await store.repeat_erased(connection, now - REPEAT_AFTER, now, PER_ROUND)
    messages = []
    for id_, table in due:
        model = models[table]
        message = tombstone(service, kinds[model], id_, rfc3339(now))
        messages.append((aggregates[model].topic, id_, message))
    await outbox.add(connection, messages)
    return len(due)


def tombstone(service: str, kind: str, id_: str, at: str, because_of: Message | None = None) -> Message:
    """The message that an aggregate is erased: nothing but its id."""
    return new_message(kind, b"", source=source_of(service), subject=id_, because_of=because_of, time=at)


def source_of(service: str) -> str:
    """The CloudEvents source of what a service publishes."""
    return f"urn:buendnisbus:{service}"
