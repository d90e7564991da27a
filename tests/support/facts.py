"""Facts about events as the gateway gets them, made by hand."""

from typing import Any, cast
from uuid import uuid4

import orjson

from services.gateway.app import bring_up_to_date
from shared import db
from shared.consume import Received
from shared.contracts.events import EventFact


def event_fact(id_: str = "", version: int = 1, **fields: Any) -> EventFact:
    """A small public event in March 2031 with one occurrence; ``fields`` replace or add."""
    id_ = id_ or str(uuid4())
    document = {
        "id": id_,
        "version": version,
        "partner": "verein",
        "organisers": [{"id": "verein", "name": "Verein (Beispiel)"}],
        "visibility": "public",
        "uid": f"uid-{id_}",
        "sequence": 0,
        "title": f"Titel {version}",
        "status": "scheduled",
        "starts_at": "2031-03-04T16:00:00+01:00",
        "all_day": False,
        "time_zone": "Europe/Berlin",
        "created_at": "2030-11-01T10:00:00.000Z",
        "updated_at": "2030-11-01T10:00:00.000Z",
    } | fields
    occurrences = fields.get("occurrences") or [_occurrence(document)]
    return EventFact.model_validate_json(orjson.dumps(document | {"occurrences": occurrences}))


async def project(connection: db.Connection, *facts: EventFact) -> None:
    """Give ``facts`` to the gateway's views, in one batch; the caller commits."""
    batch = [Received(cast("Any", None), "events.facts", fact, (), cast("Any", None)) for fact in facts]
    await bring_up_to_date(connection, batch)


def _occurrence(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "occurrence_id": document["id"],
        "starts_at": document["starts_at"],
        "ends_at": document.get("ends_at"),
        "status": document["status"],
    }
