"""What must hold after a simulated year, wherever it was stopped: nobody is left without an answer or the office."""

from collections import Counter
from collections.abc import Iterator

from services.referrals.domain.overview import cared_by
from services.referrals.domain.state import StoredReferral
from shared.contracts.referrals.facts import ENDED
from shared.routing.network import IDLE
from tests.simulation.figures import Figures, promises
from tests.simulation.year import Year


def broken(year: Year) -> list[str]:
    """Sentences that say what does not hold; empty: all is well."""
    return [*_left_alone(year), *_forgotten(year), *_loads(year), *_over_capacity(year), *_promises(year)]


def acts_by(referral: StoredReferral) -> str | None:
    """Until when somebody acts who has an open request now: a network, the person who asks, or the office.

    What the office lets rest it takes up again itself.
    """
    match referral.state:
        case "escalated":
            return referral.due
        case "held":
            return referral.rests_since
        case _:
            return referral.next_at


def _left_alone(year: Year) -> Iterator[str]:
    for referral in year.referrals:
        if referral.state in ENDED:
            if referral.ended_at is None:
                yield f"{referral.id} has ended, and nobody knows when"
            continue
        by = acts_by(referral)
        if by is None:
            yield f"{referral.id} is {referral.state}, and nobody has to act"
        elif by < year.state.at and referral.state not in ("escalated", "held"):
            yield f"{referral.id} is {referral.state}, and what was due on {by} did not happen"


def _forgotten(year: Year) -> Iterator[str]:
    asked = sum(month.asked for month in year.figures.months.values())
    if asked != len(year.referrals) + year.figures.gone:
        yield f"{asked} were taken, {len(year.referrals)} are here and {year.figures.gone} forgotten"


def _loads(year: Year) -> Iterator[str]:
    counted = Counter(network for one in year.referrals if (network := cared_by(one)) is not None)
    loads = year.overview.loads
    for network in sorted({*loads, *counted}):
        known = loads.get(network, IDLE).open
        if known != counted[network]:
            yield f"{network} has {counted[network]} requests, and its load is {known}"


def _over_capacity(year: Year) -> Iterator[str]:
    for network in year.over_capacity:
        yield f"more than it can have: {network}"


def _promises(year: Year) -> Iterator[str]:
    figures: Figures = year.figures
    counted = sum((month.promises for month in figures.months.values()), Counter[str]())
    found = sum((promises(one.assignments) for one in year.referrals), figures.promises_gone.copy())
    if counted != found:
        yield f"promises were counted as {dict(counted)}, and are {dict(found)}"
