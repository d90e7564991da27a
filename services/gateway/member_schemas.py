"""What clients get of members, for /openapi.json; where it is a fact as it is, with the fields of the contract."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from shared.contracts.base import When
from shared.contracts.members.contributions import ContributionFact, MultiplierFact, TrainingFact
from shared.contracts.members.meetings import AgendaItem, Answer, Decision, Kind, Presence
from shared.contracts.members.organisations import Admission, Area, Confirmation, Standing, Thanks
from shared.contracts.members.people import PersonFact
from shared.contracts.partner import Place


class _Page(BaseModel):
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class Named(BaseModel):
    """An organisation, or a person."""

    id: str
    name: str


class MemberItem(BaseModel):
    """A member in the directory."""

    id: str
    name: str
    status: Standing | None
    reasons: list[str] = Field(description="Why it is active or passive, in the reader's language.")
    areas: Area
    topics: list[str]
    kinds: list[str] = Field(description="Kinds of help that it gives.")
    languages: list[str]
    description: str | None
    url: str | None
    response_days: int | None = Field(description="Working days within which it promises to answer.")
    since: date | None = Field(description="First day of the membership.")


class MemberPage(_Page):
    """Members by name."""

    items: list[MemberItem]


class MemberActivity(BaseModel):
    """What the log says: a proposal, which the office confirms before it takes anything away."""

    status: Literal["active", "passive"]
    as_of: date
    reasons: list[str]
    until: date | None = Field(description="The last day for which it is active if nothing further happens.")
    unless: list[str] = Field(description="What would keep it active, or make it so again.")


class MemberPeriod(BaseModel):
    """What the log says from this day to the next period."""

    since: date
    status: Literal["active", "passive"]
    reasons: list[str]


class Member(MemberItem):
    """A member with its activity. With ``on``, status and reasons are those of that day; null before it was one."""

    version: int
    capacity: int | None
    activity: MemberActivity | None
    thanks: list[Thanks]
    updated_at: AwareDatetime


class OwnMember(Member):
    """An organisation; what is below ``updated_at`` with its own key, or the office's, alone."""

    listed: bool | None = None
    proposed: Literal["passive"] | None = Field(None, description="What the office has not confirmed.")
    applied_on: date | None = None
    admission: Admission | None = None
    declined_because: str | None = None
    left_on: date | None = None
    confirmation: Confirmation | None = None
    periods: list[MemberPeriod] | None = None


class PersonInRole(Named):
    """A person of an organisation."""

    role: str


class OfficeMember(OwnMember):
    """An organisation as the office sees it."""

    people: list[PersonInRole]


class OfficeMemberPage(_Page):
    """Organisations by name."""

    items: list[OfficeMember]


class YearMeeting(BaseModel):
    """A meeting in which the member took part."""

    id: UUID
    title: str | None = Field(description="Null where the meeting is for members alone.")
    kind: Kind
    on: date
    presence: Literal["present", "online"]


class YearContribution(BaseModel):
    """What the member contributed, confirmed."""

    id: UUID
    title: str
    kind: str
    on: date


class YearEvent(BaseModel):
    """An event of the member that took place."""

    id: UUID
    title: str
    first: AwareDatetime
    times: int


class YearEvents(BaseModel):
    """The member's events: how many, how often, where."""

    events: int
    times: int
    municipalities: list[str]
    topics: list[str]
    items: list[YearEvent]


class Year(BaseModel):
    """A member's year. ``referrals`` null: nothing counts them yet."""

    organisation: Named
    year: int
    meetings: list[YearMeeting]
    contributions: list[YearContribution]
    events: YearEvents
    referrals: int | None
    thanks: str | None


class CalendarLink(BaseModel):
    """Where a calendar is; whoever has the address sees it."""

    url: str


class Invited(BaseModel):
    """An invited organisation; its people, by id, for the office alone."""

    organisation: Named
    people: list[UUID] | None = None


class Replied(BaseModel):
    """What an organisation replied."""

    organisation: Named
    reply: Answer
    at: AwareDatetime
    person: UUID | None = None


class Attended(BaseModel):
    """How an organisation took part."""

    organisation: Named
    presence: Presence
    person: UUID | None = None


class TaskOf(BaseModel):
    """What an organisation, or null: the office, took on."""

    text: str
    organisation: Named | None
    due: date | None
    done: bool


class Meeting(BaseModel):
    """A meeting; from ``invited`` on for members and the office alone."""

    id: UUID
    version: int
    kind: Kind
    title: str
    working_group: str | None
    status: Literal["planned", "held", "cancelled"]
    starts_at: When
    ends_at: When | None
    time_zone: str
    place: Place | None
    agenda: list[AgendaItem]
    cancelled_because: str | None
    public: bool
    has_minutes: bool
    updated_at: AwareDatetime
    invited: list[Invited] | None = None
    replies: list[Replied] | None = None
    attendance: list[Attended] | None = None
    decisions: list[Decision] | None = None
    tasks: list[TaskOf] | None = None


class MeetingPage(_Page):
    """Meetings by start."""

    items: list[Meeting]


class Person(PersonFact):
    """A person as the office knows it."""


class PersonPage(_Page):
    """People by name."""

    items: list[Person]


class Contribution(ContributionFact):
    """A contribution."""


class ContributionPage(_Page):
    """Contributions, the latest first."""

    items: list[Contribution]


class Training(TrainingFact):
    """A training."""


class TrainingPage(_Page):
    """Trainings, the latest first."""

    items: list[Training]


class Multiplier(MultiplierFact):
    """An entry of the registry, with the person behind it."""

    person: Named | None


class MultiplierPage(_Page):
    """The registry, by id."""

    items: list[Multiplier]
