"""Facts about requests for help as whoever counts them gets them, made by hand."""

from typing import Any, Final

from shared.contracts.referrals.facts import ReferralFact
from tests.support.membership import id_of

ASKED: Final = "2026-11-20T09:00:00.000Z"
DUE: Final = "2026-11-27T23:00:00.000Z"


def asked(network: str, answer: str | None = None, at: str | None = "2026-11-21T09:00:00.000Z", **more: Any) -> Any:
    """An assignment of ``network``, and how it answered ``at`` a time."""
    assignment = {"network": network, "at": ASKED, "by": "routing", "remind_at": ASKED, "due": DUE}
    return assignment | {"answer": answer, "answered_at": at if answer else None} | more


def referral(number: int, version: int, *assignments: Any, **fields: Any) -> ReferralFact:
    """A request with these assignments."""
    usual = {
        "id": id_of(number),
        "version": version,
        "kind": "question",
        "ags": "14524330",
        "state": "accepted",
        "due": None,
        "by": "citizen",
        "wants_answer": True,
        "person_version": 1,
        "history": [],
        "created_at": ASKED,
        "updated_at": ASKED,
    }
    return ReferralFact.model_validate(usual | {"assignments": assignments} | fields, strict=False)
