"""From the bytes of a calendar to what is to be published of it. Takes seconds for a large one: for a thread."""

from collections.abc import Callable, Collection, Sequence
from hashlib import blake2b
from typing import Final

import orjson

from services.events.feeds.comparing import Item
from services.events.feeds.errors import FetchError
from shared.calendars.entries import Entry, UnreadableFileError
from shared.calendars.ics_reader import submissions

LARGEST_ENTRY: Final = 252 * 1024  # what a partner's topic takes, less headers
MOST_TOPICS: Final = 20


def items(
    body: bytes,
    host: str,
    *,
    most: int,
    topics: Sequence[str],
    vocabulary: Collection[str],
    between: Callable[[], None],
) -> list[Item]:
    """What stands in the calendar ``body``, which came from ``host``; ``between`` is called again and again.

    ``topics`` are given to entries that have none of ``vocabulary``.

    Raises:
        FetchError: ``too-many-entries``, or ``not-a-calendar``.
    """
    if body.upper().count(b"BEGIN:VEVENT") > most:
        raise FetchError(
            "too-many-entries",
            "{host} sends more than {most} entries; offer a calendar of fewer events, such as those to come.",
            host=host,
            most=most,
        )
    try:
        entries = submissions(body, "", quoting=False, between=between)
    except UnreadableFileError:
        raise FetchError(
            "not-a-calendar", "{host} sends something that cannot be read as a calendar.", host=host
        ) from None
    return [_item(entry, topics, vocabulary) for entry in entries if entry.source]


def _item(entry: Entry, topics: Sequence[str], vocabulary: Collection[str]) -> Item:
    if entry.body is None or entry.problems:
        return Item(entry.source, entry.uid, reasons=entry.problems, hidden=not entry.problems)
    body = _with_topics(entry.body, topics, vocabulary)
    if len(body) > LARGEST_ENTRY:
        return Item(entry.source, entry.uid, reasons=(f"is larger than {LARGEST_ENTRY} bytes",))
    return Item(entry.source, entry.uid, body, blake2b(body, digest_size=16).digest())


def _with_topics(body: bytes, topics: Sequence[str], vocabulary: Collection[str]) -> bytes:
    document = orjson.loads(body)
    own = document.get("topics", [])
    if not topics or any(topic in vocabulary for topic in own):
        return body
    # Its own first: where there are too many, those that it shares with others are what counts least.
    document["topics"] = [*own[: MOST_TOPICS - len(topics)], *(topic for topic in topics if topic not in own)]
    return orjson.dumps(document)
