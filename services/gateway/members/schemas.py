"""What clients get of members, for /openapi.json; where it is a fact as it is, with the fields of the contract."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.common.http.schemas import Named, Page
from services.gateway.common.networks import NetworkItem
from shared.contracts.members.contributions import ContributionFact, MultiplierFact, TrainingFact
from shared.contracts.members.meetings import Kind
from shared.contracts.members.organisations import Admission, Area, Asked, Confirmation, Standing, Thanks
from shared.contracts.members.people import PersonFact


class MemberItem(BaseModel):
    """A member in the directory."""

    id: str
    name: str
    status: Standing | None
    reasons: list[str] = Field(description="Why it is active or passive, in the reader's language.")
    unless: list[str] = Field(description="What would change that; empty where the office decided otherwise.")
    areas: Area
    topics: list[str]
    kinds: list[str] = Field(description="Kinds of help that it gives.")
    languages: list[str]
    description: str | None
    url: str | None
    response_days: int | None = Field(description="Working days within which it promises to answer.")
    takes: list[Asked] | None = Field(description="What it can be asked; null: all but support.")
    since: date | None = Field(description="First day of the membership.")


class MemberPage(Page):
    """Members by name."""

    items: list[MemberItem]


class NetworkPage(Page):
    """Networks, the one that would be asked first at the beginning."""

    items: list[NetworkItem]


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
    paused_until: date | None = None
    proposed: Literal["passive"] | None = Field(None, description="What the office has not confirmed.")
    applied_on: date | None = None
    admission: Admission | None = None
    declined_because: str | None = None
    left_on: date | None = None
    confirmation: Confirmation | None = None
    periods: list[MemberPeriod] | None = None


class OrganisationName(Named):
    """An organisation by its name."""

    status: Standing


class OrganisationNames(Page):
    """Organisations by name."""

    items: list[OrganisationName]


class PersonInRole(Named):
    """A person of an organisation."""

    role: str


class OfficeMember(OwnMember):
    """An organisation as the office sees it."""

    people: list[PersonInRole]


class OfficeMemberPage(Page):
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


class YearReferrals(BaseModel):
    """Requests for help in a year. Null: some, but fewer than five; with its own key a member sees how many."""

    accepted: int | None = Field(description="How many it accepted and cared for.")
    in_time: int | None = Field(description="How many it answered as it had promised, with yes or no.")


class Year(BaseModel):
    """A member's year."""

    organisation: Named
    year: int
    meetings: list[YearMeeting]
    contributions: list[YearContribution]
    events: YearEvents
    referrals: YearReferrals
    thanks: str | None


class Person(PersonFact):
    """A person as the office knows it."""


class PersonPage(Page):
    """People by name."""

    items: list[Person]


class Contribution(ContributionFact):
    """A contribution."""


class ContributionPage(Page):
    """Contributions, the latest first."""

    items: list[Contribution]


class Training(TrainingFact):
    """A training."""


class TrainingPage(Page):
    """Trainings, the latest first."""

    items: list[Training]


class Multiplier(MultiplierFact):
    """An entry of the registry, with the person behind it."""

    person: Named | None


class MultiplierPage(Page):
    """The registry, by id."""

    items: list[Multiplier]
