"""What the service ``events`` publishes and takes: facts, outcomes and commands."""

from typing import Annotated, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from shared.contracts.base import (
    Contract,
    FieldError,
    Line,
    PartnerId,
    SeenVersion,
    Status,
    Uuid,
    Version,
    WebAddress,
    When,
    Words,
)
from shared.contracts.partner import EventSubmission, EventWithdrawal, LowThreshold, Place, Recurrence
from shared.contracts.requests import Outcome

REGISTER_PARTNER: Final = "events.partner.register.v1"
TRUST_PARTNER: Final = "events.partner.trust.v1"
REMOVE_PARTNER: Final = "events.partner.remove.v1"
ENTER_EVENT: Final = "events.event.enter.v1"
WITHDRAW_EVENT: Final = "events.event.withdraw.v1"
PUBLISH_EVENT: Final = "events.event.publish.v1"
REFUSE_EVENT: Final = "events.event.refuse.v1"
ADD_FEED: Final = "events.feed.add.v1"
REMOVE_FEED: Final = "events.feed.remove.v1"
POLL_FEED: Final = "events.feed.poll.v1"

EVENT_PUBLISHED: Final = "events.event.published.v1"
EVENT_SUBMITTED: Final = "events.event.submitted.v1"
EVENT_REFUSED: Final = "events.event.refused.v1"
EVENT_WITHDRAWN: Final = "events.event.withdrawn.v1"
PARTNER_REGISTERED: Final = "events.partner.registered.v1"
PARTNER_REMOVED: Final = "events.partner.removed.v1"
FEED_ADDED: Final = "events.feed.added.v1"
FEED_POLLED: Final = "events.feed.polled.v1"
FEED_REMOVED: Final = "events.feed.removed.v1"

REQUEST_DONE: Final = "events.request.done.v1"
REQUEST_REFUSED: Final = "events.request.refused.v1"

MOST_REFUSED_TOLD: Final = 50

Visibility = Literal["public", "waiting", "refused", "withdrawn"]
FoundBy = Literal["ags", "postal-code-and-name", "postal-code", "name"]


class RegisterPartner(Contract):
    """Sent when the office lets an organisation publish, or changes its name or trust."""

    id: PartnerId
    name: Line
    trusted: Annotated[bool | None, Field(description="Null leaves it as it is; a new partner is not trusted.")] = None


class TrustPartner(Contract):
    """Sent when the office begins or ceases to trust a partner; trusting publishes what waits."""

    id: PartnerId
    trusted: bool


class RemovePartner(Contract):
    """Sent when an organisation may no longer publish; what it published stays until withdrawn."""

    id: PartnerId


class EnterEvent(EventSubmission):
    """Sent when the office enters an event, or a newer version, for an organisation; it is public at once."""

    partner: PartnerId


class WithdrawEvent(EventWithdrawal):
    """Sent when the office takes an organisation's event back."""

    partner: PartnerId


class PublishEvent(Contract):
    """Sent when the office publishes an event that waits or was refused."""

    id: Uuid
    version: SeenVersion = None


class RefuseEvent(Contract):
    """Sent when the office does not publish an event, or no longer; its organisation is told why."""

    id: Uuid
    version: SeenVersion = None
    reason: Annotated[Line, Field(description="For the organisation; no names of persons.")]


class AddFeed(Contract):
    """Sent when an organisation's iCalendar feed is to be read from now on, or differently; see ``feed_id``."""

    partner: PartnerId
    url: WebAddress
    every_minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60)] = 60
    topics: Annotated[Words, Field(description="Given to entries that have none of the alliance's topics.")] = ()


class RemoveFeed(Contract):
    """Sent when a feed is to be read no longer; what it brought stays until withdrawn."""

    id: Uuid


class PollFeed(Contract):
    """Sent when a feed is to be read now."""

    id: Uuid


class Organiser(Contract):
    """Who holds an event."""

    id: str
    name: str


class ResolvedPlace(Contract):
    """The municipality that a place lies in, by the alliance's file of places."""

    ags: Annotated[str, Field(description="Official municipality key.")]
    name: str
    latitude: Annotated[float, Field(description="Of its middle, WGS 84, degrees.")]
    longitude: Annotated[float, Field(description="Of its middle, WGS 84, degrees.")]
    by: Annotated[FoundBy, Field(description="By what of the place it was found.")]


class EventPlace(Place):
    """Where an event is: what its partner wrote, and the municipality it lies in."""

    resolved: Annotated[
        ResolvedPlace | None, Field(description="Null where it is not known here, or where several may be meant.")
    ] = None


class Occurrence(Contract):
    """One time an event takes place, with what is different then."""

    occurrence_id: str
    recurrence_id: When | None = None
    starts_at: When
    ends_at: When | None = None
    status: Status
    title: str | None = None
    description: str | None = None
    place: EventPlace | None = None


