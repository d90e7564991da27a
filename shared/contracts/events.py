"""What the service ``events`` publishes and takes: facts, outcomes and commands."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, Line, PartnerId, Status, When
from shared.contracts.partner import Place, Recurrence
from shared.contracts.requests import Outcome

REGISTER_PARTNER: Final = "events.partner.register.v1"
TRUST_PARTNER: Final = "events.partner.trust.v1"
REMOVE_PARTNER: Final = "events.partner.remove.v1"

EVENT_PUBLISHED: Final = "events.event.published.v1"
EVENT_SUBMITTED: Final = "events.event.submitted.v1"
EVENT_REFUSED: Final = "events.event.refused.v1"
EVENT_WITHDRAWN: Final = "events.event.withdrawn.v1"
PARTNER_REGISTERED: Final = "events.partner.registered.v1"
PARTNER_REMOVED: Final = "events.partner.removed.v1"

REQUEST_DONE: Final = "events.request.done.v1"
REQUEST_REFUSED: Final = "events.request.refused.v1"

Visibility = Literal["public", "waiting", "refused", "withdrawn"]
Version = Annotated[int, Field(ge=1, description="Grows by one with each fact of this aggregate.")]


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


class Organiser(Contract):
    """Who holds an event."""

    id: str
    name: str


class Occurrence(Contract):
    """One time an event takes place, with what is different then."""

    occurrence_id: str
    recurrence_id: When | None = None
    starts_at: When
    ends_at: When | None = None
    status: Status
    title: str | None = None
    description: str | None = None
    place: Place | None = None


class Previous(Contract):
    """What readers of the last version knew, so that a change can be told."""

    starts_at: When
    status: Status
    place: Place | None = None


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
    place: Place | None = None
    topics: tuple[str, ...] = ()
    topics_outside_vocabulary: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    cost: str | None = None
    accessibility: tuple[str, ...] = ()
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
    changed: Annotated[tuple[str, ...], Field(description="Names of fields; empty in the first version.")] = ()
    previous: Previous | None = None


class PartnerFact(Contract):
    """An organisation that may publish (registered), or no longer may (removed)."""

    id: PartnerId
    version: Version
    name: str
    trusted: bool
    active: bool


COMMANDS: Final[dict[str, type[Contract]]] = {
    REGISTER_PARTNER: RegisterPartner,
    TRUST_PARTNER: TrustPartner,
    REMOVE_PARTNER: RemovePartner,
}
FACTS: Final[dict[str, type[Contract]]] = {
    EVENT_PUBLISHED: EventFact,
    EVENT_SUBMITTED: EventFact,
    EVENT_REFUSED: EventFact,
    EVENT_WITHDRAWN: EventFact,
    PARTNER_REGISTERED: PartnerFact,
    PARTNER_REMOVED: PartnerFact,
}
OUTCOMES: Final[dict[str, type[Contract]]] = {REQUEST_DONE: Outcome, REQUEST_REFUSED: Outcome}
TYPES: Final[dict[str, type[Contract]]] = {**COMMANDS, **FACTS, **OUTCOMES}
