"""What networks answer to the requests that are passed on to them (DESIGN 8)."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, PartnerId, Uuid
from shared.contracts.referrals.asking import Text

ANSWER: Final = "referrals.referral.answer.v1"
LINK_HOLDS: Final = timedelta(days=60)
"""So long after a network was asked it can answer by its link."""

Answer = Annotated[
    Literal["accept", "decline", "hand-on", "ask-back", "progress", "done", "give-back"],
    Field(
        description="Accept it, decline it, hand it on, ask the person something; once it is accepted: say that it goes"
        " on or is done, or give it back."
    ),
]
Reason = Literal["no-capacity", "not-our-topic", "not-our-area", "language", "other"]


class AnswerReferral(Contract):
    """Sent when a network answers, or the office for it."""

    id: Uuid
    network: Annotated[PartnerId | None, Field(description="Who answers; null: whoever is asked.")] = None
    assignment: Annotated[
        int | None,
        Field(ge=1, le=10_000, description="Which assignment is answered, counted from 1; a later one voids it."),
    ] = None
    answer: Answer
    reason: Annotated[Reason | None, Field(description="Needed where it declines or gives it back.")] = None
    to: Annotated[PartnerId | None, Field(description="To whom it is handed on; null: to whoever fits next.")] = None
    note: Annotated[Text | None, Field(description="For the office; of ask-back the question to the person.")] = None
    by: Annotated[
        Literal["network", "office"], Field(description="Who says so: the network, or the office for it.")
    ] = "network"
