"""Writes about goals and papers of the alliance: the office's, and the assents of members."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from services.gateway.common.requests.write import members_write, office_write, to_members
from shared.contracts.members import charter_id, goals


def charter_named(path: Mapping[str, str]) -> dict[str, str]:
    """A paper by its id or its kind, and the member that agrees to it."""
    try:
        id_ = str(UUID(path["charter"]))
    except ValueError:
        id_ = str(charter_id(path["charter"]))
    return {"id": id_, "organisation": path["member"]}


def charter_of_kind(path: Mapping[str, str]) -> dict[str, str]:
    """There is one paper of each kind."""
    return {"id": str(charter_id(path["kind"]))}


_GOALS: Final = to_members("/v1/goals/")
_CHARTERS: Final = to_members("/v1/charters/")
_GOAL: Final = (("goal", "id"),)

WRITES: Final = (
    members_write(
        "POST /v1/members/{member}/assents/{charter}",
        goals.ASSENT,
        goals.AssentToCharter,
        _CHARTERS,
        "Agree to an edition of a paper of the alliance, by its id or kind",
        (("member", "organisation"),),
        stamp=charter_named,
    ),
    office_write(
        "PUT /v1/office/goals/{goal}",
        goals.SET,
        goals.SetGoal,
        _GOALS,
        "Set out a goal or measure, or word it anew; values and reviews stay",
        _GOAL,
    ),
    office_write(
        "DELETE /v1/office/goals/{goal}",
        goals.RETIRE,
        goals.RetireGoal,
        _GOALS,
        "Pursue a goal no more, with the reason; its history stays",
        _GOAL,
    ),
    office_write(
        "POST /v1/office/goals/{goal}/values",
        goals.MEASURE,
        goals.MeasureIndicator,
        _GOALS,
        "Enter the value of an indicator that is not counted",
        _GOAL,
    ),
    office_write(
        "POST /v1/office/goals/{goal}/reviews",
        goals.REVIEW,
        goals.ReviewGoal,
        _GOALS,
        "Enter how a retreat judged a goal or measure, and the targets it changed",
        _GOAL,
    ),
    office_write(
        "PUT /v1/office/charters/{kind}",
        goals.ADOPT,
        goals.AdoptCharter,
        _CHARTERS,
        "Enter a new edition of a paper of the alliance",
        (("kind", "kind"),),
        stamp=charter_of_kind,
    ),
)
