"""The views of referrals: requests, worries and what they show, and, private, who asks and what was written."""

from datetime import UTC, datetime
from typing import Final

from services.gateway.common.documents import Document
from services.gateway.common.views.view import View
from shared.contracts.referrals.concerns import WORDS_ERASED, ConcernFact, ConcernWords
from shared.contracts.referrals.facts import ENDED, PERSON_ERASED, RESTING, PersonAsking, ReferralFact
from shared.contracts.referrals.trends import TrendFact

WITHOUT_PROMISE: Final = datetime(9998, 12, 31, tzinfo=UTC)
"""Behind all promises, and before what has ended (``store.LAST``)."""


def due(referral: Document) -> datetime | None:
    """Until when somebody promised to act; None: nobody has to, or not now."""
    is_promised = referral["due"] and referral["state"] not in RESTING
    return datetime.fromisoformat(referral["due"]) if is_promised else None


def place_on_board(referral: Document) -> datetime | None:
    """By what requests are sorted: what is promised, then what is open without a promise; None: it has ended."""
    if referral["state"] in ENDED:
        return None
    return due(referral) or WITHOUT_PROMISE


VIEWS: Final = (
    View("referral", ReferralFact, at=place_on_board),
    View("asking", PersonAsking, is_private=True, erased_by=PERSON_ERASED),
    View("concern", ConcernFact),
    View("trend", TrendFact),
    View("words", ConcernWords, is_private=True, erased_by=WORDS_ERASED),
)
