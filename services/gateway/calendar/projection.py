"""Facts about events become the view of the calendar: rows, words and change numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from services.gateway.calendar import change_store, search_store, view_store
from services.gateway.calendar.documents import item_base, occurrence_rows
from services.gateway.calendar.search import words_of
from services.gateway.calendar.search_store import WordsRow
from services.gateway.calendar.view_store import EventRow
from shared.consume import Received
from shared.contracts.events import EventFact
from shared.db import Connection
from shared.newest import newest
from shared.vocabulary import vocabulary


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the view of the calendar up to date with ``batch``.

    It comes after all others: from its change numbers to the commit no other instance can store any events.
    """
    facts = newest(one.data for one in batch if isinstance(one.data, EventFact))
    if not facts:
        return
    documents: dict[str, dict[str, Any]] = {fact.id: fact.model_dump(mode="json") for fact in facts}
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
    numbered_after = await change_store.reserve(connection, len(rows))
    newer = await view_store.upsert_events(connection, rows, numbered_after)
    await _show(connection, newer, documents)


async def complete(connection: Connection, most: int) -> int:
    """Find words and places of public events that were stored before these were looked at; how many it did.

    At most ``most`` at a time; other instances do others. 0: all are complete.
    """
    documents = {str(id_): orjson.loads(text) for id_, text in await view_store.lock_incomplete(connection, most)}
    await _show(connection, [UUID(id_) for id_ in documents], documents)
    return len(documents)


async def _show(connection: Connection, events: Sequence[UUID], documents: dict[str, dict[str, Any]]) -> None:
    public = [documents[str(id_)] for id_ in events if documents[str(id_)]["visibility"] == "public"]
    occurrences = [row for document in public for row in occurrence_rows(document)]
    await view_store.replace_occurrences(connection, events, occurrences)
    words = [
        WordsRow(UUID(document["id"]), name, *found)
        for document in public
        for name, found in words_of(document, vocabulary()).items()
    ]
    await search_store.replace_words(connection, events, words)
