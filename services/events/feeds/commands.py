"""The part of a batch that is about feeds: commands, and what the calendar did not take of one. Never commits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from services.events.domain import unknown_partner
from services.events.feeds import comparing, domain, repository
from services.events.feeds.domain import Feed
from services.events.feeds.errors import FetchError
from services.events.feeds.urls import check_url
from services.events.partnership import Partner
from shared.clock import rfc3339
from shared.consume import Received
from shared.contracts import events as contract
from shared.contracts.events import feed_id
from shared.contracts.requests import Outcome, Problem, Result, invalid, reason
from shared.db import Connection
from shared.envelope import Message, new_message
from shared.topics import EVENTS_FACTS

SOURCE: Final = "urn:buendnisbus:events:feeds"
Command: TypeAlias = contract.AddFeed | contract.RemoveFeed | contract.PollFeed


@dataclass
class Feeds:
    """The feeds that a batch is about, and what is to be written of them in the end."""

    stored: dict[UUID, Feed] = field(default_factory=dict)
    elsewhere: dict[UUID, UUID] = field(default_factory=dict)
    """Feeds at the address that a command wants to add, by the id that it would have."""
    changed: dict[UUID, Feed] = field(default_factory=dict)
    messages: list[tuple[str, str, Message]] = field(default_factory=list)

    def decide(
        self, request: Received, command: Command, partners: Mapping[str, Partner], now: datetime
    ) -> tuple[Result, Feed] | Problem:
        """Decide on one command, and keep what comes of it."""
        id_ = _id_of(command)
        feed = self.stored.get(id_)
        if isinstance(command, contract.AddFeed):
            partner = partners.get(command.partner)
            if partner is None or not partner.active:
                return unknown_partner()
            if id_ in self.elsewhere and self.elsewhere[id_] != id_:
                return _exists(self.elsewhere[id_])
            try:
                result, feed = domain.add(feed, id_, command, check_url(command.url), now)
            except FetchError as error:
                return invalid([error.as_reason()])
            kind = contract.FEED_ADDED
        elif feed is None or not feed.active:
            return _unknown()
        elif isinstance(command, contract.RemoveFeed):
            (result, feed), kind = domain.remove(feed), contract.FEED_REMOVED
        else:
            result, feed = domain.poll_now(feed, now)
            self.stored[id_] = self.changed[id_] = feed
            return result, feed
        if result != "unchanged":
            self.stored[id_] = self.changed[id_] = feed
            self.messages.append(told(feed, kind, now, request.message))
        return result, feed

    async def save(self, connection: Connection) -> None:
        """Write the feeds; their messages are the caller's to send."""
        if self.changed:
            await repository.save_feeds(connection, self.changed.values())


async def load(connection: Connection, batch: Sequence[Received]) -> Feeds:
    """The feeds that the commands of ``batch`` are about, locked."""
    commands = [request.data for request in batch if isinstance(request.data, Command)]
    if not commands:
        return Feeds()
    feeds = Feeds(await repository.lock_feeds(connection, {_id_of(command) for command in commands}))
    for command in commands:
        if isinstance(command, contract.AddFeed):
            try:
                there = await repository.feed_at(connection, command.partner, check_url(command.url))
            except FetchError:
                continue
            if there is not None:
                feeds.elsewhere[_id_of(command)] = there
    return feeds


async def note_refusals(
    connection: Connection, refused: Mapping[tuple[str, str], Problem], now: datetime
) -> list[tuple[str, str, Message]]:
    """Add to the reports what the calendar did not take; returns the facts to tell.

    ``refused``: partner and id of a message that came from a feed → why.
    """
    messages = []
    feeds = await repository.lock_feeds(connection, await repository.feeds_of(connection, refused))
    problems = {id_: problem for (_, id_), problem in refused.items()}
    for feed in list(feeds.values()):
        entries = await repository.entries_sent(connection, feed.id, problems)
        fresh = [entry for entry in entries if entry.fate != "refused"]
        fates: Counter[str] = Counter(entry.fate for entry in fresh)
        told_of = [comparing.refusal_told(entry.place, entry.uid, problems[entry.message]) for entry in fresh]
        feeds[feed.id] = domain.refused_later(feed, told_of, fates)
        stored = [replace(entry, fate="refused", refusal=problems[entry.message]) for entry in entries]
        await repository.save_entries(connection, feed.id, stored)
        messages.append(told(feeds[feed.id], contract.FEED_POLLED, now, None))
    await repository.save_feeds(connection, feeds.values())
    return messages


def told(feed: Feed, kind: str, now: datetime, because_of: Message | None) -> tuple[str, str, Message]:
    """The fact about a feed, for the outbox."""
    key, data = str(feed.id), domain.feed_fact(feed).model_dump_json().encode()
    message = new_message(
        kind, data, source="urn:buendnisbus:events", subject=key, because_of=because_of, time=rfc3339(now)
    )
    return EVENTS_FACTS, key, message


def outcome(request: Received, decided: tuple[Result, Feed] | Problem, at: str) -> Outcome:
    """The outcome of a command about a feed."""
    name = getattr(request.data, "partner", None)
    if isinstance(decided, Problem):
        return Outcome(
            request=request.message.id, source=request.topic, result="refused", partner=name, problem=decided, at=at
        )
    result, feed = decided
    return Outcome(
        request=request.message.id,
        source=request.topic,
        result=result,
        resource=f"/v1/office/feeds/{feed.id}",
        aggregate=str(feed.id),
        # Being told to read it now is no news of the feed; what it reads is.
        version=None if isinstance(request.data, contract.PollFeed) else feed.version,
        partner=feed.partner,
        at=at,
    )


def _id_of(command: Command) -> UUID:
    if isinstance(command, contract.AddFeed):
        return feed_id(command.partner, command.url)
    return UUID(command.id)


def _unknown() -> Problem:
    errors = (reason("id", "feed-unknown", "names no feed that is read"),)
    return Problem(type="/problems/not-found", title="There is no such feed", status=404, errors=errors)


def _exists(feed: UUID) -> Problem:
    errors = (reason("url", "feed-exists", "is read already, as the feed {feed}", feed=str(feed)),)
    return Problem(
        type="/problems/conflict",
        title="This conflicts with what is there",
        status=409,
        errors=errors,
    )
