"""Days that are in no calendar are refused with their field, whatever asks for a day."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from shared.aggregates.decisions import no_such_days
from shared.contracts import members
from shared.contracts.base import Contract
from shared.contracts.members.contributions import ReportContribution
from shared.contracts.members.goals import ReviewGoal
from shared.contracts.members.meetings import RecordMinutes

ID = "52e156b4-72b9-550f-8707-10aa766322f7"


def errors(model: type[Contract], **fields: Any) -> list[tuple[str, str]]:
    """What is said against the days of a command."""
    command = model.model_validate_json(orjson.dumps({"id": ID, **fields}))
    return [(error.field, error.code) for error in no_such_days(command)]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0482-36-24", "0000-01-01", "2025-02-29"])
def test_a_day_that_is_in_no_calendar_is_refused_with_its_field(day: str) -> None:
    own = {"organisation": "verein", "kind": "content", "title": "Plakate"}
    assert errors(ReportContribution, **own, on=day) == [("on", "date-parsing")]
    tasks = [{"text": "Plakate drucken", "due": "2026-12-03"}, {"text": "Plakate kleben", "due": day}]
    assert errors(RecordMinutes, text="", tasks=tasks) == [("tasks.1.due", "date-parsing")]
    targets = [{"indicator": "besuche", "target": 5, "due": day}]
    found = errors(ReviewGoal, on=day, judgement="missed", reasons="Zu wenige.", targets=targets)
    assert sorted(found) == [("on", "date-parsing"), ("targets.0.due", "date-parsing")]


@pytest.mark.parametrize("day", ["2024-02-29", "2026-12-31"])
def test_a_day_that_there_is_is_taken(day: str) -> None:
    assert errors(RecordMinutes, text="", tasks=[{"text": "Plakate", "due": day}, {"text": "Brief"}]) == []


def days_of(schema: Any, name: str = "") -> Iterator[str]:
    """Names of all fields below ``schema`` that are days."""
    if isinstance(schema, dict):
        if schema.get("pattern") == PATTERN:
            yield name
        for key, part in schema.items():
            yield from days_of(part, name if key in ("anyOf", "items") else key)
    elif isinstance(schema, list):
        for part in schema:
            yield from days_of(part, name)


PATTERN = ReportContribution.model_json_schema()["properties"]["on"]["pattern"]


def test_every_command_that_asks_for_a_day_is_looked_at() -> None:
    named = {day for model in members.COMMANDS.values() for day in days_of(model.model_json_schema())}
    assert named == {"on", "due", "paused_until"}
