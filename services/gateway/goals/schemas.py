"""What clients get of goals and papers, for /openapi.json."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.common.http.schemas import Named
from shared.contracts.members.goals import Edition, IndicatorState, Level, Review


class GoalIndicator(IndicatorState):
    """An indicator with its latest value."""

    value: float | None = Field(description="The latest; null: not measured yet.")


class Goal(BaseModel):
    """A goal or measure with what is below it."""

    id: UUID
    version: int
    key: str
    level: Level
    parent: UUID | None
    title: str
    text: str | None
    status: Literal["open", "retired"]
    retired_because: str | None
    responsible: list[Named]
    indicators: list[GoalIndicator]
    reviews: list[Review]
    updated_at: AwareDatetime
    children: list["Goal"]


class GoalPage(BaseModel):
    """Goals by their numbers."""

    items: list[Goal]
    next: None = None


class EditionTitle(BaseModel):
    """An edition without its text."""

    number: int
    title: str
    url: str | None
    adopted_on: date
    meeting: UUID | None


class AssentingMember(Named):
    """A member that agreed."""

    on: date


class Assents(BaseModel):
    """Who agreed to an edition: ``members`` ``of`` all that there are; named as far as the directory shows them."""

    edition: int
    members: int
    of: int
    by: list[AssentingMember]


class Charter(BaseModel):
    """A paper of the alliance."""

    id: UUID
    version: int
    kind: str
    latest: Edition
    editions: list[EditionTitle]
    assent: Assents
    updated_at: AwareDatetime


class CharterPage(BaseModel):
    """The papers."""

    items: list[Charter]
    next: None = None
