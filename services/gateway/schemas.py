"""What clients get, for /openapi.json; events have the fields of the contract."""

from typing import Literal

from pydantic import BaseModel, Field

from services.gateway.filters import Facet
from shared.contracts.base import Status, When
from shared.contracts.events import Occurrence, Organiser
from shared.contracts.partner import Place, Recurrence


class _Event(BaseModel):
    id: str
    version: int
    updated_at: str
    created_at: str
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
    place: Place | None
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


class Accepted(BaseModel):
    """The write was taken and is under way."""

    request: str = Field(description="Id; ask /v1/requests/{id}.")
    resource: str = Field(description="Path of what will be there.")


class RequestDocument(BaseModel):
    """Where a request stands. ``done``: the views of this gateway show it."""

    request: str
    status: Literal["pending", "done", "refused"]
    result: Literal["created", "changed", "unchanged", "withdrawn", "refused"] | None
    resource: str
    version: int | None
    problem: ProblemDocument | None


class Submission(BaseModel):
    """What became of one submission or withdrawal."""

    request: str
    uid: str | None
    status: Literal["done", "refused"]
    result: Literal["created", "changed", "unchanged", "withdrawn", "refused"]
    resource: str | None
    version: int | None
    problem: ProblemDocument | None
    at: str


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
