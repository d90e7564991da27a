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
from shared.topics import REFERRALS_FACTS, REFERRALS_PRIVATE


class StoredReferral(ReferralFact):
    """A request as it is kept here: with the time at which something is to happen by itself."""

    next_at: Moment | None = None


class StoredConcern(ConcernFact):
    """A worry as it is kept here: with the time at which its words are to be forgotten."""

    next_at: Moment | None = None


AGGREGATES: Final[Aggregates] = {
    StoredReferral: Aggregate("referral", ReferralFact, REFERRALS_FACTS, "/v1/office/referrals/"),
    PersonAsking: Aggregate("person", PersonAsking, REFERRALS_PRIVATE, "/v1/office/referrals/"),
    StoredConcern: Aggregate("concern", ConcernFact, REFERRALS_FACTS, "/v1/office/concerns/"),
    ConcernWords: Aggregate("words", ConcernWords, REFERRALS_PRIVATE, "/v1/office/concerns/"),
}


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


State: TypeAlias = aggregates.State[Rules]
