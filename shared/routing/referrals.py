"""Requests for help as routing sees them: for the service that decides, and for those who show what it would."""

from datetime import date

from shared.contracts.referrals.facts import IN_VAIN, ReferralFact
from shared.routing.network import Wanted


def wanted_of(referral: ReferralFact, *excluded: str | None) -> Wanted:
    """What a request looks for: never whoever asks, nor a network that was asked in vain, nor ``excluded``."""
    asked_in_vain = {one.network for one in referral.assignments if one.answer in IN_VAIN}
    return Wanted(
        kind=referral.kind,
        ags=referral.ags,
        topics=frozenset(referral.topics),
        languages=frozenset(referral.languages),
        seed=referral.id,
        excluded=frozenset(asked_in_vain | {referral.by} | {one for one in excluded if one}),
        on=date.fromisoformat(referral.needed_on) if referral.needed_on else None,
    )
