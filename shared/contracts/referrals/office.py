"""What the office does with requests that are with it, or should be (DESIGN 8)."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, SeenVersion, Uuid
from shared.contracts.referrals.asking import Text

ASSIGN: Final = "referrals.referral.assign.v1"
HOLD: Final = "referrals.referral.hold.v1"
RESUME: Final = "referrals.referral.resume.v1"
CLOSE: Final = "referrals.referral.close.v1"

ClosedBecause = Annotated[
    Literal["answered", "nobody-found", "not-ours", "no-reply", "abuse"],
    Field(description="Answered by the office; nobody was found; nothing that the alliance does; no reply; abuse."),
]


class AssignReferral(Contract):
    """Sent when the office asks a network of its choice, whatever its area, topics and room are."""

    id: Uuid
    version: SeenVersion = None
    network: Annotated[
        str,
        Field(
            min_length=3,
            max_length=40,
            pattern=r"^[a-z0-9-]+$",
            description="Id of an organisation, or of a multiplier in the registry.",
            examples=["buntes-zwickau"],
        ),
    ]


class HoldReferral(Contract):
    """Sent when the office lets a request rest; promises do not run meanwhile."""

    id: Uuid
    version: SeenVersion = None


class ResumeReferral(Contract):
    """Sent when a request that rested goes on where it was, or is routed where nobody cared for it."""

    id: Uuid
    version: SeenVersion = None


class CloseReferral(Contract):
    """Sent when the office ends a request, with the reason."""

    id: Uuid
    version: SeenVersion = None
    because: ClosedBecause
    note: Annotated[Text | None, Field(description="For the person.")] = None
