"""What clients get of requests for help, for /openapi.json."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.gateway.common.http.schemas import Named, Page
from services.gateway.common.networks import NamedNetwork, NetworkItem
from services.gateway.common.places.schemas import PlaceItem
from services.gateway.common.requests.schemas import Accepted, RequestDocument
from services.gateway.referrals.help_lines import HelpLine
from shared.contracts.base import When
from shared.contracts.events import EventPlace
from shared.contracts.referrals.asking import Contact, Kind, Occasion
from shared.contracts.referrals.concerns import Flag
from shared.contracts.referrals.facts import Note, ReferralState
from shared.contracts.referrals.trends import TrendWeek

PersonMay = Literal["reply", "correct", "cancel", "reopen", "feedback", "erase"]
NetworkMay = Literal["accept", "decline", "hand-on", "ask-back", "progress", "done", "give-back"]


class ReferralAccepted(Accepted):
    """The request was taken; its link is shown this once."""

    status: str = Field(description="The same as `link`.")
    link: str = Field(description="Path of the request for whoever made it, and nobody else.")


class ReferralRequest(RequestDocument):
    """What came of the request; its link is shown this once."""

    link: str = Field(description="Path of the request for whoever made it, and nobody else.")


class TrendArea(BaseModel):
    """Where: a municipality; or all that is too little to tell apart, of a district or of everywhere."""

    code: str | None = Field(description="Of a municipality 8 digits, of a district 5; null: everywhere.")
    name: str | None = Field(description="Of the municipality.")


class Trend(BaseModel):
    """A topic in an area: what people were worried about week by week, and whether it rises."""

    id: str
    topic: str
    area: TrendArea
    rising: bool = Field(description="Whether more have written than chance explains, or did within four weeks.")
    since: str | None = Field(description="Monday of the week in which it rose.")
    window: Literal[1, 2, 4] | None = Field(description="So many weeks together showed it most clearly.")
    times: float | None = Field(description="How many times the usual that was, in halves.")
    weeks: list[TrendWeek] = Field(description="The last year, the latest week last.")
    updated_at: AwareDatetime


class TrendPage(Page):
    """All trends at once."""

    items: list[Trend]


class ReferralStep(BaseModel):
    """A state that a request came into."""

    state: Literal["received"] | ReferralState
    at: AwareDatetime
    network: NamedNetwork | None


class _Referral(BaseModel):
    id: str
    kind: Kind | None = Field(description="Null while it is on its way.")
    state: Literal["received"] | ReferralState = Field(description="Received: it is on its way to the service.")
    topics: list[str]
    place: PlaceItem | None
    languages: list[str]
    network: NamedNetwork | None = Field(description="Who is asked, or cares for it.")
    due: AwareDatetime | None = Field(description="Until when somebody promised to act.")
    version: int
    created_at: AwareDatetime


class ComingEvent(BaseModel):
    """The next time an event takes place that may suit."""

    id: UUID
    occurrence_id: str
    title: str
    starts_at: When
    ends_at: When | None
    all_day: bool
    time_zone: str
    place: EventPlace | None
    topics: list[str]
    low_threshold: bool = Field(description="Free of charge, without registration, nothing to be known before.")
    distance_km: float


class ReferralStatus(_Referral):
    """A request as whoever made it sees it."""

    message: str | None
    availability: str | None
    contact: Contact | None
    occasion: Occasion | None
    explanation: list[str] = Field(description="Why this network, in the reader's language.")
    question: str | None = Field(description="What one was asked back.")
    note: str | None = Field(description="What the office said in the end.")
    history: list[ReferralStep]
    alternatives: list[NetworkItem] = Field(description="The nearest networks elsewhere, where nobody fits.")
    events: str = Field(description="Path of coming events that match.")
    coming: list[ComingEvent] = Field(
        description="Where nobody fits, the first of them: easy to come to first, then by topics, nearness and time."
    )
    may: list[PersonMay] = Field(description="What can be done now.")
    erased: bool


class ReferralAsked(_Referral):
    """A request as the network that is asked sees it; without what was written once it has gone elsewhere."""

    standing: Literal["open", "superseded", "over"]
    message: str | None
    availability: str | None
    contact: Contact | None = Field(description="Null until the network has accepted, and after it has given it back.")
    wants_answer: bool = Field(description="Whether there is a contact: it is shown once the request is accepted.")
    occasion: Occasion | None
    notes: list[Note] = Field(description="Until it is accepted, what was asked back and replied alone.")
    explanation: list[str]
    history: list[ReferralStep]
    others: list[Named] = Field(description="To whom it can be handed on.")
    may: list[NetworkMay] = Field(description="What can be answered now.")
    answer: str | None = Field(description="Path by which it is answered without a key.")


class ReferralAskedPage(Page):
    """Requests of one network, those that are due first."""

    items: list[ReferralAsked]


class ReferralItem(_Referral):
    """A request on the office's board."""

    overdue: bool
    asked: int = Field(description="How many networks were asked.")
    updated_at: AwareDatetime


