"""What the calendar decides about feeds: when each is read, and what follows from it. No clock, no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.events.feeds.urls import read as read_url
from shared.clock import rfc3339
from shared.contracts import events as contract
from shared.contracts.base import FieldError
from shared.contracts.events import FeedReport
from shared.contracts.requests import Result

LONGEST_PAUSE: Final = timedelta(days=1)
JITTER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored. ``url`` as it was given; ``moved_to`` where the server says that it is for good.

    ``next_at`` None: never. ``lease``: of the instance that reads it now. ``failures`` in a row. ``was_empty``: it
    held nothing the last time, after it had held something. ``last_read``: the last report that has counts.
    """

    id: UUID
    partner: str
    url: str
    every_minutes: int
    topics: tuple[str, ...]
    version: int = 1
    active: bool = True
    moved_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_at: datetime | None = None
    lease: UUID | None = None
    failures: int = 0
    was_empty: bool = False
    last: FeedReport | None = None
    last_read: FeedReport | None = None

    @property
    def address(self) -> str:
        """Where it is fetched from."""
        return self.moved_to or self.url

    @property
    def host(self) -> str:
        """``host`` or ``host:port`` that is asked."""
        return read_url(self.address).authority


def add(feed: Feed | None, id_: UUID, command: contract.AddFeed, url: str, now: datetime) -> tuple[Result, Feed]:
    """Read a feed from now on, or differently. ``url`` is the command's in the one form that is kept."""
    if feed is None:
        return "created", Feed(id_, command.partner, url, command.every_minutes, command.topics, next_at=now)
    if feed.active and (feed.every_minutes, feed.topics) == (command.every_minutes, command.topics):
        return "unchanged", feed
    # Whatever is being read right now is read with the old settings, and without a lease it is not stored.
    return "changed", replace(
        feed,
        every_minutes=command.every_minutes,
        topics=command.topics,
        version=feed.version + 1,
        active=True,
        etag=None,
        last_modified=None,
        next_at=now,
        lease=None,
        failures=0,
    )


def remove(feed: Feed) -> tuple[Result, Feed]:
    """Read a feed no longer; what it brought stays."""
    if not feed.active:
        return "unchanged", feed
    return "withdrawn", replace(feed, version=feed.version + 1, active=False, next_at=None, lease=None)


def poll_now(feed: Feed, now: datetime) -> tuple[Result, Feed]:
    """Read a feed at once."""
    return "changed", replace(feed, next_at=now)


def read(
    feed: Feed,
    report: FeedReport,
    now: datetime,
    spread: float,
    *,
    etag: str | None,
    last_modified: str | None,
    moved_to: str | None,
    is_empty: bool,
) -> Feed:
    """The feed after it was read whole. ``spread`` as in ``next_poll``; ``is_empty``: see ``Feed.was_empty``."""
    return replace(
        feed,
        version=feed.version + 1,
        # What was empty is looked at again, whatever the server says about its having changed.
        etag=None if is_empty else etag,
        last_modified=None if is_empty else last_modified,
        moved_to=moved_to or feed.moved_to,
        next_at=next_poll(now, feed.every_minutes, 0, spread),
        lease=None,
        failures=0,
        was_empty=is_empty,
        last=report,
        last_read=report,
    )


def not_modified(
    feed: Feed, now: datetime, spread: float, *, etag: str | None, last_modified: str | None, moved_to: str | None
) -> Feed:
    """The feed after its server said that it is as it was."""
    before = feed.last_read or FeedReport(at=rfc3339(now), status="read")
    report = before.model_copy(
        update={
            "at": rfc3339(now),
            "status": "unchanged",
            "new": 0,
            "changed": 0,
            "withdrawn": 0,
            "unchanged": before.new + before.changed + before.unchanged,
        }
    )
    return replace(
        feed,
        version=feed.version + 1,
        etag=etag,
        last_modified=last_modified,
        moved_to=moved_to or feed.moved_to,
        next_at=next_poll(now, feed.every_minutes, 0, spread),
        lease=None,
        failures=0,
        last=report,
        last_read=report,
    )


def failed(feed: Feed, problem: FieldError, retry_after: float | None, now: datetime, spread: float) -> Feed:
    """The feed after it could not be read. ``retry_after``: seconds, where its server named some."""
    failures = feed.failures + 1
    return replace(
        feed,
        version=feed.version + 1,
        next_at=next_poll(now, feed.every_minutes, failures, spread, retry_after),
        lease=None,
        failures=failures,
        last=FeedReport(at=rfc3339(now), status="failed", problem=problem),
    )


def next_poll(
    now: datetime, every_minutes: int, failures: int, spread: float, retry_after: float | None = None
) -> datetime:
    """When a feed is read again. ``spread`` between -1 and 1, so that feeds do not all come at once.

    After the second failure in a row the pause doubles, up to a day; it is never given up.
    """
    usual = timedelta(minutes=every_minutes)
    pause = max(usual, min(usual * 2 ** min(failures - 1, 10), LONGEST_PAUSE)) if failures else usual
    return now + max(pause * (1 + JITTER * spread), timedelta(seconds=retry_after or 0))


def refused_later(feed: Feed, refused: Sequence[contract.RefusedEntry], fates: Mapping[str, int]) -> Feed:
    """The feed after the calendar has refused entries of it. ``fates``: as what they were counted, how often."""
    return replace(
        feed,
        version=feed.version + 1,
        last=_with_refused(feed.last, refused, fates),
        last_read=_with_refused(feed.last_read, refused, fates),
    )


def feed_fact(feed: Feed) -> contract.FeedFact:
    """The public state of a feed: of its address the host alone."""
    return contract.FeedFact(
        id=str(feed.id),
        version=feed.version,
        partner=feed.partner,
        host=read_url(feed.url).host,
        every_minutes=feed.every_minutes,
        active=feed.active,
        last=feed.last,
        next_at=rfc3339(feed.next_at) if feed.next_at else None,
    )


def _with_refused(
    report: FeedReport | None, refused: Sequence[contract.RefusedEntry], fates: Mapping[str, int]
) -> FeedReport | None:
    if report is None or report.status == "failed":
        return report
    counts = {name: max(0, getattr(report, name) - fates.get(name, 0)) for name in ("new", "changed", "unchanged")}
    if report.status == "unchanged":  # counted there since
        counts = {"unchanged": max(0, report.unchanged - sum(fates.values()))}
    return report.model_copy(
        update={
            **counts,
            "refused": report.refused + sum(fates.values()),
            "refused_entries": (*report.refused_entries, *refused)[: contract.MOST_REFUSED_TOLD],
        }
    )
