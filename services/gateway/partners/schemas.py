"""What clients get of organisations that publish, their submissions and feeds, for /openapi.json."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.common.http.schemas import ProblemDetail, ProblemDocument
from shared.contracts.events import Visibility


class OfficePartner(BaseModel):
    """An organisation that may publish, or might."""

    id: str
    name: str
    trusted: bool | None = Field(description="Null where not known here yet.")
    active: bool
    version: int
    waiting: int = Field(description="How many of its events wait.")
    events: int = Field(description="How many of its events are public.")


class OfficePartners(BaseModel):
    """All organisations by name."""

    items: list[OfficePartner]
    next: None = None


class Submission(BaseModel):
    """What became of one submission or withdrawal."""

    request: str
    uid: str | None
    status: Literal["done", "refused"]
    result: Literal["created", "changed", "unchanged", "withdrawn", "refused"]
    resource: str | None
    version: int | None
    problem: ProblemDocument | None
    notes: list[ProblemDetail] = Field(description="What was taken, but could be said better.")
    visibility: Visibility | None = Field(description="What the event is now; null where there is none.")
    refused_because: str | None = Field(description="Why the office refused the event, where it did.")
    at: AwareDatetime


class SubmissionPage(BaseModel):
    """Submissions, newest first."""

    items: list[Submission]
    next: str | None


class FeedEntry(BaseModel):
    """An entry of a feed that could not be published."""

    entry: str = Field(description="Where it stands in the feed.")
    uid: str | None
    reasons: list[str]


class FeedReport(BaseModel):
    """What came of reading a feed the last time; counts are of entries."""

    at: AwareDatetime
    status: Literal["read", "unchanged", "failed"]
    problem: ProblemDetail | None
    read: int
    new: int
    changed: int
    unchanged: int
    withdrawn: int
    refused: int
    refused_entries: list[FeedEntry] = Field(description="The first 50.")


class Feed(BaseModel):
    """An iCalendar feed that is read for an organisation."""

    id: UUID
    version: int
    partner: str
    host: str = Field(description="Of its address, which may be a secret.")
    every_minutes: int
    last: FeedReport | None = Field(description="Null before the first time.")
    next_at: AwareDatetime | None = Field(description="When it is read again, about.")


class FeedPage(BaseModel):
    """Feeds by organisation."""

    items: list[Feed]
    next: None = None
