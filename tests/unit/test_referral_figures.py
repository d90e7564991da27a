"""How networks answer: counted from what requests say of whom they asked, and shown from five on."""

from typing import Any

from services.gateway.referrals.figures import figures_of


def assignment(network: str, answer: str | None, hours: int = 24, **more: Any) -> dict[str, Any]:
    """A network that was asked on the first of the month, with five days to answer."""
    at = f"2026-11-{1 + hours // 24:02}T{hours % 24:02}:00:00.000Z"
    return {
        "network": network,
        "at": "2026-11-01T00:00:00.000Z",
        "due": "2026-11-06T00:00:00.000Z",
        "answer": answer,
        "answered_at": at if answer else None,
        **more,
    }


def referral(*assignments: dict[str, Any], state: str = "fulfilled", network: str | None = None) -> dict[str, Any]:
    """A request with these assignments."""
    return {"assignments": list(assignments), "state": state, "network": network}


def test_each_assignment_counts_for_whom_it_was_about() -> None:
    found = figures_of(
        [
            referral(assignment("bunt", "declined"), assignment("treff", "accepted"), network="treff"),
            referral(assignment("bunt", "no-answer"), assignment("treff", None), state="routed", network="treff"),
            referral(assignment("bunt", "superseded"), state="escalated"),
        ]
    )
    assert list(found) == ["bunt", "treff"]
    bunt, treff = found["bunt"], found["treff"]
    assert (bunt.asked, bunt.declined, bunt.unanswered, bunt.open) == (3, 1, 1, 0)
    assert (treff.asked, treff.accepted, treff.open) == (2, 1, 1)


def test_shares_and_hours_are_shown_from_five_answers_on() -> None:
    four = [referral(assignment("treff", "accepted", hours=hours)) for hours in (10, 20, 30, 40)]
    assert (figures_of(four)["treff"].kept, figures_of(four)["treff"].median_hours) == (None, None)
    late = figures_of([*four, referral(assignment("treff", "declined", hours=200))])["treff"]
    assert (late.kept, late.median_hours) == (0.8, 30.0)
    silent = figures_of([*four, referral(assignment("treff", "no-answer"))])["treff"]
    assert (silent.kept, silent.median_hours) == (0.8, None)


def test_nobody_was_asked_nobody_is_there() -> None:
    assert figures_of([referral(state="escalated")]) == {}
