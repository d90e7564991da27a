"""Requests for help as routing sees them: for the service that decides, and for those who show what it would."""

from shared.contracts.referrals.facts import IN_VAIN, ReferralFact
from shared.routing.network import Wanted


def wanted_of(referral: ReferralFact, *excluded: str | None) -> Wanted | None:
    """What a request looks for; None: no network, as a moderator is found by the office, among people.

    Never whoever asks, nor a network that was asked in vain, nor ``excluded``.
    """
    if referral.kind == "moderator":
        return None
    asked_in_vain = {one.network for one in referral.assignments if one.answer in IN_VAIN}
    return Wanted(
        kind=referral.kind,
        ags=referral.ags,
        topics=frozenset(referral.topics),
        languages=frozenset(referral.languages),
        seed=referral.id,
        excluded=frozenset(asked_in_vain | {referral.by} | {one for one in excluded if one}),
    )
