"""Facts become the view that all subjects share, as they declare it: public ones, and apart from them private ones.

The newest by version stays. An erasure removes what is shown, whatever its version, and nothing older shows it again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from services.gateway.common.views import store
from services.gateway.common.views.store import FactRow, PrivateRow
from services.gateway.common.views.view import View
from shared.clock import rfc3339, utc_now
from shared.consume import Received
from shared.contracts.base import Erasure
from shared.db import Connection
from shared.newest import keep_newest

Key = tuple[View, str]


async def project(connection: Connection, batch: Sequence[Received], views: Sequence[View]) -> None:
    """Bring the facts that ``views`` declare up to date with ``batch``, in a few statements, however many they are."""
    by_fact = {view.fact: view for view in views}
    by_tombstone: dict[str, list[View]] = {}
    for declared in views:
        if declared.erased_by:
            by_tombstone.setdefault(declared.erased_by, []).append(declared)
    facts: dict[Key, Any] = {}
    erasures: dict[Key, datetime] = {}
    for received in batch:
        data: Any = received.data
        if view := by_fact.get(type(data)):
            keep_newest(facts, (view, data.id), data)
        elif isinstance(data, Erasure):
            for erasable in by_tombstone.get(received.message.type, ()):
                erased = facts.pop((erasable, data.id), None)
                # What came before it is older, whatever the clocks of those who sent it say.
                moments = [received.message.time or rfc3339(utc_now()), *([erased.updated_at] if erased else [])]
                erasures[erasable, data.id] = max(map(datetime.fromisoformat, moments))
    for erasable in (one for erased_alike in by_tombstone.values() for one in erased_alike):
        if found := sorted((id_, at) for (one, id_), at in erasures.items() if one is erasable):
            await store.erase(connection, erasable.kind, found, is_private=erasable.is_private)
    await _store(connection, facts)


async def _store(connection: Connection, facts: Mapping[Key, Any]) -> None:
    in_order = sorted(facts.items(), key=lambda item: item[0][1])  # so that no two instances wait for each other
    if private := [_private_row(view, fact) for (view, _), fact in in_order if view.is_private]:
        await store.upsert_private(connection, private)
    if public := [fact_row(view, fact) for (view, _), fact in in_order if not view.is_private]:
        newer = await store.upsert_facts(connection, public)
        for view in dict.fromkeys(view for view, _ in facts):
            if ids := newer.get(view.kind):
                await view.follow_up(connection, ids)


def fact_row(view: View, fact: Any) -> FactRow:
    """The row of a public fact."""
    document = fact.model_dump(mode="json")
    return FactRow(
        kind=view.kind,
        id=fact.id,
        version=fact.version,
        document=orjson.dumps(document).decode(),
        updated_at=datetime.fromisoformat(fact.updated_at),
        at=view.at(document),
        labels=view.labels(document),
        covers=view.covers(document),
    )


def _private_row(view: View, fact: Any) -> PrivateRow:
    updated_at = datetime.fromisoformat(fact.updated_at)
    return PrivateRow(view.kind, fact.id, fact.version, fact.model_dump_json(), updated_at)
