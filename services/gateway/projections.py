"""Facts and outcomes become the gateway's views: whichever is newest by version stays. Never commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from services.gateway import change_store, feed_store, member_projection, repository, search_store
from services.gateway.documents import item_base, occurrence_rows
from services.gateway.newest import newest
from services.gateway.repository import EventRow
from services.gateway.search_store import WordsRow
from services.gateway.words import words_of
from shared.consume import Received
from shared.contracts.events import EventFact, FeedFact, PartnerFact
from shared.contracts.requests import Outcome
from shared.db import Connection
from shared.vocabulary import vocabulary

CHANNEL: Final = "views"


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the views up to date with ``batch``, and tell whoever waits for them."""
    data = [received.data for received in batch]
    partners = newest(fact for fact in data if isinstance(fact, PartnerFact))
    feeds = newest(fact for fact in data if isinstance(fact, FeedFact))
    events = newest(fact for fact in data if isinstance(fact, EventFact))
    outcomes: dict[tuple[str, str], Outcome] = {}
    for outcome in data:
        if isinstance(outcome, Outcome):
            outcomes.setdefault((outcome.source, outcome.request), outcome)
    if partners:
        await repository.upsert_partners(connection, partners)
    if feeds:
        await feed_store.upsert_feeds(connection, feeds)
    await member_projection.project(connection, batch)
    if outcomes:
        await repository.insert_outcomes(connection, list(outcomes.values()))
    if events:
        await _project_events(connection, {fact.id: fact.model_dump(mode="json") for fact in events})
    await repository.notify(connection, CHANNEL)


async def _project_events(connection: Connection, documents: dict[str, dict[str, Any]]) -> None:
    rows = [
        EventRow(
            id=document["id"],
            version=document["version"],
            visibility=document["visibility"],
            document=orjson.dumps(document).decode(),
            base=item_base(document),
            updated_at=datetime.fromisoformat(document["updated_at"]),
        )
        for document in sorted(documents.values(), key=lambda document: str(document["id"]))
    ]
    # Events come last: from here to the commit no other instance can store any.
    numbered_after = await change_store.reserve(connection, len(rows))
    newer = await repository.upsert_events(connection, rows, numbered_after)
    await _show(connection, newer, documents)


async def complete(connection: Connection, most: int) -> int:
    """Find words and places of public events that were stored before these were looked at; how many it did.

    At most ``most`` at a time; other instances do others. 0: all are complete.
    """
    documents = {str(id_): orjson.loads(text) for id_, text in await repository.lock_incomplete(connection, most)}
    await _show(connection, [UUID(id_) for id_ in documents], documents)
    return len(documents)


async def _show(connection: Connection, events: Sequence[UUID], documents: dict[str, dict[str, Any]]) -> None:
    public = [documents[str(id_)] for id_ in events if documents[str(id_)]["visibility"] == "public"]
    occurrences = [row for document in public for row in occurrence_rows(document)]
    await repository.replace_occurrences(connection, events, occurrences)
    words = [
        WordsRow(UUID(document["id"]), name, *found)
        for document in public
        for name, found in words_of(document, vocabulary()).items()
    ]
    await search_store.replace_words(connection, events, words)
