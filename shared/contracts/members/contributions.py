"""What members bring in besides meetings, trainings, and the multipliers that come out of them (DESIGN 8)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, Day, Line, PartnerId, SeenVersion, Uuid, Version, When, Word, Words
from shared.contracts.members.organisations import Area
from shared.contracts.partner import Place

REPORT: Final = "members.contribution.report.v1"
CONFIRM: Final = "members.contribution.confirm.v1"
DECLINE: Final = "members.contribution.decline.v1"
PLAN_TRAINING: Final = "members.training.plan.v1"
CANCEL_TRAINING: Final = "members.training.cancel.v1"
COMPLETE_TRAINING: Final = "members.training.complete.v1"
REGISTER_MULTIPLIER: Final = "members.multiplier.register.v1"
RETIRE_MULTIPLIER: Final = "members.multiplier.retire.v1"

REPORTED: Final = "members.contribution.reported.v1"
CONFIRMED: Final = "members.contribution.confirmed.v1"
DECLINED: Final = "members.contribution.declined.v1"
TRAINING_PLANNED: Final = "members.training.planned.v1"
TRAINING_CANCELLED: Final = "members.training.cancelled.v1"
TRAINING_COMPLETED: Final = "members.training.completed.v1"
MULTIPLIER_REGISTERED: Final = "members.multiplier.registered.v1"
MULTIPLIER_EXPIRING: Final = "members.multiplier.expiring.v1"
MULTIPLIER_EXPIRED: Final = "members.multiplier.expired.v1"
MULTIPLIER_RETIRED: Final = "members.multiplier.retired.v1"
MULTIPLIER_ERASED: Final = "members.multiplier.erased.v1"

ContributionKind = Annotated[
    Literal["content", "co-hosted-event", "working-group", "knowledge"],
    Field(description="Support by content, an event held together, working group, knowledge passed on."),
]
Actor = Annotated[str, Field(pattern=r"^[a-z0-9-]{3,40}$", description="Who says so: an organisation, or office.")]


class ReportContribution(Contract):
    """Sent when an organisation reports what it contributed; what the office enters counts at once."""

    id: Uuid
    organisation: PartnerId
    kind: ContributionKind
    title: Annotated[Line, Field(description="No names of persons.")]
    on: Day
    person: Annotated[Uuid | None, Field(description="Who did it, by id: a multiplier that passed knowledge on.")] = (
        None
    )
    event: Annotated[Uuid | None, Field(description="The calendar event it belongs to.")] = None
    by: Actor = "office"


class ConfirmContribution(Contract):
    """Sent when somebody else than the reporter confirms a contribution: another organisation, or the office."""

    id: Uuid
    version: SeenVersion = None
    by: Actor = "office"


class DeclineContribution(Contract):
    """Sent when a contribution is not confirmed, or no longer."""

    id: Uuid
    version: SeenVersion = None
    reason: Annotated[Line, Field(description="For the organisation; no names of persons.")]


class ContributionFact(Contract):
    """A contribution; it counts for activity while it is confirmed."""

    id: str
    version: Version
    organisation: str
    kind: ContributionKind
    title: str
    on: Day
    status: Literal["reported", "confirmed", "declined"]
    reported_by: str
    confirmed_by: str | None = None
    declined_because: str | None = None
    event: str | None = None
    updated_at: str


class PlanTraining(Contract):
    """Sent when a training is planned, or its plan changes. ``qualification``: what it gives, for ``valid_months``."""

    id: Uuid
    version: SeenVersion = None
    title: Line
    topics: Words = ()
    starts_at: When
    ends_at: When | None = None
    time_zone: Word | None = None
    place: Place | None = None
    event: Annotated[Uuid | None, Field(description="The calendar event that it is.")] = None
    qualification: Annotated[Word | None, Field(examples=["moderation"])] = None
    valid_months: Annotated[int | None, Field(ge=1, le=240, description="Null: without an end.")] = None


class CancelTraining(Contract):
    """Sent when a training does not take place."""

    id: Uuid
    reason: Line


class Participant(Contract):
    """Somebody who took part. ``qualified``: whether it earned what the training gives."""

    person: Uuid
    qualified: bool = True


class CompleteTraining(Contract):
    """Sent when a training was held: who took part, by id; all of them each time."""

    id: Uuid
    participants: Annotated[tuple[Participant, ...], Field(max_length=500)]


class TrainingFact(Contract):
    """A training; of those who took part only how many."""

    id: str
    version: Version
    title: str
    topics: tuple[str, ...] = ()
    status: Literal["planned", "held", "cancelled"]
    starts_at: When
    ends_at: When | None = None
    time_zone: str
    place: Place | None = None
    event: str | None = None
    qualification: str | None = None
    valid_months: int | None = None
    participants: int = 0
    qualified: int = 0
    cancelled_because: str | None = None
    updated_at: str


class RegisterMultiplier(Contract):
    """Sent when somebody with a valid qualification can be asked from now on, or differently."""

    id: Annotated[Uuid, Field(description="In the registry; never the person's own.")]
    person: Uuid
    topics: Words = ()
    area: Area = Area()
    languages: Words = ()
    available: bool = True
    availability: Annotated[Line | None, Field(description="When; no names.", examples=["werktags ab 17 Uhr"])] = None


class RetireMultiplier(Contract):
    """Sent when somebody is not to be asked any more."""

    id: Uuid


class Qualification(Contract):
    """What a multiplier may do. ``until``: the last day, null without an end."""

    qualification: str
    since: Day
    until: Day | None = None


class MultiplierFact(Contract):
    """Somebody who can be asked as moderator: without name, organisation or any way to the person.

    ``expired``: no qualification is valid any more; a further training renews it.
    """

    id: str
    version: Version
    status: Literal["available", "away", "expired", "retired"]
    topics: tuple[str, ...] = ()
    area: Area = Area()
    languages: tuple[str, ...] = ()
    availability: str | None = None
    qualifications: tuple[Qualification, ...] = ()
    passed_on: Annotated[int, Field(description="How often knowledge was passed on, as far as it is confirmed.")] = 0
    reminded_of: Day | None = None
    updated_at: str
