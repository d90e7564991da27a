"""What happens to a request whose time has come: nobody who asks is met with silence."""

from services.referrals.domain import referring
from services.referrals.domain.overview import Overview
from services.referrals.domain.referring import decided
from services.referrals.domain.state import State, StoredReferral
from shared.aggregates.state import Decision, Erased, NewFact
from shared.contracts.referrals import facts
from shared.contracts.referrals.facts import OPEN, PersonAsking


def act(state: State, overview: Overview, old: StoredReferral) -> Decision:
    """What follows where ``next_at`` of a request has come."""
    match old.state:
        case "routed" if not old.reminded_at:
            return decided(NewFact(facts.REMINDED, referring.next_state(state, old, reminded_at=state.at)))
        case "routed":
            assignments = referring.answered(old, "no-answer", state.at)
            return decided(referring.refer(state, overview, old, assignments=assignments))
        case "accepted" | "in-progress" if not old.checked_at:
            return decided(NewFact(facts.CHECKED, referring.next_state(state, old, checked_at=state.at)))
        case "accepted" | "in-progress" | "asked-back" | "waiting":
            assignments = referring.superseded(old, state.at)
            return decided(referring.escalate(state, old, assignments=assignments))
        case _:
            return forget(state, old)


def forget(state: State, old: StoredReferral) -> Decision:
    """Forget who asked, and what they wrote; what is open ends with that."""
    fields = {"person_version": 0}
    new = (
        referring.ended(state, old, "cancelled", **fields)
        if old.state in OPEN
        else referring.next_state(state, old, **fields)
    )
    if new.version == old.version:
        return erased_again(old.id)
    erased = (Erased(facts.PERSON_ERASED, PersonAsking, old.id),)
    return Decision("changed", (StoredReferral, old.id), (NewFact(facts.FORGOTTEN, new),), erased=erased)


def erased_again(id_: str) -> Decision:
    """Say once more that a person is erased, of whom nothing is here any more."""
    return Decision("unchanged", (StoredReferral, id_), erased=(Erased(facts.PERSON_ERASED, PersonAsking, id_),))
