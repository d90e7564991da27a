"""Writes about meetings: the office's, and what members reply."""

from typing import Final

from services.gateway.common.requests.write import members_write, office_write, to_members
from shared.contracts.members import meetings

_MEETINGS: Final = to_members("/v1/meetings/")
_MEETING: Final = (("meeting", "id"),)

WRITES: Final = (
    members_write(
        "POST /v1/members/{member}/meetings/{meeting}/reply",
        meetings.REPLY,
        meetings.ReplyToMeeting,
        _MEETINGS,
        "Say whether one comes to a meeting; the latest reply counts",
        (("member", "organisation"), *_MEETING),
    ),
    office_write(
        "PUT /v1/office/meetings/{meeting}",
        meetings.PLAN,
        meetings.PlanMeeting,
        _MEETINGS,
        "Plan a meeting, or change its plan; the whole of it each time",
        _MEETING,
    ),
    office_write(
        "POST /v1/office/meetings/{meeting}/cancel",
        meetings.CANCEL,
        meetings.CancelMeeting,
        _MEETINGS,
        "Cancel a meeting, with the reason for those invited",
        _MEETING,
    ),
    office_write(
        "POST /v1/office/meetings/{meeting}/invite",
        meetings.INVITE,
        meetings.InviteToMeeting,
        _MEETINGS,
        "Invite organisations to a meeting; all members where none is named",
        _MEETING,
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/meetings/{meeting}/attendance",
        meetings.ATTEND,
        meetings.RecordAttendance,
        _MEETINGS,
        "Record how organisations took part in a meeting",
        _MEETING,
    ),
    office_write(
        "POST /v1/office/meetings/{meeting}/minutes",
        meetings.MINUTE,
        meetings.RecordMinutes,
        _MEETINGS,
        "Keep a meeting's minutes with decisions and tasks; the whole of them each time",
        _MEETING,
    ),
    office_write(
        "POST /v1/office/meetings/{meeting}/replies",
        meetings.REPLY,
        meetings.ReplyToMeeting,
        _MEETINGS,
        "Enter what an organisation replied to an invitation",
        _MEETING,
    ),
)
