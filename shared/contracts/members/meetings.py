"""Meetings of the alliance: agenda, invitation, reply, attendance, minutes (DESIGN 8)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import (
    Contract,
    Day,
    Line,
    PartnerId,
    Prose,
    SeenVersion,
    Uuid,
    Version,
    WebAddress,
    When,
    Word,
)
from shared.contracts.partner import Place

PLAN: Final = "members.meeting.plan.v1"
CANCEL: Final = "members.meeting.cancel.v1"
INVITE: Final = "members.meeting.invite.v1"
REPLY: Final = "members.meeting.reply.v1"
ATTEND: Final = "members.meeting.attend.v1"
MINUTE: Final = "members.meeting.minute.v1"

PLANNED: Final = "members.meeting.planned.v1"
INVITED: Final = "members.meeting.invited.v1"
REPLIED: Final = "members.meeting.replied.v1"
CANCELLED: Final = "members.meeting.cancelled.v1"
ATTENDED: Final = "members.meeting.attended.v1"
MINUTED: Final = "members.meeting.minuted.v1"
CHANGED: Final = "members.meeting.changed.v1"

MOST_ORGANISATIONS: Final = 2_000  # of one meeting, so that its fact stays below what topics take

Kind = Annotated[Literal["session", "retreat", "working-group"], Field(description="Sitzung, Klausur, working group.")]
Presence = Literal["present", "online", "excused", "absent"]
Answer = Literal["yes", "no", "maybe"]


class Paper(Contract):
    """A paper for an item of the agenda, where it can be read."""

    title: Line
    url: WebAddress


class AgendaItem(Contract):
    """One item of the agenda, in its order."""

    title: Line
    papers: Annotated[tuple[Paper, ...], Field(max_length=20)] = ()


class PlanMeeting(Contract):
    """Sent when a meeting is planned, or its plan changes; the whole plan each time."""

    id: Uuid
    version: SeenVersion = None
    kind: Kind
    title: Line
    working_group: Annotated[Line | None, Field(description="Which one, of a working group.")] = None
    starts_at: When
    ends_at: When | None = None
    time_zone: Annotated[Word | None, Field(description="IANA name.", examples=["Europe/Berlin"])] = None
    place: Place | None = None
    agenda: Annotated[tuple[AgendaItem, ...], Field(max_length=60)] = ()
    public: Annotated[bool, Field(description="Whether everyone may see it, or members alone.")] = False


class CancelMeeting(Contract):
    """Sent when a meeting does not take place."""

    id: Uuid
    version: SeenVersion = None
    reason: Annotated[Line, Field(description="For those invited; no names of persons.")]


class InviteToMeeting(Contract):
    """Sent when organisations are invited, or more of them: these, or all members."""

    id: Uuid
    organisations: Annotated[
        tuple[PartnerId, ...] | None, Field(max_length=MOST_ORGANISATIONS, description="Null: all members.")
    ] = None


class ReplyToMeeting(Contract):
    """Sent when an organisation says whether it will come; the latest reply counts."""

    id: Uuid
    organisation: PartnerId
    reply: Answer
    person: Annotated[Uuid | None, Field(description="Who will come, by id.")] = None


class Attendance(Contract):
    """How an organisation took part; who for it, by id, where that is kept."""

    organisation: PartnerId
    presence: Presence
    person: Uuid | None = None


class RecordAttendance(Contract):
    """Sent when a meeting was held: how each organisation took part. Whoever is not named was not there.

    ``complete`` false adds to or corrects what is recorded.
    """

    id: Uuid
    version: SeenVersion = None
    attendance: Annotated[tuple[Attendance, ...], Field(max_length=MOST_ORGANISATIONS)]
    complete: bool = True


class Decision(Contract):
    """What a meeting decided; no names of persons. ``item``: of the agenda, from 1."""

    text: Line
    item: Annotated[int | None, Field(ge=1, le=60)] = None
    votes_for: Annotated[int | None, Field(ge=0)] = None
    votes_against: Annotated[int | None, Field(ge=0)] = None
    abstentions: Annotated[int | None, Field(ge=0)] = None


class Task(Contract):
    """What an organisation took on in a meeting; no names of persons."""

    text: Line
    organisation: Annotated[PartnerId | None, Field(description="Null: the office.")] = None
    due: Day | None = None
    done: bool = False


class RecordMinutes(Contract):
    """Sent when minutes are written, or corrected: the whole of them each time."""

    id: Uuid
    version: SeenVersion = None
    text: Annotated[Prose, Field(description="Markdown; may name persons, and is shown to members alone.")]
    decisions: Annotated[tuple[Decision, ...], Field(max_length=60)] = ()
    tasks: Annotated[tuple[Task, ...], Field(max_length=60)] = ()


class Invitation(Contract):
    """An invited organisation, and by id the people of it who are to hear of the meeting."""

    organisation: str
    people: tuple[str, ...] = ()


class Reply(Contract):
    """The latest reply of an organisation."""

    organisation: str
    reply: Answer
    person: str | None = None
    at: str


class Before(Contract):
    """What those invited knew until now, so that a change can be told."""

    starts_at: When
    ends_at: When | None = None
    place: Place | None = None
    status: Literal["planned", "held", "cancelled"]


class MeetingFact(Contract):
    """The whole state of a meeting, with all that an invitation, a change or a cancellation must say."""

    id: str
    version: Version
    kind: Kind
    title: str
    working_group: str | None = None
    status: Literal["planned", "held", "cancelled"]
    starts_at: When
    ends_at: When | None = None
    time_zone: str
    place: Place | None = None
    agenda: tuple[AgendaItem, ...] = ()
    public: bool
    sequence: Annotated[int, Field(description="iCalendar SEQUENCE: grows when time, place or status change.")]
    invited: Annotated[tuple[Invitation, ...], Field(description="By organisation.")] = ()
    replies: Annotated[tuple[Reply, ...], Field(description="By organisation.")] = ()
    attendance: Annotated[tuple[Attendance, ...], Field(description="By organisation.")] = ()
    decisions: tuple[Decision, ...] = ()
    tasks: tuple[Task, ...] = ()
    has_minutes: bool = False
    cancelled_because: str | None = None
    created_at: str
    updated_at: str
    changed: Annotated[tuple[str, ...], Field(description="Names of fields; empty in the first version.")] = ()
    previous: Before | None = None
