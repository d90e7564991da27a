"""What comes in, in one transaction: look at what was taken before, load, decide, save, tell. Never commits."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TypeAlias
from uuid import UUID

import orjson
import structlog

from services.events import domain, moderation, partnership, repository
from services.events.domain import Decision, Event, Rules
from services.events.feeds import commands as feeding
from services.events.feeds.commands import Feeds
from services.events.partnership import Partner
from services.events.schedule import AHEAD
from shared import outbox
from shared.clock import rfc3339, utc_now
from shared.consume import Received
from shared.contracts import events as contract
from shared.contracts.partner import EventSubmission, EventWithdrawal, event_id
from shared.contracts.requests import Outcome, Problem, Result, id_reused, invalid
from shared.db import Connection
from shared.envelope import Message, new_message
from shared.requests import Requests
from shared.topics import EVENTS_FACTS, partner_of

log = structlog.get_logger()

SOURCE = "urn:buendnisbus:events"
PER_ROUND = 200
BREATHE = 20
AHEAD_AGAIN = timedelta(days=7)

AboutEvent: TypeAlias = EventSubmission | EventWithdrawal | contract.PublishEvent | contract.RefuseEvent


@dataclass
class Work:
    """The state that a batch is decided on, and what is to be written in the end."""

    requests: Requests
    now: datetime
    rules: Rules
    partners: dict[str, Partner]
    events: dict[UUID, Event]
    changed_partners: dict[str, Partner] = field(default_factory=dict)
    changed_events: dict[UUID, Event] = field(default_factory=dict)
    messages: list[tuple[str, str, Message]] = field(default_factory=list)
    feeds: Feeds = field(default_factory=Feeds)
    refused_of_feeds: dict[tuple[str, str], Problem] = field(default_factory=dict)

    @cached_property
    def at(self) -> str:
        """The time of all that is decided here, as it is written."""
        return rfc3339(self.now)

    def keep_event(self, decision: Decision, because_of: Message | None) -> None:
        """Take over what was decided about an event, and tell it."""
        event = decision.event
        if event is None:
            return
        if decision.fact is not None:
            event = replace(event, places_digest=self.rules.places.digest)
        self.events[event.id] = self.changed_events[event.id] = event
        if decision.fact is not None:
            kind, key = domain.FACT_TYPES[event.visibility], str(event.id)
            data = orjson.dumps(decision.fact)
            message = new_message(kind, data, source=SOURCE, subject=key, because_of=because_of, time=self.at)
            self.messages.append((EVENTS_FACTS, key, message))

    def keep_partner(self, partner: Partner, because_of: Message) -> None:
        """Take over what was decided about a partner, and tell it."""
        self.partners[partner.id] = self.changed_partners[partner.id] = partner
        kind = contract.PARTNER_REGISTERED if partner.active else contract.PARTNER_REMOVED
        data = partnership.partner_fact(partner).model_dump_json().encode()
        message = new_message(kind, data, source=SOURCE, subject=partner.id, because_of=because_of, time=self.at)
        self.messages.append((EVENTS_FACTS, partner.id, message))

    def answer(self, request: Received, outcome: Outcome) -> None:
        """Write the one outcome of a request."""
        self.requests.answer(request, outcome)
        partner = partner_of(request.topic)
        if outcome.problem and partner and request.message.source == feeding.SOURCE:
            self.refused_of_feeds[partner, outcome.request] = outcome.problem

    async def save(self, connection: Connection) -> None:
        """Write everything; requests first, so that a concurrent delivery is noticed before any effect."""
        await self.requests.save(connection)
        if self.changed_partners:
            await repository.save_partners(connection, self.changed_partners.values(), self.now)
        if self.changed_events:
            await repository.save_events(connection, list(self.changed_events.values()))
        await self.feeds.save(connection)
        self.messages += self.feeds.messages
        if self.refused_of_feeds:
            self.messages += await feeding.note_refusals(connection, self.refused_of_feeds, self.now)
        await outbox.add(connection, [*self.messages, *self.requests.messages])


async def handle(connection: Connection, batch: Sequence[Received], rules: Rules) -> None:
    """Decide on a batch of submissions and commands; each gets exactly one outcome, repeated ones none."""
    batch = [_allowed(request) for request in batch]
    ids = {id_ for request in batch if (id_ := _event_id(request))}
    names = {partner for request in batch if (partner := _partner_id(request))}
    names |= await repository.partners_of(connection, _moderated(batch))
    senders = await repository.lock_partners(connection, names)
    trusting = [r.data.id for r in batch if isinstance(r.data, contract.TrustPartner | contract.RegisterPartner)]
    if trusting:
        ids |= set(await repository.waiting_events(connection, trusting))
    events = await repository.lock_events(connection, ids)
    now = utc_now()
    requests = await Requests.load(connection, "events", batch, now)
    work = Work(requests, now, rules, senders, events, feeds=await feeding.load(connection, batch))
    for place, request in enumerate(batch):
        if place % BREATHE == 0:
            await asyncio.sleep(0)  # long series take long to expand, and the consumer's heartbeat shares this loop
        name = await requests.open(connection, request)
        if name == request.message.id:
            work.answer(request, _decide(work, request))
        elif name is not None:
            work.answer(request, _refused(work, request, id_reused(), name))
    await work.save(connection)


async def extend_horizons(connection: Connection, rules: Rules) -> int:
    """Publish the occurrences that time has brought within 400 days; returns for how many events.

    Done once a week per event, so that a rule without an end does not make a fact every day.
    """
    now = utc_now()
    due = now + AHEAD - AHEAD_AGAIN
    ids = await repository.events_to_extend(connection, due, PER_ROUND)
    events = await repository.lock_events(connection, ids)
    # Another instance may have been faster between the look and the lock.
    found = [event for event in events.values() if event.expanded_until is not None and event.expanded_until < due]
    await _renew(connection, found, domain.extend, lambda event: replace(event, expanded_until=None), now, rules)
    return len(ids)


async def resolve_places(connection: Connection, rules: Rules, started_at: datetime, after: UUID) -> UUID | None:
    """Publish the next events after ``after``, by id, whose places were resolved by others than those in use now.

    Withdrawn ones wait until they are published again. ``started_at``: of this instance. Returns the last of them;
    None where there are no more, or where an instance that was started later uses other places, as in a roll-out.
    """
    digest = rules.places.digest
    if not await repository.use_places(connection, digest, started_at):
        return None
    ids = await repository.events_to_resolve(connection, digest, after, PER_ROUND)
    events = await repository.lock_events(connection, ids)
    found = [one for one in events.values() if one.places_digest != digest and one.visibility != "withdrawn"]
    left = partial(replace, places_digest=digest)
    await _renew(connection, found, domain.resolve_again, left, utc_now(), rules)
    return ids[-1] if len(ids) == PER_ROUND else None


async def _renew(
    connection: Connection,
    events: Sequence[Event],
    decide: Callable[[Event, Partner, datetime, Rules], Decision],
    left: Callable[[Event], Event],
    now: datetime,
    rules: Rules,
) -> None:
    """Publish what ``decide`` makes of locked ``events``; of one that cannot be read any more ``left`` is stored."""
    owners = await repository.read_partners(connection, {event.partner for event in events})
    work = Work(Requests("events", now, {}), now, rules, owners, {event.id: event for event in events})
    for place, event in enumerate(events):
        if place % BREATHE == 0:
            await asyncio.sleep(0)
        try:
            decision = decide(event, owners[event.partner], now, rules)
        except ValueError as error:
            # It must not hold up the others, now or at every next turn.
            log.exception("an event cannot be renewed", id=str(event.id), exc_info=error)
            decision = Decision("unchanged", left(event))
        work.keep_event(decision, None)
    await work.save(connection)


def _allowed(request: Received) -> Received:
    """The request, without its data where a partner sends on its own topic what only the office may ask."""
    is_partners = isinstance(request.data, EventSubmission | EventWithdrawal) and not isinstance(
        request.data, contract.EnterEvent | contract.WithdrawEvent
    )
    if request.data is None or is_partners or partner_of(request.topic) is None:
        return request
    return replace(request, data=None, errors=(domain.not_a_partners_message(),))


def _decide(work: Work, request: Received) -> Outcome:
    if request.data is None:
        return _refused(work, request, invalid(request.errors))
    match request.data:
        case EventSubmission() | EventWithdrawal() | contract.PublishEvent() | contract.RefuseEvent():
            return _decide_event(work, request, request.data)
        case contract.RegisterPartner() as command:
            return _partner_decided(work, request, *partnership.register(work.partners.get(command.id), command))
        case contract.TrustPartner(id=id_, trusted=trusted) if id_ in work.partners and work.partners[id_].active:
            return _partner_decided(work, request, *partnership.trust(work.partners[id_], trusted))
        case contract.RemovePartner(id=id_) if id_ in work.partners:
            return _partner_decided(work, request, *partnership.remove(work.partners[id_]))
        case contract.AddFeed() | contract.RemoveFeed() | contract.PollFeed() as about_feed:
            decided = work.feeds.decide(request, about_feed, work.partners, work.now)
            return feeding.outcome(request, decided, work.at)
        case _:
            return _refused(work, request, domain.unknown_partner())


def _decide_event(work: Work, request: Received, data: AboutEvent) -> Outcome:
    id_ = _event_id(request)
    if id_ is None:
        return _refused(work, request, domain.unknown_partner())
    stored = work.events.get(id_)
    name = stored.partner if stored else _partner_id(request)
    partner = work.partners.get(name) if name else None
    decision = _decided(work, stored, partner, data)
    work.keep_event(decision, request.message)
    event = work.events.get(id_)
    return Outcome(
        request=request.message.id,
        source=request.topic,
        result=decision.result,
        resource=f"/v1/events/{id_}" if event else None,
        aggregate=str(id_) if event else None,
        version=event.version if event else None,
        partner=name,
        uid=event.uid if event else getattr(data, "uid", None),
        problem=decision.problem,
        notes=decision.notes,
        at=work.at,
    )


def _decided(work: Work, stored: Event | None, partner: Partner | None, data: AboutEvent) -> Decision:
    match data:
        case contract.EnterEvent():
            return moderation.enter(stored, partner, data, work.now, work.rules)
        case contract.PublishEvent():
            return moderation.publish(stored, partner, data, work.now, work.rules)
        case contract.RefuseEvent():
            return moderation.refuse(stored, partner, data, work.now, work.rules)
        case EventSubmission():
            return domain.submit(stored, partner, data, work.now, work.rules)
        case EventWithdrawal():
            return domain.withdraw(stored, partner, data, work.now, work.rules)


def _partner_decided(work: Work, request: Received, result: Result, partner: Partner) -> Outcome:
    if result != "unchanged":
        work.keep_partner(partner, request.message)
        waiting = [e for e in work.events.values() if e.partner == partner.id and e.visibility == "waiting"]
        if partner.trusted:
            for event in sorted(waiting, key=lambda event: event.created_at):
                work.keep_event(domain.publish(event, partner, work.now, work.rules), request.message)
    return Outcome(
        request=request.message.id,
        source=request.topic,
        result=result,
        aggregate=partner.id,
        version=partner.version,
        partner=partner.id,
        at=work.at,
    )


def _refused(work: Work, request: Received, problem: Problem, id_: str | None = None) -> Outcome:
    return Outcome(
        request=id_ or request.message.id,
        source=request.topic,
        result="refused",
        partner=_partner_id(request),
        uid=getattr(request.data, "uid", None),
        problem=problem,
        at=work.at,
    )


def _partner_id(request: Received) -> str | None:
    """On a partner's topic the topic says who it is, elsewhere the command says whom it is about."""
    if isinstance(request.data, contract.PublishEvent | contract.RefuseEvent):
        return None
    return partner_of(request.topic) or getattr(request.data, "partner", None) or getattr(request.data, "id", None)


def _event_id(request: Received) -> UUID | None:
    if isinstance(request.data, contract.PublishEvent | contract.RefuseEvent):
        return UUID(request.data.id)
    partner, uid = _partner_id(request), getattr(request.data, "uid", None)
    return event_id(partner, uid) if partner and uid else None


def _moderated(batch: Sequence[Received]) -> list[UUID]:
    """The events that are named by their id alone."""
    decided = (contract.PublishEvent, contract.RefuseEvent)
    return [UUID(request.data.id) for request in batch if isinstance(request.data, decided)]
