"""What the service ``members`` takes and publishes: commands, facts, personal state, outcomes."""

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.contracts.base import Contract, Erasure
from shared.contracts.members import contributions, goals, meetings, organisations, people
from shared.contracts.requests import Outcome

REQUEST_DONE: Final = "members.request.done.v1"
REQUEST_REFUSED: Final = "members.request.refused.v1"

COMMANDS: Final[dict[str, type[Contract]]] = {
    organisations.APPLY: organisations.ApplyOrganisation,
    organisations.ADMIT: organisations.AdmitOrganisation,
    organisations.DECLINE: organisations.DeclineOrganisation,
    organisations.CHANGE: organisations.ChangeOrganisation,
    organisations.CONFIRM: organisations.ConfirmStatus,
    organisations.LEAVE: organisations.LeaveOrganisation,
    organisations.THANK: organisations.ThankOrganisation,
    people.KEEP_PERSON: people.KeepPerson,
    people.ERASE_PERSON: people.ErasePerson,
    meetings.PLAN: meetings.PlanMeeting,
    meetings.CANCEL: meetings.CancelMeeting,
    meetings.INVITE: meetings.InviteToMeeting,
    meetings.REPLY: meetings.ReplyToMeeting,
    meetings.ATTEND: meetings.RecordAttendance,
    meetings.MINUTE: meetings.RecordMinutes,
    contributions.REPORT: contributions.ReportContribution,
    contributions.CONFIRM: contributions.ConfirmContribution,
    contributions.DECLINE: contributions.DeclineContribution,
    contributions.PLAN_TRAINING: contributions.PlanTraining,
    contributions.CANCEL_TRAINING: contributions.CancelTraining,
    contributions.COMPLETE_TRAINING: contributions.CompleteTraining,
    contributions.REGISTER_MULTIPLIER: contributions.RegisterMultiplier,
    contributions.RETIRE_MULTIPLIER: contributions.RetireMultiplier,
    goals.SET: goals.SetGoal,
    goals.RETIRE: goals.RetireGoal,
    goals.MEASURE: goals.MeasureIndicator,
    goals.REVIEW: goals.ReviewGoal,
    goals.ADOPT: goals.AdoptCharter,
    goals.ASSENT: goals.AssentToCharter,
}
FACTS: Final[dict[str, type[Contract]]] = {
    organisations.APPLIED: organisations.OrganisationFact,
    organisations.ADMITTED: organisations.OrganisationFact,
    organisations.DECLINED: organisations.OrganisationFact,
    organisations.CHANGED: organisations.OrganisationFact,
    organisations.ASSESSED: organisations.OrganisationFact,
    organisations.LAPSING: organisations.OrganisationFact,
    organisations.CONFIRMED: organisations.OrganisationFact,
    organisations.LEFT: organisations.OrganisationFact,
    organisations.THANKED: organisations.OrganisationFact,
    meetings.PLANNED: meetings.MeetingFact,
    meetings.INVITED: meetings.MeetingFact,
    meetings.REPLIED: meetings.MeetingFact,
    meetings.CANCELLED: meetings.MeetingFact,
    meetings.ATTENDED: meetings.MeetingFact,
    meetings.MINUTED: meetings.MeetingFact,
    meetings.CHANGED: meetings.MeetingFact,
    contributions.REPORTED: contributions.ContributionFact,
    contributions.CONFIRMED: contributions.ContributionFact,
    contributions.DECLINED: contributions.ContributionFact,
    contributions.TRAINING_PLANNED: contributions.TrainingFact,
    contributions.TRAINING_CANCELLED: contributions.TrainingFact,
    contributions.TRAINING_COMPLETED: contributions.TrainingFact,
    contributions.MULTIPLIER_REGISTERED: contributions.MultiplierFact,
    contributions.MULTIPLIER_EXPIRING: contributions.MultiplierFact,
    contributions.MULTIPLIER_EXPIRED: contributions.MultiplierFact,
    contributions.MULTIPLIER_RETIRED: contributions.MultiplierFact,
    contributions.MULTIPLIER_ERASED: Erasure,
    goals.GOAL_SET: goals.GoalFact,
    goals.GOAL_MEASURED: goals.GoalFact,
    goals.GOAL_REVIEWED: goals.GoalFact,
    goals.GOAL_RETIRED: goals.GoalFact,
    goals.ADOPTED: goals.CharterFact,
    goals.ASSENTED: goals.CharterFact,
}
PRIVATE: Final[dict[str, type[Contract]]] = {
    people.PERSON_KEPT: people.PersonFact,
    people.PERSON_ERASED: Erasure,
    people.MINUTES_KEPT: people.MinutesFact,
}
OUTCOMES: Final[dict[str, type[Contract]]] = {REQUEST_DONE: Outcome, REQUEST_REFUSED: Outcome}
TYPES: Final[dict[str, type[Contract]]] = {**COMMANDS, **FACTS, **PRIVATE, **OUTCOMES}


def goal_id(key: str) -> UUID:
    """The id of the goal with this number, so that setting it out again changes it."""
    return uuid5(NAMESPACE_URL, f"urn:buendnisbus:goals:{key}")


def charter_id(kind: str) -> UUID:
    """The id of a paper of the alliance, of which there is one of each kind."""
    return uuid5(NAMESPACE_URL, f"urn:buendnisbus:charters:{kind}")
