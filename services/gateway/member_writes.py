"""The rows of the table of writes that concern members: what they say themselves, and what the office enters."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from services.gateway.keys import MEMBERS_WRITE, OFFICE
from services.gateway.write import Target, Write
from shared.contracts.members import charter_id, contributions, goals, meetings, organisations, people
from shared.topics import MEMBERS_COMMANDS


def at(prefix: str) -> Callable[[Any, Mapping[str, str]], Target]:
    """What a write is about is named by the ``id`` of its body, and found under ``prefix``."""

    def target(data: Any, path: Mapping[str, str]) -> Target:
        return Target(MEMBERS_COMMANDS, data.id, data.id, f"{prefix}{data.id}")

    return target


def own_contribution(data: contributions.ReportContribution, path: Mapping[str, str]) -> Target:
    """A contribution of the organisation whose key it is, where that finds it."""
    return Target(MEMBERS_COMMANDS, data.id, data.id, f"/v1/members/{data.organisation}/contributions/{data.id}")


def by_member(path: Mapping[str, str]) -> dict[str, str]:
    """The organisation in the path says it, and nobody else."""
    return {"by": path["member"]}


def charter_named(path: Mapping[str, str]) -> dict[str, str]:
    """A paper by its id or its kind, and the member that agrees to it."""
    try:
        id_ = str(UUID(path["charter"]))
    except ValueError:
        id_ = str(charter_id(path["charter"]))
    return {"id": id_, "organisation": path["member"]}


_members: Final = at("/v1/members/")
_meetings: Final = at("/v1/meetings/")
_people: Final = at("/v1/office/people/")
OFFICE_CONTRIBUTIONS: Final = at("/v1/office/contributions/")
CHARTERS: Final = at("/v1/charters/")

_BY_MEMBER: Final = partial(Write, scope=MEMBERS_WRITE)
_BY_OFFICE: Final = partial(Write, scope=OFFICE)
_MEMBER: Final = (("member", "id"),)
_PERSON: Final = (("person", "id"),)
_MEETING: Final = (("meeting", "id"),)
CONTRIBUTION: Final = (("contribution", "id"),)


def _row(
    make: Callable[..., Write], route: str, kind: str, body: Any, target: Any, summary: str, names: Any, **more: Any
) -> Write:
    """A row; ``route``: method and path."""
    method, path = route.split(" ")
    return make(method=method, path=path, kind=kind, body=body, target=target, summary=summary, names=names, **more)


_member: Final = partial(_row, _BY_MEMBER)
office_row: Final = partial(_row, _BY_OFFICE)

MEMBER_WRITES: Final = (
    _member(
        "PUT /v1/members/{member}",
        organisations.CHANGE,
        organisations.ChangeOrganisation,
        _members,
        "Change one's own entry; the whole of it each time",
        _MEMBER,
    ),
    _member(
        "POST /v1/members/{member}/application",
        organisations.APPLY,
        organisations.ApplyOrganisation,
        _members,
        "Ask to become a member, or correct what was said before it is decided",
        _MEMBER,
    ),
    _member(
        "POST /v1/members/{member}/meetings/{meeting}/reply",
        meetings.REPLY,
        meetings.ReplyToMeeting,
        _meetings,
        "Say whether one comes to a meeting; the latest reply counts",
        (("member", "organisation"), *_MEETING),
    ),
    _member(
        "PUT /v1/members/{member}/contributions/{contribution}",
        contributions.REPORT,
        contributions.ReportContribution,
        own_contribution,
        "Report what one contributed; it counts once somebody else confirms it",
        (("member", "organisation"), *CONTRIBUTION),
        stamp=by_member,
    ),
    _member(
        "POST /v1/members/{member}/confirmations/{contribution}",
        contributions.CONFIRM,
        contributions.ConfirmContribution,
        OFFICE_CONTRIBUTIONS,
        "Confirm what another organisation contributed",
        CONTRIBUTION,
        needs_body=False,
        stamp=by_member,
    ),
    _member(
        "POST /v1/members/{member}/assents/{charter}",
        goals.ASSENT,
        goals.AssentToCharter,
        CHARTERS,
        "Agree to an edition of a paper of the alliance, by its id or kind",
        (("member", "organisation"),),
        stamp=charter_named,
    ),
)
OFFICE_MEMBER_WRITES: Final = (
    office_row(
        "PUT /v1/office/members/{member}",
        organisations.CHANGE,
        organisations.ChangeOrganisation,
        _members,
        "Change a member's entry; the whole of it each time",
        _MEMBER,
    ),
    office_row(
        "POST /v1/office/members/{member}/application",
        organisations.APPLY,
        organisations.ApplyOrganisation,
        _members,
        "Enter that an organisation asks to become a member",
        _MEMBER,
    ),
    office_row(
        "POST /v1/office/members/{member}/admit",
        organisations.ADMIT,
        organisations.AdmitOrganisation,
        _members,
        "Admit an organisation, by a meeting's decision or the office's",
        _MEMBER,
        needs_body=False,
    ),
    office_row(
        "POST /v1/office/members/{member}/decline",
        organisations.DECLINE,
        organisations.DeclineOrganisation,
        _members,
        "Do not admit an organisation, with the reason for it",
        _MEMBER,
    ),
    office_row(
        "POST /v1/office/members/{member}/confirm",
        organisations.CONFIRM,
        organisations.ConfirmStatus,
        _members,
        "Decide whether a member counts as active or passive",
        _MEMBER,
    ),
    office_row(
        "POST /v1/office/members/{member}/leave",
        organisations.LEAVE,
        organisations.LeaveOrganisation,
        _members,
        "Enter that a member leaves",
        _MEMBER,
        needs_body=False,
    ),
    office_row(
        "POST /v1/office/members/{member}/thanks",
        organisations.THANK,
        organisations.ThankOrganisation,
        _members,
        "Thank a member for a year; the same year again replaces the words",
        _MEMBER,
    ),
    office_row(
        "PUT /v1/office/people/{person}",
        people.KEEP_PERSON,
        people.KeepPerson,
        _people,
        "Enter a person, or what is known of one now; the whole of it each time",
        _PERSON,
    ),
    office_row(
        "DELETE /v1/office/people/{person}",
        people.ERASE_PERSON,
        people.ErasePerson,
        _people,
        "Forget a person; again after a restored backup",
        _PERSON,
        needs_body=False,
    ),
    office_row(
        "PUT /v1/office/meetings/{meeting}",
        meetings.PLAN,
        meetings.PlanMeeting,
        _meetings,
        "Plan a meeting, or change its plan; the whole of it each time",
        _MEETING,
    ),
    office_row(
        "POST /v1/office/meetings/{meeting}/cancel",
        meetings.CANCEL,
        meetings.CancelMeeting,
        _meetings,
        "Cancel a meeting, with the reason for those invited",
        _MEETING,
    ),
    office_row(
        "POST /v1/office/meetings/{meeting}/invite",
        meetings.INVITE,
        meetings.InviteToMeeting,
        _meetings,
        "Invite organisations to a meeting; all members where none is named",
        _MEETING,
        needs_body=False,
    ),
    office_row(
        "POST /v1/office/meetings/{meeting}/attendance",
        meetings.ATTEND,
        meetings.RecordAttendance,
        _meetings,
        "Record how organisations took part in a meeting",
        _MEETING,
    ),
    office_row(
        "POST /v1/office/meetings/{meeting}/minutes",
        meetings.MINUTE,
        meetings.RecordMinutes,
        _meetings,
        "Keep a meeting's minutes with decisions and tasks; the whole of them each time",
        _MEETING,
    ),
    office_row(
        "POST /v1/office/meetings/{meeting}/replies",
        meetings.REPLY,
        meetings.ReplyToMeeting,
        _meetings,
        "Enter what an organisation replied to an invitation",
        _MEETING,
    ),
)
