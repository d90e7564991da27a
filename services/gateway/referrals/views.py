"""The views of referrals: requests, worries and what they show, and, private, who asks and what was written."""

from datetime import datetime
from typing import Final

from services.gateway.common.documents import Document
from services.gateway.common.views.view import View
from shared.contracts.referrals.concerns import ConcernFact, ConcernWords
from shared.contracts.referrals.facts import PersonAsking, ReferralFact
from shared.contracts.referrals.trends import TrendFact
from shared.topics import REFERRALS_PRIVATE


def due(referral: Document) -> datetime | None:
    """Until when somebody promised to act; None: nobody has to."""
    return datetime.fromisoformat(referral["due"]) if referral["due"] else None


VIEWS: Final = (
    View("referral", ReferralFact, at=due),
    View("asking", PersonAsking, is_private=True, erased_by=REFERRALS_PRIVATE),
    View("concern", ConcernFact),
    View("trend", TrendFact),
    View("words", ConcernWords, is_private=True, erased_by=REFERRALS_PRIVATE),
)
