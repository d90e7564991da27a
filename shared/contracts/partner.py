"""What a partner sends on ``partner.<id>.events``, by Kafka, HTTP, feed or command alike (DESIGN 3)."""

from functools import lru_cache
from typing import Annotated, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from shared.contracts.base import MANY_LINES, ONE_LINE, Contract, Line, Prose, Status, WebAddress, When, Word, Words

SUBMIT: Final = "partner.event.submit.v1"
WITHDRAW: Final = "partner.event.withdraw.v1"

Uid = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=ONE_LINE,
        description="The partner's own, stable name of the event (iCalendar UID).",
        examples=["cafe-2026-12-03"],
    ),
]
Rule = Annotated[str, Field(max_length=500, pattern=r"^[A-Za-z0-9=;,:+-]+$", examples=["FREQ=WEEKLY;COUNT=4"])]
LowThreshold = Annotated[
    bool | None,
    Field(
        description="Easy to come to: free of charge, without registration, nothing to be known before. Null: nothing"
        " was said."
    ),
]


class Place(Contract):
    """Where an event is; every part is optional, ``online_url`` alone means online."""

    name: Line | None = None
    street: Line | None = None
    postal_code: Annotated[str, Field(pattern=r"^[0-9]{5}$")] | None = None
    municipality: Line | None = None
    ags: Annotated[str, Field(pattern=r"^[0-9]{8}$", description="Official municipality key.")] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, description="WGS 84, degrees.")] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, description="WGS 84, degrees.")] | None = None
    online_url: WebAddress | None = None
    visibility: Annotated[
        Literal["exact", "area"],
        Field(description="area: only postal code and municipality are published, for the guests' safety."),
    ] = "exact"


class Recurrence(Contract):
    """RFC 5545 recurrence: a rule, further starts and left-out starts, in the event's time zone."""

    rrule: Rule | None = None
    rdates: Annotated[tuple[When, ...], Field(max_length=500)] = ()
    exdates: Annotated[tuple[When, ...], Field(max_length=500)] = ()


class Override(Contract):
    """What is different in a single occurrence, named by its original start (RECURRENCE-ID)."""

    recurrence_id: When
    status: Status | None = None
    starts_at: When | None = None
    ends_at: When | None = None
    title: Line | None = None
    description: Annotated[str, Field(max_length=2_000, pattern=MANY_LINES)] | None = None
    place: Place | None = None


class EventSubmission(Contract):
    """Sent when a partner publishes an event or a newer version of it; the whole event each time."""

    uid: Uid
    sequence: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    title: Line
    description: Prose | None = None
    status: Status = "scheduled"
    starts_at: When
    ends_at: Annotated[When | None, Field(description="Exclusive for all-day events.")] = None
    all_day: bool = False
    time_zone: Annotated[Word | None, Field(description="IANA name.", examples=["Europe/Berlin"])] = None
    recurrence: Recurrence | None = None
    overrides: Annotated[tuple[Override, ...], Field(max_length=200)] = ()
    place: Place | None = None
    topics: Words = ()
    target_groups: Words = ()
    languages: Words = ()
    cost: Line | None = None
    accessibility: Words = ()
    low_threshold: LowThreshold = None
    url: WebAddress | None = None
    image_url: WebAddress | None = None
    registration_url: WebAddress | None = None
    series: Line | None = None
    co_hosts: Words = ()


class EventWithdrawal(Contract):
    """Sent when a partner takes an event back; it always wins, a later submission revives."""

    uid: Uid
    reason: Annotated[str, Field(max_length=2_000, pattern=MANY_LINES)] | None = None


TYPES: Final[dict[str, type[Contract]]] = {SUBMIT: EventSubmission, WITHDRAW: EventWithdrawal}


@lru_cache(maxsize=8_192)
def event_id(partner: str, uid: str) -> UUID:
    """The id of the event that ``partner`` calls ``uid``: a UUIDv5, so that anyone can compute it."""
    return uuid5(uuid5(NAMESPACE_URL, f"urn:buendnisbus:partner:{partner}"), uid)
