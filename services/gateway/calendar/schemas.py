"""What clients get, for /openapi.json; events have the fields of the contract."""

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.calendar.filters import Facet
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
    low_threshold: bool | None = Field(
        None, description="Free of charge, without registration, nothing to be known before; null: nothing was said."
    )
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
    changed: list[str] = Field(description="Fields that are not as in the version before.")
    previous: Previous | None = Field(description="What was announced before the last change.")


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