class ReferralBoard(Page):
    """Requests, those that are overdue first."""

    items: list[ReferralItem]
    counts: dict[str, int] = Field(description="How many there are in each state.")


class ReferralDetail(ReferralItem):
    """A request as the office sees it."""

    message: str | None
    availability: str | None
    contact: Contact | None
    occasion: Occasion | None
    notes: list[Note]
    explanation: list[str]
    history: list[ReferralStep]
    candidates: list[NetworkItem] = Field(description="Who would be asked next, the best first, and why.")
    may: list[NetworkMay]
    answer: str | None = Field(description="Path by which the network that is asked answers without a key.")
    status: str = Field(description="Path of the request for whoever made it.")
    on_behalf: bool
    by: str = Field(description="Who asked: citizen, office, or an organisation's id.")


class ConcernAccepted(ReferralAccepted):
    """The worry was taken; its link is shown this once."""


class ConcernRequest(ReferralRequest):
    """What came of the worry; its link is shown this once."""


class ConcernStatus(BaseModel):
    """A worry as whoever wrote it, and the office, see it."""

    id: str
    version: int
    text: str | None
    place: PlaceItem | None
    topics: list[str]
    flags: list[Flag]
    settled_at: AwareDatetime | None = Field(description="When the office had cared for what could not wait.")
    help: list[HelpLine] = Field(description="Whom to call where it cannot wait.")
    events: str = Field(description="Path of coming events that may suit.")
    coming: list[ComingEvent] = Field(
        description="The first of them: easy to come to first, then by topics, nearness and time. Not for the office."
    )
    created_at: AwareDatetime
    erased: bool


class ConcernPage(Page):
    """Worries, the latest first."""

    items: list[ConcernStatus]


class WhiteSpotItem(BaseModel):
    """A municipality and a topic for which nobody is there, or where nobody answered."""

    place: PlaceItem
    topic: str
    networks: int = Field(description="How many can be asked there about it, neighbours not counted.")
    unanswered: int | None = Field(description="Requests without a network; null below five.")


class WhiteSpotPage(Page):
    """White spots, by name of the municipality."""

    items: list[WhiteSpotItem]


class FigureItem(BaseModel):
    """How a network answers."""

    network: Named
    asked: int
    open: int = Field(description="What it is asked about, or cares for, at present.")
    accepted: int
    declined: int = Field(description="Or handed on.")
    unanswered: int = Field(description="In the time that it had promised.")
    kept: float | None = Field(description="Share of promises kept; null where fewer than five are over.")
    hours: float | None = Field(description="Until it answers, the median; null below five answers.")


class FigureArea(BaseModel):
    """From where requests come."""

    level: Literal["all", "district", "municipality"]
    key: str | None = Field(
        description="Official key, of a municipality 8 digits, of a district 5; null of all.", examples=["14524330"]
    )
    name: str | None = Field(description="Of a municipality that is known here.", examples=["Zwickau"])


class AreaFigureItem(BaseModel):
    """What became of the requests from an area. A number is null where it is, or would tell, one below five."""

    area: FigureArea
    asked: int | None
    open: int | None = Field(description="Not at their end, the two following ones among them.")
    waiting: int | None = Field(description="For a network that fits.")
    escalated: int | None = Field(description="With the office.")
    accepted: int | None = Field(description="By a network, whatever came of it.")
    unanswered: int | None = Field(description="By one network at least, in the time that it had promised.")
    kept: float | None = Field(description="Share of promises kept; null where fewer than five requests have any over.")
    hours: float | None = Field(description="Until the first answer, the median; null below five answered requests.")


class FigurePage(Page):
    """How networks answer, by name, or what became of requests, by area: all, then districts with their parts."""

    items: list[FigureItem] | list[AreaFigureItem]
