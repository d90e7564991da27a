"""Writes about members, their people, contributions, trainings and multipliers: of members, and of the office."""

from collections.abc import Mapping
from typing import Final

from services.gateway.common.access.keys import OFFICE
from services.gateway.common.requests.write import Target, members_write, office_write, to_members
from shared.contracts.members import contributions, organisations, people
from shared.topics import MEMBERS_COMMANDS


def own_contribution(data: contributions.ReportContribution, path: Mapping[str, str]) -> Target:
    """A contribution of the organisation whose key it is, where that finds it."""
    return Target(MEMBERS_COMMANDS, data.id, data.id, f"/v1/members/{data.organisation}/contributions/{data.id}")


def by_member(path: Mapping[str, str]) -> dict[str, str]:
    """The organisation in the path says it, and nobody else."""
    return {"by": path["member"]}


def by_office(path: Mapping[str, str]) -> dict[str, str]:
    """The office says it."""
    return {"by": OFFICE}


_MEMBERS: Final = to_members("/v1/members/")
_PEOPLE: Final = to_members("/v1/office/people/")
_CONTRIBUTIONS: Final = to_members("/v1/office/contributions/")
_TRAININGS: Final = to_members("/v1/office/trainings/")
_MULTIPLIERS: Final = to_members("/v1/office/multipliers/")
_MEMBER: Final = (("member", "id"),)
_PERSON: Final = (("person", "id"),)
_CONTRIBUTION: Final = (("contribution", "id"),)
_TRAINING: Final = (("training", "id"),)
_MULTIPLIER: Final = (("multiplier", "id"),)

WRITES: Final = (
    members_write(
        "PUT /v1/members/{member}",
        organisations.CHANGE,
        organisations.ChangeOrganisation,
        _MEMBERS,
        "Change one's own entry; the whole of it each time",
        _MEMBER,
    ),
    members_write(
        "POST /v1/members/{member}/application",
        organisations.APPLY,
        organisations.ApplyOrganisation,
        _MEMBERS,
        "Ask to become a member, or correct what was said before it is decided",
        _MEMBER,
    ),
    members_write(
        "PUT /v1/members/{member}/contributions/{contribution}",
        contributions.REPORT,
        contributions.ReportContribution,
        own_contribution,
        "Report what one contributed; it counts once somebody else confirms it",
        (("member", "organisation"), *_CONTRIBUTION),
        stamp=by_member,
    ),
    members_write(
        "POST /v1/members/{member}/confirmations/{contribution}",
        contributions.CONFIRM,
        contributions.ConfirmContribution,
        _CONTRIBUTIONS,
        "Confirm what another organisation contributed",
        _CONTRIBUTION,
        needs_body=False,
        stamp=by_member,
    ),
    office_write(
        "PUT /v1/office/members/{member}",
        organisations.CHANGE,
        organisations.ChangeOrganisation,
        _MEMBERS,
        "Change a member's entry; the whole of it each time",
        _MEMBER,
    ),
    office_write(
        "POST /v1/office/members/{member}/application",
        organisations.APPLY,
        organisations.ApplyOrganisation,
        _MEMBERS,
        "Enter that an organisation asks to become a member",
        _MEMBER,
    ),
    office_write(
        "POST /v1/office/members/{member}/admit",
        organisations.ADMIT,
        organisations.AdmitOrganisation,
        _MEMBERS,
        "Admit an organisation, by a meeting's decision or the office's",
        _MEMBER,
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/members/{member}/decline",
        organisations.DECLINE,
        organisations.DeclineOrganisation,
        _MEMBERS,
        "Do not admit an organisation, with the reason for it",
        _MEMBER,
    ),
    office_write(
        "POST /v1/office/members/{member}/confirm",
        organisations.CONFIRM,
        organisations.ConfirmStatus,
        _MEMBERS,
        "Decide whether a member counts as active or passive",
        _MEMBER,
    ),
    office_write(
        "POST /v1/office/members/{member}/leave",
        organisations.LEAVE,
        organisations.LeaveOrganisation,
        _MEMBERS,
        "Enter that a member leaves",
        _MEMBER,
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/members/{member}/thanks",
        organisations.THANK,
        organisations.ThankOrganisation,
        _MEMBERS,
        "Thank a member for a year; the same year again replaces the words",
        _MEMBER,
    ),
    office_write(
        "PUT /v1/office/people/{person}",
        people.KEEP_PERSON,
        people.KeepPerson,
        _PEOPLE,
        "Enter a person, or what is known of one now; the whole of it each time",
        _PERSON,
    ),
    office_write(
        "DELETE /v1/office/people/{person}",
        people.ERASE_PERSON,
        people.ErasePerson,
        _PEOPLE,
        "Forget a person; again after a restored backup",
        _PERSON,
        needs_body=False,
    ),
    office_write(
        "PUT /v1/office/contributions/{contribution}",
        contributions.REPORT,
        contributions.ReportContribution,
        _CONTRIBUTIONS,
        "Enter what an organisation contributed; it counts at once",
        _CONTRIBUTION,
        stamp=by_office,
    ),
    office_write(
        "POST /v1/office/contributions/{contribution}/confirm",
        contributions.CONFIRM,
        contributions.ConfirmContribution,
        _CONTRIBUTIONS,
        "Confirm what an organisation reported",
        _CONTRIBUTION,
        needs_body=False,
        stamp=by_office,
    ),
    office_write(
        "POST /v1/office/contributions/{contribution}/decline",
        contributions.DECLINE,
        contributions.DeclineContribution,
        _CONTRIBUTIONS,
        "Do not let a contribution count, with the reason for its organisation",
        _CONTRIBUTION,
    ),
    office_write(
        "PUT /v1/office/trainings/{training}",
        contributions.PLAN_TRAINING,
        contributions.PlanTraining,
        _TRAININGS,
        "Plan a training, or change its plan; the whole of it each time",
        _TRAINING,
    ),
    office_write(
        "POST /v1/office/trainings/{training}/cancel",
        contributions.CANCEL_TRAINING,
        contributions.CancelTraining,
        _TRAININGS,
        "Cancel a training",
        _TRAINING,
    ),
    office_write(
        "POST /v1/office/trainings/{training}/complete",
        contributions.COMPLETE_TRAINING,
        contributions.CompleteTraining,
        _TRAININGS,
        "Record who took part in a training that was held; all of them each time",
        _TRAINING,
    ),
    office_write(
        "PUT /v1/office/multipliers/{multiplier}",
        contributions.REGISTER_MULTIPLIER,
        contributions.RegisterMultiplier,
        _MULTIPLIERS,
        "Let somebody with a valid qualification be asked from now on, or differently",
        _MULTIPLIER,
    ),
    office_write(
        "DELETE /v1/office/multipliers/{multiplier}",
        contributions.RETIRE_MULTIPLIER,
        contributions.RetireMultiplier,
        _MULTIPLIERS,
        "Let somebody be asked no more",
        _MULTIPLIER,
        needs_body=False,
    ),
)
