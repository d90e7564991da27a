"""Which worries become more, by topic and area, week by week (DESIGN 8). No week under five is told."""

from typing import Annotated, Final, Literal

from pydantic import Field

from shared.contracts.base import Contract, Day, Version
from shared.discretion import SHOWN_FROM

TREND_COUNTED: Final = "referrals.trend.counted.v1"
TREND_ROSE: Final = "referrals.trend.rose.v1"
TREND_EASED: Final = "referrals.trend.eased.v1"
TREND_TYPES: Final = (TREND_COUNTED, TREND_ROSE, TREND_EASED)
WEEKS_TOLD: Final = 53

Area = Annotated[
    str | None,
    Field(
        pattern="^([0-9]{5}|[0-9]{8})$",
        description="A municipality; or of a district all that is too little to tell apart; null: of everywhere.",
    ),
]
Window = Annotated[Literal[1, 2, 4], Field(description="The last weeks that were looked at together.")]


class TrendWeek(Contract):
    """A week as it was counted when it was over; it is never counted again."""

    week: Annotated[Day, Field(description="Its Monday, where the alliance lives.")]
    number: Annotated[int | None, Field(ge=SHOWN_FROM, description="Senders; null: fewer than five.")] = None
    usual: Annotated[
        float | None, Field(ge=0, description="So many a week in the year before; null: fewer than five in it.")
    ] = None


class TrendFact(Contract):
    """The whole state of a topic in an area: its last weeks, and whether it is above what its past lets expect."""

    id: str
    version: Version
    topic: str
    area: Area = None
    rising: bool = False
    since: Annotated[Day | None, Field(description="Monday of the week in which it rose.")] = None
    window: Annotated[Window | None, Field(description="Over which it stood out most clearly when last it did.")] = None
    times: Annotated[float | None, Field(ge=1, description="How many times the usual that was, in halves.")] = None
    weeks: Annotated[tuple[TrendWeek, ...], Field(max_length=WEEKS_TOLD, description="The latest last.")] = ()
    changed: Annotated[tuple[str, ...], Field(description="Names of fields; empty in the first version.")] = ()
    created_at: str
    updated_at: str
