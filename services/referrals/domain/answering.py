"""What networks answer, and what the office does itself."""

from datetime import datetime
from typing import Any, Final

from services.referrals.domain import referring
from services.referrals.domain.asking import noted, resumed
from services.referrals.domain.overview import Overview
from services.referrals.domain.referring import decided
from services.referrals.domain.state import State, StoredReferral
from shared.aggregates.decisions import not_as_seen, refused, unknown, wrong, wrong_status
from shared.aggregates.state import Decision, NewFact
from shared.contracts.referrals import answers, facts, office
from shared.contracts.referrals.facts import OPEN, PersonAsking
from shared.contracts.requests import Problem, reason
from shared.routing.network import Network

_POSSIBLE: Final = {
    "accept": ("routed",),
    "decline": ("routed",),
    "hand-on": ("routed",),
    "ask-back": ("routed", "accepted", "in-progress"),
    "progress": ("accepted", "in-progress"),
    "done": ("accepted", "in-progress"),
    "give-back": ("accepted", "in-progress"),
}


def answer(state: State, command: answers.AnswerReferral, overview: Overview) -> Decision:
    """Take what a network answers: of two answers at once the first counts, and the other hears that."""
    old, person = state.get(StoredReferral, command.id), state.get(PersonAsking, command.id)
    if old is None:
        return unknown(what="no request")
    if old.network is None or command.network not in (None, old.network) or _is_void(state, old, command):
        return _superseded()
    if old.state not in _POSSIBLE[command.answer]:
        return _superseded() if old.state not in OPEN else wrong_status(old.state)
    if command.answer in ("decline", "give-back") and command.reason is None:
        return wrong(reason("reason", "missing", "is required"))
    if command.answer == "ask-back" and command.note is None:
        return wrong(reason("note", "missing", "is required"))
    if command.to is not None and (command.answer != "hand-on" or _other(overview, old, command.to) is None):
        return wrong(reason("to", "not-a-network", "names no other network that can be asked"))
    kept = None
    fields: dict[str, Any] = {}
    if command.note and person is not None:
        kind = "question" if command.answer == "ask-back" else "note"
        by = _who_answers(old) if command.by == "network" else "office"
        kept = noted(state, person, kind, by, command.note)
        fields["person_version"] = kept.version
    return decided(_answered(state, old, command, overview, fields), kept)


def _answered(
    state: State, old: StoredReferral, command: answers.AnswerReferral, overview: Overview, fields: dict[str, Any]
) -> NewFact:
    match command.answer:
        case "accept":
            assignments = referring.answered(old, "accepted", state.at)
            fields |= {"accepted_at": state.at, "word_at": state.at, "due": None}
            return _next(facts.ACCEPTED, state, old, state="accepted", assignments=assignments, **fields)
        case "progress":
            return _next(facts.PROGRESSED, state, old, state="in-progress", word_at=state.at, checked_at=None, **fields)
        case "done":
            return NewFact(facts.FULFILLED, referring.ended(state, old, "fulfilled", word_at=state.at, **fields))
        case "ask-back":
            resting = {"state": "asked-back", "resumes": old.state, "rests_since": state.at}
            return _next(facts.ASKED_BACK, state, old, **resting, **fields)
        case "hand-on" if command.to is not None and (network := _other(overview, old, command.to)) is not None:
            current = old.model_copy(update={"assignments": referring.answered(old, "handed-on", state.at)})
            fields |= referring.asking(state, current, network, "network")
            return _next(facts.ROUTED, state, old, **fields)
        case _:
            given = {"decline": "declined", "hand-on": "handed-on", "give-back": "given-back"}[command.answer]
            assignments = referring.answered(old, given, state.at, command.reason)
            return referring.refer(state, overview, old, assignments=assignments, **fields)


def assign(state: State, command: office.AssignReferral, overview: Overview) -> Decision:
    """Ask the network that the office has chosen, whatever the rules say."""
    old = state.get(StoredReferral, command.id)
    if old is None:
        return unknown(what="no request")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.state not in OPEN:
        return wrong_status(old.state)
    network = overview.directory.get(command.network)
    if network is None or (network.is_multiplier and old.kind != "moderator"):
        return wrong(reason("network", "not-a-network", "names no other network that can be asked"))
    if old.network == command.network and old.state == "routed":
        return Decision("unchanged", (StoredReferral, old.id))
    current = old.model_copy(update={"assignments": referring.superseded(old, state.at)})
    fields = referring.asking(state, current, network, "office")
    return decided(_next(facts.ROUTED, state, old, **fields))


def hold(state: State, command: office.HoldReferral) -> Decision:
    """Let a request rest; promises do not run meanwhile."""
    old = state.get(StoredReferral, command.id)
    if old is None:
        return unknown(what="no request")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.state == "held":
        return Decision("unchanged", (StoredReferral, old.id))
    if old.state not in OPEN:
        return wrong_status(old.state)
    resumes = old.resumes if old.state == "asked-back" else old.state
    resting = {"state": "held", "resumes": resumes, "rests_since": old.rests_since or state.at}
    return decided(_next(facts.HELD, state, old, **resting))


def resume(state: State, command: office.ResumeReferral) -> Decision:
    """Let a request that rested go on where it was."""
    old = state.get(StoredReferral, command.id)
    if old is None:
        return unknown(what="no request")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.state != "held":
        return wrong_status(old.state)
    return decided(NewFact(facts.RESUMED, resumed(state, old)))


def close(state: State, command: office.CloseReferral) -> Decision:
    """End a request with the reason."""
    old, person = state.get(StoredReferral, command.id), state.get(PersonAsking, command.id)
    if old is None:
        return unknown(what="no request")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.state not in OPEN:
        return wrong_status(old.state)
    kept = None
    fields: dict[str, Any] = {"closed_because": command.because}
    if command.note and person is not None:
        kept = noted(state, person, "note", "office", command.note)
        fields["person_version"] = kept.version
    return decided(NewFact(facts.CLOSED, referring.ended(state, old, "closed", **fields)), kept)


def _next(kind: str, state: State, old: StoredReferral, /, **fields: Any) -> NewFact:
    return NewFact(kind, referring.next_state(state, old, **fields))


def _is_void(state: State, old: StoredReferral, command: answers.AnswerReferral) -> bool:
    """Whether the link by which a network answers is of an assignment that is over, or too old."""
    if command.assignment is None:
        return False
    asked_at = datetime.fromisoformat(old.assignments[-1].at)
    return command.assignment != len(old.assignments) or state.now > asked_at + answers.LINK_HOLDS


def _superseded() -> Decision:
    errors = (reason("assignment", "superseded", "was answered, or the request has gone elsewhere"),)
    title = "This has been answered, or gone elsewhere"
    return refused(Problem(type="/problems/superseded", title=title, status=409, errors=errors))


def _other(overview: Overview, old: StoredReferral, network: str) -> Network | None:
    """The organisation to which a request is handed on; None where it cannot be asked."""
    return overview.directory.get(network) if network not in (old.network, old.by) else None


def _who_answers(old: StoredReferral) -> str:
    """Whose word a note is. It is shown to others, whom it does not concern which multiplier it was."""
    last = old.assignments[-1]
    return "moderator" if last.is_multiplier else last.network
