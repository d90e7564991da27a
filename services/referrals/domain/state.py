"""What decisions about requests work on: their aggregates, and the alliance's rules of promises."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from services.referrals.domain.working_days import WorkingDays
from shared.aggregates import state as aggregates
from shared.aggregates.state import Aggregate, Aggregates
from shared.contracts.referrals.concerns import ConcernFact, ConcernWords
from shared.contracts.referrals.facts import Moment, PersonAsking, ReferralFact
from shared.contracts.referrals.trends import TrendFact
from shared.topics import REFERRALS_FACTS, REFERRALS_PRIVATE


class StoredReferral(ReferralFact):
    """A request as it is kept here: with the time at which something is to happen by itself."""

    next_at: Moment | None = None


class StoredConcern(ConcernFact):
    """A worry as it is kept here: with the time at which its words are to be forgotten, and who counts
    as one sender, as a keyed hash, until then."""

    next_at: Moment | None = None
    sender: str | None = None


class StoredTrend(TrendFact):
    """A trend as it is kept here: with how many weeks nothing has stood out while it counts as rising."""

    quiet: int = 0


AGGREGATES: Final[Aggregates] = {
    StoredReferral: Aggregate("referral", ReferralFact, REFERRALS_FACTS, "/v1/office/referrals/"),
    PersonAsking: Aggregate("person", PersonAsking, REFERRALS_PRIVATE, "/v1/office/referrals/"),
    StoredConcern: Aggregate("concern", ConcernFact, REFERRALS_FACTS, "/v1/office/concerns/"),
    ConcernWords: Aggregate("words", ConcernWords, REFERRALS_PRIVATE, "/v1/office/concerns/"),
}
TRENDS: Final[Aggregates] = {StoredTrend: Aggregate("trend", TrendFact, REFERRALS_FACTS, "/v1/concerns/trends")}
"""Apart from the others, as no command is about them."""


@dataclass(frozen=True, slots=True)
class TrendRules:
    """When a worry counts as rising. ``area_from``: worries a week about a topic from which on an area is looked at for
    itself; ``least_weeks``: of a past before anything is said; ``false_rate``: of what is said, at most this share is
    chance."""

    area_from: float
    least_weeks: int
    false_rate: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What an alliance promises. ``response_days``: working days until a network answers that has named none;
    ``tries``: networks that are asked before the office has it; the others are spans as their names say.

    ``open_each``: requests that one person may have open at a time.
    """

    zone: ZoneInfo
    days: WorkingDays
    response_days: int
    tries: int
    open_each: int
    check_after: timedelta
    silent_after: timedelta
    wait: timedelta
    reopen: timedelta
    erase_after: timedelta
    trends: TrendRules


State: TypeAlias = aggregates.State[Rules]
