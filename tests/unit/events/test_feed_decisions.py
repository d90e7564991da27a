"""When a feed is read, and what its owner is told about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.events.feeds import domain
from services.events.feeds.domain import Feed
from shared.contracts.base import FieldError
from shared.contracts.events import AddFeed, FeedReport, RefusedEntry, feed_id

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://example.org/privat/kalender.ics?token=geheim"
COMMAND = AddFeed(partner="verein", url=URL, every_minutes=60, topics=("integration",))
PROBLEM = FieldError(field="url", code="unreachable", detail="…")


def added() -> Feed:
    result, feed = domain.add(None, feed_id("verein", URL), COMMAND, URL, NOW)
    assert result == "created"
    return feed


def read(feed: Feed, *, is_empty: bool = False, **counts: int) -> Feed:
    report = FeedReport(at="2026-11-24T12:00:00.000Z", status="read").model_copy(update=counts)
    return domain.read(feed, report, NOW, 0.0, etag='"1"', last_modified="Tue", moved_to=None, is_empty=is_empty)


@given(st.integers(5, 7 * 24 * 60), st.integers(0, 500), st.floats(-1, 1), st.one_of(st.none(), st.floats(0, 86_400)))
def test_a_feed_is_read_again_within_a_day_or_its_interval_and_never_given_up(
    every: int, failures: int, spread: float, retry_after: float | None
) -> None:
    pause = domain.next_poll(NOW, every, failures, spread, retry_after) - NOW

    usual = timedelta(minutes=every)
    assert pause >= usual * 0.899
    assert pause <= max(usual, timedelta(days=1)) * 1.101
    assert pause >= timedelta(seconds=retry_after or 0)
    if failures <= 1 and not retry_after:
        assert abs(pause - usual) <= usual * 0.101


def test_the_pause_doubles_with_each_failure_up_to_a_day() -> None:
    pauses = [(domain.next_poll(NOW, 60, failures, 0.0) - NOW) / timedelta(hours=1) for failures in range(8)]

    assert pauses == [1, 1, 2, 4, 8, 16, 24, 24]


def test_adding_again_changes_only_what_is_different_and_reads_it_anew() -> None:
    feed = replace(read(added()), lease=uuid4(), failures=3)

    assert domain.add(feed, feed.id, COMMAND, URL, NOW) == ("unchanged", feed)
    result, changed = domain.add(feed, feed.id, COMMAND.model_copy(update={"every_minutes": 5}), URL, NOW)

    assert (result, changed.version, changed.every_minutes) == ("changed", feed.version + 1, 5)
    assert (changed.etag, changed.last_modified, changed.lease, changed.next_at) == (None, None, None, NOW)


def test_a_removed_feed_is_never_due_and_can_be_added_again() -> None:
    result, feed = domain.remove(read(added()))

    assert (result, feed.active, feed.next_at) == ("withdrawn", False, None)
    assert domain.remove(feed) == ("unchanged", feed)
    assert domain.feed_fact(feed).next_at is None
    result, back = domain.add(feed, feed.id, COMMAND, URL, NOW)
    assert (result, back.active, back.next_at) == ("changed", True, NOW)


def test_nothing_new_keeps_the_counts_and_what_was_refused() -> None:
    entry = RefusedEntry(entry="event 3", reasons=("…",))
    feed = read(added(), read=4, new=2, changed=1, withdrawn=1, refused=1)
    assert feed.last is not None
    feed = replace(feed, last_read=feed.last.model_copy(update={"refused_entries": (entry,)}))

    last = domain.not_modified(feed, NOW, 0.0, etag='"1"', last_modified=None, moved_to=None).last

    assert last is not None
    assert (last.status, last.read, last.new, last.changed, last.unchanged) == ("unchanged", 4, 0, 0, 3)
    assert (last.withdrawn, last.refused, last.refused_entries) == (0, 1, (entry,))


def test_a_failure_keeps_what_was_known_for_when_the_feed_is_back() -> None:
    feed = domain.failed(read(added(), read=2, new=2), PROBLEM, None, NOW, 0.0)

    assert feed.last is not None
    assert (feed.last.status, feed.last.problem, feed.failures, feed.etag) == ("failed", PROBLEM, 1, '"1"')
    back = domain.not_modified(feed, NOW, 0.0, etag='"1"', last_modified=None, moved_to=None)
    assert back.last is not None
    assert (back.last.read, back.last.unchanged, back.failures) == (2, 2, 0)


def test_an_empty_calendar_is_looked_at_again_whatever_its_server_says() -> None:
    feed = read(added(), is_empty=True)

    assert (feed.was_empty, feed.etag, feed.last_modified) == (True, None, None)


def test_what_is_refused_later_is_counted_where_it_is_told() -> None:
    entry = RefusedEntry(entry="event 1", uid="a", reasons=("…",))
    feed = read(added(), read=3, new=2, changed=1)

    last = domain.refused_later(feed, [entry], {"new": 1}).last
    assert last is not None
    assert (last.new, last.changed, last.refused, last.refused_entries) == (1, 1, 1, (entry,))

    since = domain.not_modified(feed, NOW, 0.0, etag=None, last_modified=None, moved_to=None)
    last = domain.refused_later(since, [entry], {"new": 1}).last
    assert last is not None
    assert (last.unchanged, last.refused) == (2, 1)

    failed = domain.failed(feed, PROBLEM, None, NOW, 0.0)
    later = domain.refused_later(failed, [entry], {"new": 1})
    assert later.last == failed.last
    assert later.last_read is not None
    assert later.last_read.refused == 1


def test_a_feed_that_moved_for_good_keeps_its_id_and_is_asked_at_its_new_address() -> None:
    feed = replace(added(), moved_to="https://neu.example.org:8443/k.ics")

    assert (feed.address, feed.host) == ("https://neu.example.org:8443/k.ics", "neu.example.org:8443")
    fact = domain.feed_fact(feed)
    assert (fact.id, fact.host) == (str(feed_id("verein", URL)), "example.org")
    assert "geheim" not in fact.model_dump_json()