class Previous(Contract):
    """What readers of the last version knew, so that a change can be told."""

    starts_at: When
    status: Status
    place: EventPlace | None = None


class EventFact(Contract):
    """The whole public state of an event. The type says what it has become: published (also when changed
    or cancelled), submitted (waits for the office), refused, withdrawn."""

    id: str
    version: Version
    partner: PartnerId
    organisers: tuple[Organiser, ...]
    visibility: Visibility
    uid: str
    sequence: int
    title: str
    description: str | None = None
    status: Status
    starts_at: When
    ends_at: When | None = None
    all_day: bool
    time_zone: str
    recurrence: Recurrence | None = None
    place: EventPlace | None = None
    topics: tuple[str, ...] = ()
    topics_outside_vocabulary: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cost: str | None = None
    accessibility: tuple[str, ...] = ()
    low_threshold: LowThreshold = None
    url: str | None = None
    image_url: str | None = None
    registration_url: str | None = None
    series: str | None = None
    occurrences: Annotated[
        tuple[Occurrence, ...],
        Field(description="Sorted by original start; of a recurring event up to 400 days ahead, the latest 1,000."),
    ]
    created_at: str
    updated_at: str
    changed: Annotated[
        tuple[str, ...], Field(description="Names of fields; empty in the first version. place.resolved: found anew.")
    ] = ()
    previous: Previous | None = None
    refused_because: Annotated[str | None, Field(description="What the office told, where visibility is refused.")] = (
        None
    )


class PartnerFact(Contract):
    """An organisation that may publish (registered), or no longer may (removed)."""

    id: PartnerId
    version: Version
    name: str
    trusted: bool
    active: bool


class RefusedEntry(Contract):
    """An entry of a feed that could not be published."""

    entry: Annotated[str, Field(description="Where it stands in the feed.", examples=["event 5"])]
    uid: str | None = None
    reasons: Annotated[tuple[str, ...], Field(description="English sentences, without what the entry says.")]
    errors: Annotated[
        tuple[FieldError, ...], Field(description="The same for programs and translation, where the calendar refused.")
    ] = ()


class FeedReport(Contract):
    """What came of reading a feed once. Counts are of entries; ``unchanged`` status: the server had nothing new."""

    at: str
    status: Literal["read", "unchanged", "failed"]
    problem: Annotated[FieldError | None, Field(description="Why it failed.")] = None
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    refused: int = 0
    refused_entries: Annotated[tuple[RefusedEntry, ...], Field(description=f"The first {MOST_REFUSED_TOLD}.")] = ()


class FeedFact(Contract):
    """An iCalendar feed that is read for an organisation, and what came of it the last time."""

    id: str
    version: Version
    partner: PartnerId
    host: Annotated[str, Field(description="Of its address; the rest may be a secret and is kept by events alone.")]
    every_minutes: int
    active: bool
    last: Annotated[FeedReport | None, Field(description="The last report; null before the first.")] = None
    next_at: Annotated[str | None, Field(description="When it is read again, about; null where never.")] = None


COMMANDS: Final[dict[str, type[Contract]]] = {
    REGISTER_PARTNER: RegisterPartner,
    TRUST_PARTNER: TrustPartner,
    REMOVE_PARTNER: RemovePartner,
    ENTER_EVENT: EnterEvent,
    WITHDRAW_EVENT: WithdrawEvent,
    PUBLISH_EVENT: PublishEvent,
    REFUSE_EVENT: RefuseEvent,
    ADD_FEED: AddFeed,
    REMOVE_FEED: RemoveFeed,
    POLL_FEED: PollFeed,
}
FACTS: Final[dict[str, type[Contract]]] = {
    EVENT_PUBLISHED: EventFact,
    EVENT_SUBMITTED: EventFact,
    EVENT_REFUSED: EventFact,
    EVENT_WITHDRAWN: EventFact,
    PARTNER_REGISTERED: PartnerFact,
    PARTNER_REMOVED: PartnerFact,
    FEED_ADDED: FeedFact,
    FEED_POLLED: FeedFact,
    FEED_REMOVED: FeedFact,
}
OUTCOMES: Final[dict[str, type[Contract]]] = {REQUEST_DONE: Outcome, REQUEST_REFUSED: Outcome}
TYPES: Final[dict[str, type[Contract]]] = {**COMMANDS, **FACTS, **OUTCOMES}


def feed_id(partner: str, url: str) -> UUID:
    """The id of the feed at ``url`` that is read for ``partner``, so that adding it again changes it."""
    return uuid5(uuid5(NAMESPACE_URL, f"urn:buendnisbus:feeds:{partner}"), url)
