"""What people ask: for help, to help, for an answer; and what they say later through their link (DESIGN 8)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import MANY_LINES, Contract, Day, Line, SeenVersion, Uuid, Word, Words
from shared.contracts.members.organisations import Ags
from shared.contracts.members.people import Email, Phone

SUBMIT: Final = "referrals.referral.submit.v1"
CORRECT: Final = "referrals.referral.correct.v1"
REPLY: Final = "referrals.referral.reply.v1"
CANCEL: Final = "referrals.referral.cancel.v1"
REOPEN: Final = "referrals.referral.reopen.v1"
EVALUATE: Final = "referrals.referral.evaluate.v1"
ERASE: Final = "referrals.referral.erase.v1"

CITIZEN: Final = "citizen"
Kind = Annotated[
    Literal["offer-help", "seek-help", "question", "support", "moderator"],
    Field(description="Support is what one association asks of the others; moderators are trained multipliers."),
]
Asker = Annotated[
    str,
    Field(pattern=r"^[a-z0-9-]{3,40}$", description="Who asks: citizen, office for a caller, or an organisation's id."),
]
Text = Annotated[str, Field(min_length=1, max_length=4_000, pattern=MANY_LINES)]
Went = Annotated[
    Literal["well", "partly", "nobody-called"],
    Field(description="How it went. Where nobody called, the request is opened again."),
]


class Contact(Contract):
    """How somebody can be reached; an address or a number is needed."""

    name: Line | None = None
    email: Email | None = None
    phone: Phone | None = None


class Occasion(Contract):
    """For what a moderator is looked for."""

    on: Day
    what: Line


class SubmitReferral(Contract):
    """Sent when somebody asks where, and with whom, they can help or find help."""

    id: Uuid
    kind: Kind
    ags: Annotated[Ags, Field(description="Municipality where the person lives, or where help is needed.")]
    topics: Words = ()
    languages: Annotated[Words, Field(description="Languages that can be spoken, such as de; none: any.")] = ()
    message: Text | None = None
    availability: Line | None = None
    occasion: Occasion | None = None
    contact: Annotated[Contact | None, Field(description="Null: no answer is wanted.")] = None
    language: Annotated[Word, Field(description="In which the person is written to.")] = "de"
    consent: Annotated[
        Word | None, Field(description="Version of the text agreed to; needed with a contact.", examples=["2026-11"])
    ] = None
    consent_by: Annotated[Literal["form", "telephone"], Field(description="How consent was given.")] = "form"
    may_wait: Annotated[bool, Field(description="Whether the person waits where nobody fits yet.")] = False
    by: Asker = CITIZEN


class CorrectReferral(Contract):
    """Sent when a request is corrected; fields that are null stay. Another place, topic or language finds others."""

    id: Uuid
    version: SeenVersion = None
    ags: Ags | None = None
    topics: Words | None = None
    languages: Words | None = None
    message: Text | None = None
    availability: Line | None = None
    occasion: Annotated[Occasion | None, Field(description="Another day finds other moderators.")] = None
    contact: Contact | None = None


class ReplyToQuestion(Contract):
    """Sent when the person answers what they were asked back."""

    id: Uuid
    message: Text


class CancelReferral(Contract):
    """Sent when the person needs nothing any more."""

    id: Uuid


class ReopenReferral(Contract):
    """Sent when what had ended is asked again, within two weeks."""

    id: Uuid


class EvaluateReferral(Contract):
    """Sent when the person says how it went."""

    id: Uuid
    went: Went
    comment: Text | None = None


class EraseReferral(Contract):
    """Sent when a person's data are to be forgotten, by wish or by schedule; may be sent again, after a restored
    backup."""

    id: Uuid
