"""Golden samples of the service ``members``, by aggregate, with its outcomes. See ``samples``."""

from typing import Final

from shared.contracts import members
from shared.contracts.base import Contract, FieldError
from shared.contracts.released import (
    samples_contributions,
    samples_goals,
    samples_meetings,
    samples_organisations,
)
from shared.contracts.requests import Outcome, Problem
from shared.topics import MEMBERS_COMMANDS

_DONE: Final = Outcome(
    request="c0d8e5a7-4b13-4f92-8a6e-7f1d2b9c3e54",
    source=MEMBERS_COMMANDS,
    result="changed",
    resource=f"/v1/members/{samples_organisations.ORGANISATION}",
    aggregate=samples_organisations.ORGANISATION,
    version=2,
    at="2025-10-22T07:45:00.000Z",
)
_REFUSED: Final = Outcome(
    request="1e9f4c62-d8a5-4037-b6c1-5a7e0d3f8b29",
    source=MEMBERS_COMMANDS,
    result="refused",
    resource=f"/v1/members/{samples_organisations.ORGANISATION}",
    aggregate=samples_organisations.ORGANISATION,
    version=9,
    problem=Problem(
        type="/problems/changed-meanwhile",
        title="This has changed meanwhile",
        status=409,
        detail="Look at it again before you decide.",
        errors=(
            FieldError(
                field="version",
                code="changed-meanwhile",
                detail="is not 9, which is there now",
                values={"stored": 9},
            ),
        ),
    ),
    at="2026-11-20T17:41:00.000Z",
)

SAMPLES: Final[dict[str, Contract]] = {
    **samples_organisations.SAMPLES,
    **samples_meetings.SAMPLES,
    **samples_contributions.SAMPLES,
    **samples_goals.SAMPLES,
    members.REQUEST_DONE: _DONE,
    members.REQUEST_REFUSED: _REFUSED,
}
