"""How networks answer, and what becomes of requests by area: counted from requests, and shown from five on."""

from typing import Any

from services.gateway.referrals.figures import figures_by_area, figures_of, shown_numbers


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


def test_people_are_not_measured() -> None:
    moderator = assignment("6b1f0c9e-2222-5222-8333-444455556666", "declined", is_multiplier=True)
    same = assignment("6b1f0c9e-2222-5222-8333-444455556666", None, is_multiplier=True)
    found = figures_of(
        [referral(moderator, assignment("treff", None), state="routed", network="treff"), referral(same)]
    )
    assert list(found) == ["treff"]
    assert figures_of([referral(same, state="routed", network=same["network"])]) == {}


def test_nobody_was_asked_nobody_is_there() -> None:
    assert figures_of([referral(state="escalated")]) == {}


def request(ags: str, *assignments: dict[str, Any], state: str = "fulfilled") -> dict[str, Any]:
    """A request from a municipality, asked on the first of the month."""
    return {**referral(*assignments, state=state), "ags": ags, "created_at": "2026-11-01T00:00:00.000Z"}


def test_each_request_counts_once_for_its_municipality_its_district_and_all() -> None:
    silent, late = assignment("bunt", "no-answer"), assignment("treff", "accepted", hours=30)
    found = figures_by_area(
        [
            request("14524330", silent, {**silent, "network": "chor"}, late),
            request("14524330", assignment("treff", None), state="routed"),
            request("14524300", state="waiting"),
            request("14524300", assignment("treff", "given-back"), state="escalated"),
        ]
    )
    assert list(found) == ["", "14524", "14524300", "14524330"]
    zwickau, werdau, everywhere = found["14524330"], found["14524300"], found[""]
    assert (zwickau.asked, zwickau.open, zwickau.accepted, zwickau.unanswered, zwickau.hours) == (2, 1, 1, 1, [30.0])
    assert (werdau.asked, werdau.open, werdau.waiting, werdau.escalated, werdau.accepted) == (2, 2, 1, 1, 1)
    assert (everywhere.asked, everywhere.open, everywhere.accepted) == (4, 3, 2)
    assert found["14524"] == everywhere


def test_shares_and_hours_of_an_area_are_those_of_five_people_and_not_of_five_networks() -> None:
    silent = [assignment(network, "no-answer") for network in ("a", "b", "c")]
    two = figures_by_area([request("14524330", *silent), request("14524330", *silent)])[""]
    assert (two.kept, two.median_hours) == (None, None)
    answered = [request("14524330", assignment("treff", "declined", hours=hours)) for hours in (10, 20, 30, 40, 200)]
    five = figures_by_area(answered)[""]
    assert (five.kept, five.median_hours) == (0.8, 30.0)


def test_small_numbers_of_an_area_are_not_shown_and_cannot_be_subtracted() -> None:
    referrals = [request("14524330") for _ in range(12)] + [request("14524300") for _ in range(3)]
    referrals += [request("14524080", state="waiting") for _ in range(6)]
    shown = shown_numbers(figures_by_area(referrals))
    asked = {area: numbers["asked"] for area, numbers in shown.items()}
    assert asked == {"": 21, "14524": 21, "14524080": None, "14524300": None, "14524330": 12}
    assert {area: numbers["waiting"] for area, numbers in shown.items()} == {
        "": 6,
        "14524": 6,
        "14524080": 6,
        "14524300": 0,
        "14524330": 0,
    }
