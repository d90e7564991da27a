"""What the alliance wants: goals with measures and indicators, and the papers its members agreed to (DESIGN 8)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import (
    MANY_LINES,
    Contract,
    Day,
    Line,
    PartnerId,
    Prose,
    SeenVersion,
    Uuid,
    Version,
    WebAddress,
    Word,
)

SET: Final = "members.goal.set.v1"
RETIRE: Final = "members.goal.retire.v1"
MEASURE: Final = "members.goal.measure.v1"
REVIEW: Final = "members.goal.review.v1"
ADOPT: Final = "members.charter.adopt.v1"
ASSENT: Final = "members.charter.assent.v1"

GOAL_SET: Final = "members.goal.set-out.v1"
GOAL_MEASURED: Final = "members.goal.measured.v1"
GOAL_REVIEWED: Final = "members.goal.reviewed.v1"
GOAL_RETIRED: Final = "members.goal.retired.v1"
ADOPTED: Final = "members.charter.adopted.v1"
ASSENTED: Final = "members.charter.assented.v1"

Level = Annotated[Literal["guiding", "intermediate", "measure"], Field(description="Leitziel, Mittlerziel, Maßnahme.")]
Judgement = Literal["reached", "on-track", "at-risk", "missed"]
Counter = Literal[
    "events",
    "members",
    "active-members",
    "meetings",
    "attendance",
    "contributions",
    "trainings",
    "multipliers",
    "municipalities",
]
Period = Annotated[
    Literal["year", "twelve-months", "ever"], Field(description="This calendar year, the last twelve months, all.")
]
CharterKind = Annotated[
    Literal["leitbild", "arbeitsordnung", "konzeption"],
    Field(description="Mission statement, rules of procedure, concept."),
]


class Counted(Contract):
    """An indicator that is counted from facts. ``events`` held, ``municipalities`` with one, ``attendance`` in percent
    of members a meeting, ``meetings``, ``contributions``, ``trainings`` in a period; the others as they are now."""

    what: Counter
    topic: Annotated[Word | None, Field(description="Of events and municipalities: with this topic alone.")] = None
    period: Period = "year"


class CountedReferrals(Contract):
    """An indicator that is counted from requests for help: how many members ``accepted``, where fewer than five count
    as none; or ``promises-kept``: the percentage of them that was answered as promised, with yes or no."""

    what: Literal["accepted", "promises-kept"]
    topic: Annotated[Word | None, Field(description="Of requests with this topic alone.")] = None
    period: Period = "year"


class Indicator(Contract):
    """By what a measure is judged. Neither ``counted`` nor ``referrals``: values are entered."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$", examples=["veranstaltungen"])]
    title: Line
    unit: Word | None = None
    baseline: float | None = None
    target: float
    due: Day | None = None
    counted: Counted | None = None
    referrals: Annotated[
        CountedReferrals | None, Field(description="Instead of counted: counted from requests for help.")
    ] = None


class SetGoal(Contract):
    """Sent when a goal or a measure is set out or worded anew; the whole of it each time. Values and reviews stay."""

    id: Uuid
    version: SeenVersion = None
    key: Annotated[str, Field(pattern=r"^[0-9A-Za-z.-]{1,20}$", description="Its number; sorts it.", examples=["1.2"])]
    level: Level
    parent: Annotated[Uuid | None, Field(description="The goal it serves; null of a guiding goal.")] = None
    title: Line
    text: Annotated[str, Field(max_length=4_000, pattern=MANY_LINES)] | None = None
    responsible: Annotated[tuple[PartnerId, ...], Field(max_length=20)] = ()
    indicators: Annotated[tuple[Indicator, ...], Field(max_length=20)] = ()


class RetireGoal(Contract):
    """Sent when a goal is not pursued any more; its history stays."""

    id: Uuid
    reason: Line


class MeasureIndicator(Contract):
    """Sent when a value of an indicator is entered that is not counted."""

    id: Uuid
    indicator: str
    value: float
    on: Day | None = None
    note: Line | None = None


class NewTarget(Contract):
    """A target that a review has changed."""

    indicator: str
    target: float
    due: Annotated[Day | None, Field(description="Null: as before.")] = None


class ReviewGoal(Contract):
    """Sent when a retreat has judged a goal or measure, with reasons, and changed targets where it did."""

    id: Uuid
    version: SeenVersion = None
    meeting: Uuid | None = None
    on: Day | None = None
    judgement: Judgement
    reasons: Annotated[str, Field(min_length=1, max_length=2_000, pattern=MANY_LINES)]
    targets: Annotated[tuple[NewTarget, ...], Field(max_length=20)] = ()


class Value(Contract):
    """What an indicator was on a day."""

    on: Day
    value: float
    note: str | None = None


class FormerTarget(Contract):
    """A target as it was, up to the day it was changed."""

    target: float
    due: Day | None = None
    until: Day


class IndicatorState(Indicator):
    """An indicator with its history, oldest first; of counted values the last of each month."""

    values: tuple[Value, ...] = ()
    former_targets: tuple[FormerTarget, ...] = ()


class Review(Contract):
    """A judgement, with the targets it changed."""

    on: Day
    meeting: str | None = None
    judgement: Judgement
    reasons: str
    targets: tuple[NewTarget, ...] = ()


class GoalFact(Contract):
    """A goal or measure with its indicators and their history."""

    id: str
    version: Version
    key: str
    level: Level
    parent: str | None = None
    title: str
    text: str | None = None
    responsible: tuple[str, ...] = ()
    indicators: tuple[IndicatorState, ...] = ()
    reviews: Annotated[tuple[Review, ...], Field(description="Oldest first.")] = ()
    status: Literal["open", "retired"]
    retired_because: str | None = None
    changed: tuple[str, ...] = ()
    updated_at: str


class AdoptCharter(Contract):
    """Sent when the alliance has agreed on a new edition of its Leitbild, Arbeitsordnung or Konzeption."""

    id: Annotated[Uuid, Field(description="Of the paper, the same for all editions: see ``charter_id``.")]
    kind: CharterKind
    title: Line
    text: Annotated[Prose | None, Field(description="Markdown.")] = None
    url: WebAddress | None = None
    on: Day | None = None
    meeting: Uuid | None = None


class AssentToCharter(Contract):
    """Sent when a member agrees to an edition."""

    id: Uuid
    organisation: PartnerId
    edition: Annotated[int, Field(ge=1)]


class Edition(Contract):
    """One edition, numbered from 1."""

    number: int
    title: str
    text: str | None = None
    url: str | None = None
    adopted_on: Day
    meeting: str | None = None


class Assent(Contract):
    """That a member agreed, to the latest edition it agreed to."""

    organisation: str
    edition: int
    on: Day


class CharterFact(Contract):
    """A paper of the alliance in all its editions, with the members' assent."""

    id: str
    version: Version
    kind: CharterKind
    editions: tuple[Edition, ...]
    assents: Annotated[tuple[Assent, ...], Field(description="By organisation.")] = ()
    updated_at: str
