"""Member organisations: from application to leaving, and how active they are (DESIGN 8)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import (
    MANY_LINES,
    Contract,
    Day,
    Explanation,
    Line,
    PartnerId,
    SeenVersion,
    Uuid,
    Version,
    WebAddress,
    Words,
)

APPLY: Final = "members.organisation.apply.v1"
ADMIT: Final = "members.organisation.admit.v1"
DECLINE: Final = "members.organisation.decline.v1"
CHANGE: Final = "members.organisation.change.v1"
CONFIRM: Final = "members.organisation.confirm.v1"
LEAVE: Final = "members.organisation.leave.v1"
THANK: Final = "members.organisation.thank.v1"

APPLIED: Final = "members.organisation.applied.v1"
ADMITTED: Final = "members.organisation.admitted.v1"
DECLINED: Final = "members.organisation.declined.v1"
CHANGED: Final = "members.organisation.changed.v1"
ASSESSED: Final = "members.organisation.assessed.v1"
LAPSING: Final = "members.organisation.lapsing.v1"
CONFIRMED: Final = "members.organisation.confirmed.v1"
LEFT: Final = "members.organisation.left.v1"
THANKED: Final = "members.organisation.thanked.v1"

Ags = Annotated[str, Field(pattern=r"^[0-9]{8}$", description="Official municipality key.", examples=["14524330"])]
District = Annotated[str, Field(pattern=r"^[0-9]{5}$", description="Official district key.", examples=["14524"])]
Standing = Literal["applied", "declined", "active", "passive", "left"]
Asked = Literal["offer-help", "seek-help", "question", "support"]
"""What an organisation can be asked; what it takes where it says nothing stands in ``ASKED_BY_DEFAULT``."""
ASKED_BY_DEFAULT: Final[tuple[Asked, ...]] = ("offer-help", "seek-help", "question")
Grateful = Annotated[str, Field(min_length=1, max_length=1_000, pattern=MANY_LINES)]


class Around(Contract):
    """A circle around the middle of a municipality."""

    ags: Ags
    radius_km: Annotated[float, Field(gt=0, le=200)]


class Area(Contract):
    """Where an organisation can be asked: municipalities, whole districts, circles; all of them together."""

    municipalities: Annotated[tuple[Ags, ...], Field(max_length=200)] = ()
    districts: Annotated[tuple[District, ...], Field(max_length=20)] = ()
    around: Annotated[tuple[Around, ...], Field(max_length=20)] = ()


class Profile(Contract):
    """The public entry of an organisation; no names or addresses of persons."""

    name: Line
    description: Annotated[str, Field(max_length=2_000, pattern=MANY_LINES)] | None = None
    url: WebAddress | None = None
    areas: Area = Area()
    topics: Words = ()
    kinds: Annotated[
        Words, Field(description="Kinds of help that it gives.", examples=[["beratung", "begleitung"]])
    ] = ()
    languages: Words = ()
    capacity: Annotated[
        int | None, Field(ge=0, le=1_000, description="Referrals that it can care for at a time; null: not said.")
    ] = None
    response_days: Annotated[
        int | None, Field(ge=1, le=60, description="Working days within which it promises to answer.")
    ] = None
    listed: Annotated[bool, Field(description="Whether the public directory shows it.")] = True
    takes: Annotated[
        tuple[Asked, ...] | None,
        Field(max_length=4, description="What it can be asked; null: offers of help, search for help, questions."),
    ] = None
    paused_until: Annotated[Day | None, Field(description="The last day on which it is not to be asked.")] = None


class ApplyOrganisation(Profile):
    """Sent when an organisation asks to become a member, or corrects what it said before it is decided."""

    id: PartnerId
    on: Annotated[Day | None, Field(description="When it asked; null: today.")] = None


class ChangeOrganisation(Profile):
    """Sent when a member's entry changes; the whole entry each time."""

    id: PartnerId
    version: SeenVersion = None


