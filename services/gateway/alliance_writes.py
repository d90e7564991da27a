"""The rows of the table of writes about contributions, trainings, multipliers, goals and papers: the office's."""

from collections.abc import Mapping
from typing import Final

from services.gateway.keys import OFFICE
from services.gateway.member_writes import CHARTERS, CONTRIBUTION, OFFICE_CONTRIBUTIONS, at, office_row
from shared.contracts.members import charter_id, contributions, goals


def by_office(path: Mapping[str, str]) -> dict[str, str]:
    """The office says it."""
    return {"by": OFFICE}


def charter_of_kind(path: Mapping[str, str]) -> dict[str, str]:
    """There is one paper of each kind."""
    return {"id": str(charter_id(path["kind"]))}


_trainings: Final = at("/v1/office/trainings/")
_multipliers: Final = at("/v1/office/multipliers/")
_goals: Final = at("/v1/goals/")
_TRAINING: Final = (("training", "id"),)
_MULTIPLIER: Final = (("multiplier", "id"),)
_GOAL: Final = (("goal", "id"),)

ALLIANCE_WRITES: Final = (
    office_row(
        "PUT /v1/office/contributions/{contribution}",
        contributions.REPORT,
        contributions.ReportContribution,
        OFFICE_CONTRIBUTIONS,
        "Enter what an organisation contributed; it counts at once",
        CONTRIBUTION,
        stamp=by_office,
    ),
    office_row(
        "POST /v1/office/contributions/{contribution}/confirm",
        contributions.CONFIRM,
        contributions.ConfirmContribution,
        OFFICE_CONTRIBUTIONS,
        "Confirm what an organisation reported",
        CONTRIBUTION,
        needs_body=False,
        stamp=by_office,
    ),
    office_row(
        "POST /v1/office/contributions/{contribution}/decline",
        contributions.DECLINE,
        contributions.DeclineContribution,
        OFFICE_CONTRIBUTIONS,
        "Do not let a contribution count, with the reason for its organisation",
        CONTRIBUTION,
    ),
    office_row(
        "PUT /v1/office/trainings/{training}",
        contributions.PLAN_TRAINING,
        contributions.PlanTraining,
        _trainings,
        "Plan a training, or change its plan; the whole of it each time",
        _TRAINING,
    ),
    office_row(
        "POST /v1/office/trainings/{training}/cancel",
        contributions.CANCEL_TRAINING,
        contributions.CancelTraining,
        _trainings,
        "Cancel a training",
        _TRAINING,
    ),
    office_row(
        "POST /v1/office/trainings/{training}/complete",
        contributions.COMPLETE_TRAINING,
        contributions.CompleteTraining,
        _trainings,
        "Record who took part in a training that was held; all of them each time",
        _TRAINING,
    ),
    office_row(
        "PUT /v1/office/multipliers/{multiplier}",
        contributions.REGISTER_MULTIPLIER,
        contributions.RegisterMultiplier,
        _multipliers,
        "Let somebody with a valid qualification be asked from now on, or differently",
        _MULTIPLIER,
    ),
    office_row(
        "DELETE /v1/office/multipliers/{multiplier}",
        contributions.RETIRE_MULTIPLIER,
        contributions.RetireMultiplier,
        _multipliers,
        "Let somebody be asked no more",
        _MULTIPLIER,
        needs_body=False,
    ),
    office_row(
        "PUT /v1/office/goals/{goal}",
        goals.SET,
        goals.SetGoal,
        _goals,
        "Set out a goal or measure, or word it anew; values and reviews stay",
        _GOAL,
    ),
    office_row(
        "DELETE /v1/office/goals/{goal}",
        goals.RETIRE,
        goals.RetireGoal,
        _goals,
        "Pursue a goal no more, with the reason; its history stays",
        _GOAL,
    ),
    office_row(
        "POST /v1/office/goals/{goal}/values",
        goals.MEASURE,
        goals.MeasureIndicator,
        _goals,
        "Enter the value of an indicator that is not counted",
        _GOAL,
    ),
    office_row(
        "POST /v1/office/goals/{goal}/reviews",
        goals.REVIEW,
        goals.ReviewGoal,
        _goals,
        "Enter how a retreat judged a goal or measure, and the targets it changed",
        _GOAL,
    ),
    office_row(
        "PUT /v1/office/charters/{kind}",
        goals.ADOPT,
        goals.AdoptCharter,
        CHARTERS,
        "Enter a new edition of a paper of the alliance",
        (("kind", "kind"),),
        stamp=charter_of_kind,
    ),
)
