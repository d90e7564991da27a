"""The state of a request: pseudonymous for readers of facts, and apart from it the person who asks (DESIGN 9)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, Day, Explanation, Version
from shared.contracts.referrals.answers import Reason
from shared.contracts.referrals.asking import Contact, Kind, Occasion, Went
from shared.contracts.referrals.office import ClosedBecause

ROUTED: Final = "referrals.referral.routed.v1"
WAITING: Final = "referrals.referral.waiting.v1"
ESCALATED: Final = "referrals.referral.escalated.v1"
REMINDED: Final = "referrals.referral.reminded.v1"
ACCEPTED: Final = "referrals.referral.accepted.v1"
PROGRESSED: Final = "referrals.referral.progressed.v1"
ASKED_BACK: Final = "referrals.referral.asked-back.v1"
REPLIED: Final = "referrals.referral.replied.v1"
CHECKED: Final = "referrals.referral.checked.v1"
FULFILLED: Final = "referrals.referral.fulfilled.v1"
EVALUATED: Final = "referrals.referral.evaluated.v1"
CORRECTED: Final = "referrals.referral.corrected.v1"
HELD: Final = "referrals.referral.held.v1"
RESUMED: Final = "referrals.referral.resumed.v1"
CLOSED: Final = "referrals.referral.closed.v1"
CANCELLED: Final = "referrals.referral.cancelled.v1"
FORGOTTEN: Final = "referrals.referral.forgotten.v1"
REFERRAL_TYPES: Final = (
    *(ROUTED, WAITING, ESCALATED, REMINDED, ACCEPTED, PROGRESSED, ASKED_BACK, REPLIED, CHECKED, FULFILLED),
    *(EVALUATED, CORRECTED, HELD, RESUMED, CLOSED, CANCELLED, FORGOTTEN),
)
PERSON_KEPT: Final = "referrals.person.kept.v1"
PERSON_ERASED: Final = "referrals.person.erased.v1"

ReferralState = Literal[
    "routed",
    "waiting",
    "escalated",
    "accepted",
    "in-progress",
    "asked-back",
    "held",
    "fulfilled",
    "closed",
    "cancelled",
]
"""Routed: a network was asked and has not answered. Waiting: nobody fits yet. Escalated: with the office."""
CARED_FOR: Final = ("routed", "accepted", "in-progress", "asked-back", "held")
"""States in which a network that is named has it among its requests."""
OPEN: Final = (*CARED_FOR, "waiting", "escalated")
RESTING: Final = ("asked-back", "held")
"""States in which what was promised does not run, so that it is not overdue either."""
ENDED: Final = ("fulfilled", "closed", "cancelled")
IN_VAIN: Final = ("declined", "handed-on", "given-back", "no-answer", "nobody-called")
"""Answers after which a network is not asked about the same request again."""
Moment = Annotated[str, Field(description="RFC 3339, UTC.", examples=["2026-12-03T15:00:00.000Z"])]


class Assignment(Contract):
    """A network that was asked. ``answer`` null: it has not answered; superseded: something else came between."""

    network: Annotated[str, Field(description="Id of an organisation, or of a multiplier in the registry.")]
    is_multiplier: Annotated[
        bool, Field(description="Whether it is a multiplier; who that is only members.private says.")
    ] = False
    at: Moment
    by: Annotated[
        Literal["routing", "office", "network"], Field(description="Who chose it: the rules, or whoever passed it on.")
    ]
    because: tuple[Explanation, ...] = ()
    remind_at: Moment
    due: Annotated[Moment, Field(description="Until when an answer is promised.")]
    answer: (
        Literal["accepted", "declined", "handed-on", "given-back", "no-answer", "superseded", "nobody-called"] | None
    ) = None
    answered_at: Moment | None = None
    reason: Reason | None = None


class Step(Contract):
    """A state that a request came into."""

    state: ReferralState
    at: Moment
    network: str | None = None


class ReferralFact(Contract):
    """The whole pseudonymous state of a request: no name, no address, no word that somebody wrote."""

    id: str
    version: Version
    kind: Kind
    ags: str
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    needed_on: Annotated[Day | None, Field(description="The day for which a moderator is looked for.")] = None
    state: ReferralState
    network: Annotated[str | None, Field(description="Who is asked, or cares for it.")] = None
    assignments: tuple[Assignment, ...] = ()
    tries: Annotated[int, Field(ge=0, description="Networks that were chosen by the rules since it was opened.")] = 0
    due: Annotated[Moment | None, Field(description="Until when somebody promised to act: a network, or the office.")]
    reminded_at: Moment | None = None
    checked_at: Annotated[Moment | None, Field(description="When both sides were asked how it goes.")] = None
    resumes: Annotated[
        ReferralState | None, Field(description="The state that it goes back to after a question or a rest.")
    ] = None
    rests_since: Moment | None = None
    may_wait: bool = False
    waits_until: Moment | None = None
    by: str
    wants_answer: bool
    accepted_at: Moment | None = None
    word_at: Annotated[
        Moment | None, Field(description="When somebody last said something about what was accepted.")
    ] = None
    ended_at: Moment | None = None
    closed_because: ClosedBecause | None = None
    went: Went | None = None
    person_version: Annotated[int, Field(ge=0, description="Version of what is kept of the person; 0: erased.")]
    history: tuple[Step, ...]
    changed: Annotated[tuple[str, ...], Field(description="Names of fields; empty in the first version.")] = ()
    created_at: Moment
    updated_at: Moment


class Note(Contract):
    """What was written about a request. ``kind``: the person's reply, a question to it, a word for office or person."""

    kind: Literal["reply", "question", "note", "comment"]
    by: Annotated[str, Field(description="An organisation's id, moderator, office, or person.")]
    at: Moment
    text: str


class PersonAsking(Contract):
    """Who asks, and what they wrote: for the office and the network that cares for it, and for mail."""

    id: Annotated[str, Field(description="Of the request.")]
    version: Version
    contact: Contact | None = None
    language: str
    message: str | None = None
    availability: str | None = None
    occasion: Occasion | None = None
    consent: str | None = None
    consent_by: Literal["form", "telephone"] = "form"
    consented_at: Moment | None = None
    notes: tuple[Note, ...] = ()
    updated_at: Moment
