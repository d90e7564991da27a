"""What decisions lead to: events as they are stored, facts as they are published."""

from dataclasses import replace
from typing import Any

import orjson

from services.events.domain import Decision, Event, submit
from shared.contracts.events import EventFact
from tests.unit.events.submissions import NOW, RULES, TRUSTED, Document, submission


def stored(event: Event | None) -> Event:
    """``event`` as it comes back from the database."""
    assert event is not None
    return replace(event, content=orjson.loads(orjson.dumps(event.content)))


def taken(**fields: Any) -> Event:
    """The stored event of a trusted partner's first submission."""
    return stored(submit(None, TRUSTED, submission(**fields), NOW, RULES).event)


def told(decision: Decision) -> Document:
    """The fact of a decision, which keeps its contract."""
    assert decision.fact is not None
    assert EventFact.model_validate_json(orjson.dumps(decision.fact))
    return decision.fact
