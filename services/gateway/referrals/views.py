"""The views of referrals: requests, worries and what they show, and, private, who asks and what was written."""

from datetime import datetime
from typing import Final

from services.gateway.common.documents import Document
from services.gateway.common.views.view import View
from shared.contracts.referrals.concerns import WORDS_ERASED, ConcernFact, ConcernWords
from shared.contracts.referrals.facts import PERSON_ERASED, RESTING, PersonAsking, ReferralFact
from shared.contracts.referrals.trends import TrendFact


def due(referral: Document) -> datetime | None:
    """Until when somebody promised to act; None: nobody has to, or not now."""
    is_promised = referral["due"] and referral["state"] not in RESTING
    return datetime.fromisoformat(referral["due"]) if is_promised else None


VIEWS: Final = (
    View("referral", ReferralFact, at=due),
    View("asking", PersonAsking, is_private=True, erased_by=PERSON_ERASED),
    View("concern", ConcernFact),
    View("trend", TrendFact),
    View("words", ConcernWords, is_private=True, erased_by=WORDS_ERASED),
)
