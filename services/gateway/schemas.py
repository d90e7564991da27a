"""What clients get, for /openapi.json; events have the fields of the contract."""

from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.filters import Facet
from shared.contracts.base import Status, When
from shared.contracts.events import EventPlace, Occurrence, Organiser, Previous, Visibility
from shared.contracts.partner import Recurrence

STREAM: Final = (
    "Server-sent events. `hello` comes first where the client names no last message, so that it can resume also if "
    "nothing comes. `published`: an event as `GET /v1/events/{id}` gives it, that is new or has changed; also one "
    "that was cancelled. `withdrawn`: its organiser has taken it back; `removed`: for another reason it is not "
    "public any more, or it does not match the filters, perhaps never did; both have `id`, `version` and "
    "`visibility`, which is `public` where only the filters keep it out. `reset`: the last message is not known "
    "here any more, load the list again; the stream goes on from now. Data of `hello` and `reset` is "
    "`last_event_id`. Lines that begin with a colon are heartbeats. An event that has changed several times since "
    "the last message comes once, at its newest; the same message may come twice: keep the highest `version`."
)


class _Event(BaseModel):
    id: UUID
    version: int
    updated_at: AwareDatetime
    created_at: AwareDatetime
    organisers: list[Organiser]
    uid: str
    sequence: int
    title: str
    description: str | None
    status: Status
    starts_at: When
    ends_at: When | None
    all_day: bool
    time_zone: str
    recurrence: Recurrence | None
    place: EventPlace | None
    topics: list[str]
    topics_outside_vocabulary: list[str]
    target_groups: list[str]
    languages: list[str]
    cost: str | None
    accessibility: list[str]
    url: str | None
    image_url: str | None
    registration_url: str | None
    series: str | None


class EventItem(_Event):
    """One occurrence of an event."""

    occurrence_id: str
    recurrence_id: When | None
    distance_km: float | None = Field(None, description="With near alone: from there, as the crow flies.")


class EventDetail(_Event):
    """An event with its occurrences."""

    occurrences: list[Occurrence]


class FacetCount(BaseModel):
    """How many occurrences a value of a filter has."""

    value: str
    label: str | None = Field(description="What it is called, where that is known.")
    count: int


class EventPage(BaseModel):
    """A page of occurrences by start, with q by relevance before."""

    items: list[EventItem]
    next: str | None = Field(description="Cursor of the next page; null on the last.")
    facets: dict[Facet, list[FacetCount]] | None = Field(
        None, description="With facets alone: under all other filters, the most frequent values first."
    )


class PlaceItem(BaseModel):
    """A municipality; its middle in WGS 84, degrees."""

    ags: str = Field(description="Official municipality key.")
    name: str
    postal_codes: list[str]
    latitude: float
    longitude: float


class PlacePage(BaseModel):
    """Municipalities, the best match first."""

    items: list[PlaceItem]
    next: None = None


class OfficeVersion(_Event):
    """An event as the office sees it, whatever its visibility."""

    visibility: Visibility
    partner: str
    changed: list[str] = Field(description="Fields that are not as in the version before.")
    previous: Previous | None
    refused_because: str | None


class OfficeItem(OfficeVersion):
    """An event in the office's lists."""

    last_public: OfficeVersion | None = Field(
        description="While it waits or is refused: the version that was public last, as far as it is known."
    )


class OfficeDetail(OfficeItem):
    """An event with its occurrences."""

    occurrences: list[Occurrence]


class OfficePage(BaseModel):
    """A page of events, the oldest change first."""

    items: list[OfficeItem]
    next: str | None


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


class ProblemDetail(BaseModel):
    """One reason."""

    field: str
    code: str
    detail: str


class ProblemDocument(BaseModel):
    """RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[ProblemDetail] = []
    choices: list[PlaceItem] = Field([], description="With /problems/place-ambiguous: what may be meant.")
    request: UUID | None = Field(None, description="With Prefer: wait: the request that was refused.")


class Accepted(BaseModel):
    """The write was taken and is under way."""

    request: UUID = Field(description="Ask /v1/requests/{id}.")
    resource: str = Field(description="Path of what will be there.")


class RequestDocument(BaseModel):
    """Where a request stands. ``done``: the views of this gateway show it."""

    request: UUID
    status: Literal["pending", "done", "refused"]
    result: Literal["created", "changed", "unchanged", "withdrawn", "refused"] | None
    resource: str
    version: int | None
    problem: ProblemDocument | None
    notes: list[ProblemDetail] = Field(description="What was taken, but could be said better.")


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


class Topic(BaseModel):
    """A topic of the alliance's vocabulary."""

    slug: str
    labels: dict[str, str] = Field(description="Language → label.")


class TopicPage(BaseModel):
    """The vocabulary, in its own order."""

    items: list[Topic]
    next: None = None


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
