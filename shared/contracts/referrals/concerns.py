"""Worries (Sorgen): what moves people, apart from how they can be reached (DESIGN 8, 9)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, SeenVersion, Uuid, Version, Words
from shared.contracts.members.organisations import Ags
from shared.contracts.referrals.asking import Text

SUBMIT_CONCERN: Final = "referrals.concern.submit.v1"
SETTLE_CONCERN: Final = "referrals.concern.settle.v1"
ERASE_CONCERN: Final = "referrals.concern.erase.v1"

CONCERN_RECEIVED: Final = "referrals.concern.received.v1"
CONCERN_SETTLED: Final = "referrals.concern.settled.v1"
CONCERN_FORGOTTEN: Final = "referrals.concern.forgotten.v1"
WORDS_KEPT: Final = "referrals.words.kept.v1"
WORDS_ERASED: Final = "referrals.words.erased.v1"

Flag = Annotated[
    Literal["threat", "crisis", "emergency"],
    Field(description="Somebody is threatened or hurt; somebody is at the end of their strength; help is needed now."),
]
Moment = Annotated[str, Field(description="RFC 3339, UTC.")]


class SubmitConcern(Contract):
    """Sent when somebody writes what worries them. ``flags``: what of it cannot wait, so that the office looks."""

    id: Uuid
    ags: Ags
    topics: Words = ()
    flags: Annotated[tuple[Flag, ...], Field(max_length=3)] = ()
    text: Text
    sender: Annotated[
        str | None,
        Field(
            pattern="^[0-9a-f]{32}$",
            description="A keyed hash by which whoever writes again is counted once; null: counted each time.",
        ),
    ] = None


class SettleConcern(Contract):
    """Sent when the office has cared for what could not wait."""

    id: Uuid
    version: SeenVersion = None


class EraseConcern(Contract):
    """Sent when what somebody wrote is to be forgotten; may be sent again, after a restored backup."""

    id: Uuid


class ConcernFact(Contract):
    """The whole pseudonymous state of a worry: where and about what, and no word of it."""

    id: str
    version: Version
    ags: str
    topics: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    settled_at: Annotated[Moment | None, Field(description="When the office had cared for what could not wait.")] = None
    words_version: Annotated[int, Field(ge=0, description="Version of what is kept of its words; 0: erased.")]
    changed: Annotated[tuple[str, ...], Field(description="Names of fields; empty in the first version.")] = ()
    created_at: Moment
    updated_at: Moment


class ConcernWords(Contract):
    """What somebody wrote, for the office."""

    id: Annotated[str, Field(description="Of the worry.")]
    version: Version
    text: str
    updated_at: Moment
