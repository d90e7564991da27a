"""What follows from reading a feed, written in one transaction of the caller's: nothing without the present lease."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from services.events import repository as calendar
from services.events.domain import Rules
from services.events.feeds import comparing, domain, repository
from services.events.feeds.commands import SOURCE, told
from services.events.feeds.comparing import Item, Known, Send
from services.events.feeds.domain import Feed
from services.events.feeds.errors import FetchError
from services.events.feeds.fetching import Fetched
from shared import outbox
from shared.clock import rfc3339
from shared.contracts.events import FEED_POLLED
from shared.contracts.partner import event_id
from shared.db import Connection
from shared.envelope import Message, new_message
from shared.topics import partner_topic

BREATHE = 20


async def items(
    connection: Connection,
    leased: Feed,
    fetched: Fetched,
    found: Sequence[Item],
    rules: Rules,
    now: datetime,
    spread: float,
) -> Feed | None:
    """Store that ``found`` stands in the feed, with the messages for its partner's topic.

    None where it was removed, changed or leased to another instance meanwhile; so in the other functions here.
    """
    feed = await _locked(connection, leased)
    if feed is None:
        return None
    known = await repository.known_entries(connection, feed.id)
    gone = await _gone(connection, feed, found, known, rules, now)
    result = comparing.compare(feed.id, found, known, gone, now)
    feed = domain.read(
        feed,
        result.report,
        now,
        spread,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        moved_to=fetched.moved_to,
        is_empty=result.is_empty,
    )
    await repository.save_entries(connection, feed.id, result.changed)
    await outbox.add(connection, [_message(feed, send, now) for send in result.messages])
    return await _told(connection, feed, now)


async def not_modified(
    connection: Connection, leased: Feed, fetched: Fetched, now: datetime, spread: float
) -> Feed | None:
    """Store that the feed is as it was."""
    feed = await _locked(connection, leased)
    if feed is None:
        return None
    feed = domain.not_modified(
        feed,
        now,
        spread,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        moved_to=fetched.moved_to,
    )
    return await _told(connection, feed, now)


async def failure(connection: Connection, leased: Feed, error: FetchError, now: datetime, spread: float) -> Feed | None:
    """Store that the feed could not be read."""
    feed = await _locked(connection, leased)
    if feed is None:
        return None
    return await _told(connection, domain.failed(feed, error.as_reason(), error.retry_after, now, spread), now)


async def _locked(connection: Connection, leased: Feed) -> Feed | None:
    assert leased.lease is not None
    return await repository.lock_leased(connection, leased.id, leased.lease)


async def _told(connection: Connection, feed: Feed, now: datetime) -> Feed:
    await repository.save_feeds(connection, [feed])
    await outbox.add(connection, [told(feed, FEED_POLLED, now, None)])
    return feed


async def _gone(
    connection: Connection, feed: Feed, found: Sequence[Item], known: Mapping[str, Known], rules: Rules, now: datetime
) -> dict[str, bool]:
    """What is missing from the feed: uid → whether it stays in the calendar."""
    missing = comparing.missing(found, known, was_empty=feed.was_empty)
    if not missing:
        return {}
    elsewhere = await repository.there_elsewhere(connection, feed, missing)
    events = await calendar.read_events(connection, [event_id(feed.partner, uid) for uid in missing])
    gone = {}
    for place, (uid, hidden) in enumerate(missing.items()):
        if place % BREATHE == 0:
            await asyncio.sleep(0)  # long series take long to expand, and the consumer's heartbeat shares this loop
        event = events.get(event_id(feed.partner, uid))
        gone[uid] = uid in elsewhere or comparing.stays(event, known[uid], hidden=hidden, now=now, rules=rules)
    return gone


def _message(feed: Feed, send: Send, now: datetime) -> tuple[str, str, Message]:
    message = new_message(send.kind, send.data, source=SOURCE, subject=send.uid, message_id=send.id, time=rfc3339(now))
    return partner_topic(feed.partner).name, str(event_id(feed.partner, send.uid)), message
