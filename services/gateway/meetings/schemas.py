"""What clients get of meetings, for /openapi.json."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.common.http.schemas import Named, Page
from shared.contracts.base import When
from shared.contracts.members.meetings import AgendaItem, Answer, Decision, Kind, Presence, Task
from shared.contracts.partner import Place


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


class MinutesText(BaseModel):
    """The minutes as they can be sent back to be kept; ``version`` is that of the meeting."""

    version: int
    text: str = Field(description="Markdown; empty where none were kept.")
    decisions: list[Decision]
    tasks: list[Task]


class MeetingOf(BaseModel):
    """A meeting as it concerns an organisation."""

    id: UUID
    title: str
    kind: Kind
    status: Literal["planned", "held", "cancelled"]
    starts_at: When
    ends_at: When | None
    invited: bool
    reply: Answer | None
    presence: Presence | None = Field(description="Null where nothing is recorded of it.")


class MeetingsOf(Page):
    """Meetings, the latest first."""

    items: list[MeetingOf]


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


class MeetingPage(Page):
    """Meetings by start."""

    items: list[Meeting]