class AdmitOrganisation(Contract):
    """Sent when a meeting, or the office, has admitted an organisation; without an application too."""

    id: PartnerId
    version: SeenVersion = None
    on: Annotated[Day | None, Field(description="First day of the membership; null: today.")] = None
    meeting: Annotated[Uuid | None, Field(description="The meeting that decided; null: the office.")] = None
    decision: Annotated[Line | None, Field(description="As it stands in the minutes; no names of persons.")] = None


class DeclineOrganisation(Contract):
    """Sent when an organisation is not admitted; it may apply again."""

    id: PartnerId
    version: SeenVersion = None
    reason: Annotated[Line, Field(description="For the organisation; no names of persons.")]


class ConfirmStatus(Contract):
    """Sent when the office decides whether a member counts as active or passive: what the activity proposes, or not."""

    id: PartnerId
    version: SeenVersion = None
    status: Literal["active", "passive"]
    reason: Annotated[Line | None, Field(description="Needed where it differs from what the activity says.")] = None


class LeaveOrganisation(Contract):
    """Sent when a member leaves."""

    id: PartnerId
    on: Day | None = None


class ThankOrganisation(Contract):
    """Sent when the office thanks a member for a year; the same year again replaces the words."""

    id: PartnerId
    year: Annotated[int, Field(ge=2000, le=2200)]
    text: Annotated[Grateful, Field(description="Public; no names of persons.")]


class Admission(Contract):
    """Who admitted a member, and when."""

    on: Day
    by: Literal["meeting", "office"]
    meeting: str | None = None
    decision: str | None = None


class Activity(Contract):
    """What the log says about a member on the day ``as_of``: a proposal, which only the office makes its status.

    ``until``: the last day for which it is active if nothing further happens, as far as dates are known; null: no end
    is in sight, or it is passive. ``unless``: what would keep it active, or make it so again.
    """

    status: Literal["active", "passive"]
    as_of: Day
    because: tuple[Explanation, ...]
    until: Day | None = None
    unless: tuple[Explanation, ...] = ()


class Period(Contract):
    """What the log says from the day ``since`` to the next period: so activity is known for any past day."""

    since: Day
    status: Literal["active", "passive"]
    because: tuple[Explanation, ...]


class Confirmation(Contract):
    """The office's latest decision about a member's status."""

    on: Day
    status: Literal["active", "passive"]
    reason: str | None = None


class Thanks(Contract):
    """The office's thanks for a year."""

    year: int
    on: Day
    text: str


class AnsweredReferrals(Contract):
    """How many requests for help a member answered in a year: ``accepted``, and neither given back nor forgotten by it;
    ``in_time``: answered as it had promised, with yes or no."""

    year: int
    accepted: Annotated[int, Field(ge=0)]
    in_time: Annotated[int, Field(ge=0)]


class OrganisationFact(Profile):
    """The whole public state of an organisation. Its type says what has become of it; ``status`` how it stands.

    ``proposed``: what the activity says and the office has not confirmed; a member stays active meanwhile.
    """

    id: str
    version: Version
    status: Standing
    applied_on: Day | None = None
    admission: Admission | None = None
    declined_because: str | None = None
    left_on: Day | None = None
    activity: Activity | None = None
    periods: Annotated[tuple[Period, ...], Field(description="Since the admission, oldest first.")] = ()
    proposed: Literal["passive"] | None = None
    reminded_of: Annotated[Day | None, Field(description="The day of lapsing that was told as coming last.")] = None
    entry_version: Annotated[
        int | None, Field(ge=1, description="In which the entry changed last: a change may name this one or a later.")
    ] = None
    confirmation: Confirmation | None = None
    thanks: Annotated[tuple[Thanks, ...], Field(description="By year.")] = ()
    referrals: Annotated[
        tuple[AnsweredReferrals, ...], Field(description="By year, oldest first; years without any are left out.")
    ] = ()
    changed: Annotated[tuple[str, ...], Field(description="Names of fields; empty in the first version.")] = ()
    updated_at: str
