"""What people ask, and what they say later about it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from services.referrals.domain import overdue, promises, referring
from services.referrals.domain.overview import Overview, reached_by
from services.referrals.domain.referring import decided
from services.referrals.domain.state import State, StoredReferral
from shared.aggregates.decisions import not_as_seen, refused, revised, unknown, wrong, wrong_status
from shared.aggregates.state import Decision, NewFact
from shared.contracts.base import FieldError
from shared.contracts.referrals import asking as contract
from shared.contracts.referrals import facts
from shared.contracts.referrals.facts import ENDED, OPEN, Note, PersonAsking, Step
from shared.contracts.requests import Problem, reason

PERSON: Final = "person"
_PERSONS: Final = ("message", "availability", "occasion", "contact")
_FAR: Final = timedelta(days=731)
"""So far ahead nobody looks for a moderator: the year was mistyped."""
_SOUGHT: Final = ("ags", "topics", "languages")


def submit(state: State, command: contract.SubmitReferral, overview: Overview) -> Decision:
    """Take a request, and pass it on at once."""
    if command.id in state.erased:
        return wrong(reason("id", "erased", "names a request that was erased; a new one needs a new id"))
    if state.get(StoredReferral, command.id) is not None:
        return Decision("unchanged", (StoredReferral, command.id))
    if errors := tuple(_missing(state, command, overview)):
        return wrong(*errors)
    if _has_enough_open(state, command, overview):
        return _too_many(state)
    person = PersonAsking(
        id=command.id,
        version=1,
        contact=command.contact,
        language=command.language,
        message=command.message,
        availability=command.availability,
        occasion=command.occasion,
        consent=command.consent,
        consent_by=command.consent_by,
        consented_at=state.at if command.consent else None,
        updated_at=state.at,
    )
    received = StoredReferral(
        id=command.id,
        version=1,
        kind=command.kind,
        ags=command.ags,
        topics=command.topics,
        languages=command.languages,
        needed_on=command.occasion.on if command.kind == "moderator" and command.occasion else None,
        state="escalated",
        due=None,
        may_wait=command.may_wait,
        by=command.by,
        wants_answer=command.contact is not None,
        person_version=person.version,
        history=(Step(state="escalated", at=state.at),),
        created_at=state.at,
        updated_at=state.at,
    )
    kind, referred = referring.refer(state, overview, received)
    # What it was before it went anywhere is nobody's business.
    first = referred.model_copy(update={"version": 1, "history": referred.history[-1:], "changed": ()})
    return Decision("created", (StoredReferral, command.id), (NewFact(kind, first), NewFact(facts.PERSON_KEPT, person)))


def correct(state: State, command: contract.CorrectReferral, overview: Overview) -> Decision:
    """Take over what the person says otherwise now; who asks for something else may be passed on to somebody else."""
    old, person = state.get(StoredReferral, command.id), state.get(PersonAsking, command.id)
    if old is None or person is None:
        return unknown(what="no request")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.state not in OPEN:
        return wrong_status(old.state)
    if command.contact is not None and not _is_reachable(command.contact):
        return wrong(_unreachable())
    if command.ags is not None and overview.places.by_ags(command.ags) is None:
        return wrong(unknown_place())
    if _is_far(state, command.occasion):
        return wrong(_too_far())
    given = {name: getattr(command, name) for name in _PERSONS if getattr(command, name) is not None}
    kept = revised(state, person, **given)
    sought = {
        name: value for name in _SOUGHT if (value := getattr(command, name)) is not None and value != getattr(old, name)
    }
    if old.kind == "moderator" and command.occasion is not None and command.occasion.on != old.needed_on:
        sought["needed_on"] = command.occasion.on
    fields: dict[str, Any] = dict(sought)
    if kept is not None:
        fields |= {"person_version": kept.version, "wants_answer": kept.contact is not None}
    if not fields:
        return Decision("unchanged", (StoredReferral, old.id))
    if sought and old.state in ("routed", "waiting", "escalated"):
        assignments = referring.superseded(old, state.at)
        told = referring.refer(state, overview, old, **fields, assignments=assignments, tries=0, waits_until=None)
    else:
        told = NewFact(facts.CORRECTED, referring.next_state(state, old, **fields))
    return decided(told, kept)


def reply(state: State, command: contract.ReplyToQuestion) -> Decision:
    """Take what the person answers to a question; what was promised runs on."""
    old, person = state.get(StoredReferral, command.id), state.get(PersonAsking, command.id)
    if old is None or person is None:
        return unknown(what="no request")
    if old.state != "asked-back":
        return wrong_status(old.state)
    kept = noted(state, person, "reply", PERSON, command.message)
    new = resumed(state, old, person_version=kept.version)
    return decided(NewFact(facts.REPLIED, new), kept)


def cancel(state: State, command: contract.CancelReferral) -> Decision:
    """End a request, as the person needs nothing any more."""
    old = state.get(StoredReferral, command.id)
    if old is None:
        return unknown(what="no request")
    if old.state == "cancelled":
        return Decision("unchanged", (StoredReferral, old.id))
    if old.state not in OPEN:
        return wrong_status(old.state)
    return decided(NewFact(facts.CANCELLED, referring.ended(state, old, "cancelled")))


def reopen(state: State, command: contract.ReopenReferral, overview: Overview) -> Decision:
    """Ask again what had ended not long ago."""
    old = state.get(StoredReferral, command.id)
    if old is None:
        return unknown(what="no request")
    if old.state not in ENDED or old.person_version == 0 or old.closed_because == "abuse":
        return wrong_status(old.state)
    assert old.ended_at is not None
    if state.now > datetime.fromisoformat(old.ended_at) + state.rules.reopen:
        days = state.rules.reopen.days
        return wrong(reason("id", "too-late", "ended more than {days} days ago; please ask anew", days=days))
    return decided(referring.refer(state, overview, old, **_opened()))


def evaluate(state: State, command: contract.EvaluateReferral, overview: Overview) -> Decision:
    """Take what the person says of how it went; where nobody called, somebody else is asked."""
    old, person = state.get(StoredReferral, command.id), state.get(PersonAsking, command.id)
    if old is None or person is None:
        return unknown(what="no request")
    if old.state not in ("accepted", "in-progress", "fulfilled"):
        return wrong_status(old.state)
    kept = noted(state, person, "comment", PERSON, command.comment) if command.comment else None
    fields: dict[str, Any] = {"went": command.went, "word_at": state.at, "checked_at": None}
    if kept is not None:
        fields["person_version"] = kept.version
    if command.went == "nobody-called":
        assignments = referring.answered(old, "nobody-called", state.at)
        told = referring.refer(state, overview, old, **fields, **_opened(), assignments=assignments)
    elif command.went == "well" and old.state != "fulfilled":
        told = NewFact(facts.FULFILLED, referring.ended(state, old, "fulfilled", **fields))
    else:
        told = NewFact(facts.EVALUATED, referring.next_state(state, old, **fields))
    return decided(told, kept)


def erase(state: State, command: contract.EraseReferral) -> Decision:
    """Forget who asked, and what they wrote.

    The tombstone is sent in any case, so that doing it again helps after a restored backup.
    """
    old = state.get(StoredReferral, command.id)
    if old is None:
        return overdue.erased_again(command.id)
    return overdue.forget(state, old)


def noted(state: State, person: PersonAsking, kind: Any, by: str, text: str) -> PersonAsking:
    """What is kept of the person, with one note more."""
    note = Note(kind=kind, by=by, at=state.at, text=text)
    kept = revised(state, person, notes=(*person.notes, note))
    assert kept is not None
    return kept


def resumed(state: State, old: StoredReferral, /, **fields: Any) -> StoredReferral:
    """A request that goes on in the state in which it was before it rested; its promise is put off by as long."""
    name = old.resumes or "escalated"
    fields |= {"state": name, "resumes": None, "rests_since": None}
    if name == "routed":
        last = old.assignments[-1]
        due = promises.put_off(last.due, old.rests_since, state.now, old.needed_on, state.rules)
        fields |= {"due": due, "reminded_at": state.at}
        fields["assignments"] = (*old.assignments[:-1], last.model_copy(update={"due": due}))
    elif name in ("accepted", "in-progress"):
        fields["word_at"] = state.at
    elif name == "escalated":
        fields["due"] = promises.promised(state.now, None, old.needed_on, state.rules)[1]
    return referring.next_state(state, old, **fields)


def _opened() -> dict[str, Any]:
    return {"tries": 0, "ended_at": None, "closed_because": None, "waits_until": None}


def _missing(state: State, command: contract.SubmitReferral, overview: Overview) -> Iterator[FieldError]:
    if overview.places.by_ags(command.ags) is None:
        yield unknown_place()
    if command.kind == "moderator" and command.occasion is None:
        yield reason("occasion", "missing", "is required")
    if _is_far(state, command.occasion):
        yield _too_far()
    if command.kind == "support" and command.by == contract.CITIZEN:
        yield reason("kind", "not-a-member", "is asked by associations alone")
    if command.contact is not None and not _is_reachable(command.contact):
        yield _unreachable()
    if command.contact is not None and command.consent is None:
        yield reason("consent", "missing", "is required")


def _has_enough_open(state: State, command: contract.SubmitReferral, overview: Overview) -> bool:
    """Whether the person has as many requests open as one may have; the office may ask for many."""
    if command.by != contract.CITIZEN:
        return False
    ids = set().union(*(overview.requests_of[address] for address in reached_by(command.contact)))
    found = [state.get(StoredReferral, id_) for id_ in ids]
    return sum(one is not None and one.state in OPEN for one in found) >= state.rules.open_each


def _too_many(state: State) -> Decision:
    most = state.rules.open_each
    errors = (reason("contact", "too-many-open", "has {most} requests open already", most=most),)
    title = "There are enough requests open"
    return refused(Problem(type="/problems/too-many-open", title=title, status=409, errors=errors))


def _is_far(state: State, occasion: contract.Occasion | None) -> bool:
    return occasion is not None and date.fromisoformat(occasion.on) > state.today + _FAR


def _too_far() -> FieldError:
    return reason("occasion.on", "too-far", "is more than two years away")


def _is_reachable(contact: contract.Contact) -> bool:
    return any(True for _ in reached_by(contact))


def _unreachable() -> FieldError:
    return reason("contact", "not-reachable", "needs an e-mail address or a telephone number")


def unknown_place() -> FieldError:
    """Why a key of a municipality is not taken."""
    return reason("place", "place-unknown", "is no postal code and no municipality that is known here")
