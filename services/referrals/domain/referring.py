"""The next state of a request: it is passed on to the network that fits best, or waits, or the office has it."""

from typing import Any

from services.referrals.domain import promises
from services.referrals.domain.overview import Overview
from services.referrals.domain.state import State, StoredReferral
from shared.aggregates.decisions import revised
from shared.aggregates.state import Decision, NewFact
from shared.contracts.base import Explanation
from shared.contracts.referrals import facts
from shared.contracts.referrals.facts import Assignment, PersonAsking, ReferralState, Step
from shared.routing.explaining import explain
from shared.routing.network import Network


def next_state(state: State, old: StoredReferral, /, **fields: Any) -> StoredReferral:
    """The next version of ``old`` with these fields, its history, and when something is to happen by itself."""
    before = old.history[-1]
    name, network = fields.get("state", old.state), fields.get("network", old.network)
    if (name, network) != (before.state, before.network):
        fields["history"] = (*old.history, Step(state=name, at=state.at, network=network))
    new = revised(state, old, **fields) or old
    return new.model_copy(update={"next_at": promises.next_at(new, state.rules)})


def refer(state: State, overview: Overview, old: StoredReferral, /, **fields: Any) -> NewFact:
    """Pass a request on to the network that fits best; where there is none, or too many were asked, see to it that
    somebody has it all the same. ``fields``: what else is new about it."""
    current = old.model_copy(update=fields)
    rules = state.rules
    may_ask = current.tries < rules.tries and promises.is_time_to_ask(state.now, current.needed_on, rules)
    if may_ask and (found := overview.candidates(current, state.today)):
        best = found[0]
        because = tuple(explain(best, overview.places))
        fields |= asking(state, current, best.network, "routing", because)
        fields["tries"] = current.tries + 1
        return NewFact(facts.ROUTED, next_state(state, old, **fields))
    waits_until = current.waits_until or promises.waits_until(state.now, current.needed_on, rules)
    if current.may_wait and may_ask and waits_until > state.at:
        fields |= _with_nobody("waiting", waits_until=waits_until, due=None)
        return NewFact(facts.WAITING, next_state(state, old, **fields))
    return escalate(state, old, **fields)


def refer_waiting(state: State, overview: Overview, old: StoredReferral) -> Decision | None:
    """Pass on a request that waits; None where still nobody fits."""
    told = refer(state, overview, old)
    return decided(told) if told.kind == facts.ROUTED else None


def escalate(state: State, old: StoredReferral, /, **fields: Any) -> NewFact:
    """Let the office have a request, which promises to care for it as fast as networks do."""
    _, due = promises.promised(state.now, None, old.needed_on, state.rules)
    fields |= _with_nobody("escalated", waits_until=None, due=due)
    return NewFact(facts.ESCALATED, next_state(state, old, **fields))


def asking(
    state: State,
    current: StoredReferral,
    network: Network,
    by: Any,
    because: tuple[Explanation, ...] = (),
) -> dict[str, Any]:
    """The fields of a request about which ``network`` is asked now, with its promise."""
    remind_at, due = promises.promised(state.now, network.response_days, current.needed_on, state.rules)
    assignment = Assignment(
        network=network.id,
        is_multiplier=network.is_multiplier,
        at=state.at,
        by=by,
        because=because,
        remind_at=remind_at,
        due=due,
    )
    return {
        "state": "routed",
        "network": network.id,
        "assignments": (*current.assignments, assignment),
        "due": due,
        "reminded_at": None,
        "checked_at": None,
        "accepted_at": None,
        "word_at": None,
        "waits_until": None,
        "resumes": None,
        "rests_since": None,
    }


def answered(old: StoredReferral, answer: Any, at: str, reason: str | None = None) -> tuple[Assignment, ...]:
    """The assignments, the last of which has this answer now."""
    if not old.assignments:
        return ()
    last = old.assignments[-1].model_copy(update={"answer": answer, "answered_at": at, "reason": reason})
    return (*old.assignments[:-1], last)


def superseded(old: StoredReferral, at: str) -> tuple[Assignment, ...]:
    """The assignments; whoever has not answered is not asked any more."""
    is_open = bool(old.assignments) and old.assignments[-1].answer is None
    return answered(old, "superseded", at) if is_open else old.assignments


def ended(state: State, old: StoredReferral, name: ReferralState, /, **fields: Any) -> StoredReferral:
    """A request that has come to its end. Who cared for it stays named."""
    fields |= {"state": name, "ended_at": state.at, "due": None, "resumes": None, "rests_since": None}
    return next_state(state, old, **{"assignments": superseded(old, state.at), **fields, "waits_until": None})


def decided(told: NewFact, kept: PersonAsking | None = None) -> Decision:
    """A request that has changed, as ``told``; ``kept``: what is kept of the person, where that has changed too."""
    private = (NewFact(facts.PERSON_KEPT, kept),) if kept is not None else ()
    return Decision("changed", (StoredReferral, told.fact.id), (told, *private))


def _with_nobody(name: ReferralState, /, **fields: Any) -> dict[str, Any]:
    nobody = {"network": None, "reminded_at": None, "checked_at": None, "resumes": None, "rests_since": None}
    return {"state": name, **nobody, **fields}
