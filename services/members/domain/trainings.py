"""Trainings, what they qualify for, and the multipliers that can be asked: known to others by an id alone."""

from datetime import date, timedelta
from typing import Any, Literal

from services.members.domain.activity import months_later
from services.members.domain.meetings import read_times
from services.members.domain.state import State, StoredMultiplier
from shared.aggregates.decisions import changed, created, not_as_seen, revised, unknown, wrong, wrong_status
from shared.aggregates.state import Decision, NewFact
from shared.contracts.members import contributions as contract
from shared.contracts.members.contributions import Qualification, TrainingFact
from shared.contracts.members.people import PERSON_KEPT, Participation, PersonFact
from shared.contracts.requests import reason

REMIND: timedelta = timedelta(days=60)
"""How long before a qualification ends its holder is told; a training takes longer to find than a meeting."""

_PLAN = ("title", "topics", "place", "event", "qualification", "valid_months")
_ENTRY = ("topics", "area", "languages", "availability")


def plan(state: State, command: contract.PlanTraining) -> Decision:
    """Plan a training, or change its plan."""
    times = read_times(command.starts_at, command.ends_at, command.time_zone, state.rules.zone.key)
    if times.errors:
        return wrong(*times.errors)
    content: dict[str, Any] = {name: getattr(command, name) for name in _PLAN}
    content |= {"starts_at": times.starts_at, "ends_at": times.ends_at, "time_zone": times.time_zone}
    old = state.get(TrainingFact, command.id)
    if old is None:
        fact = TrainingFact(id=command.id, version=1, status="planned", updated_at=state.at, **content)
        return created(contract.TRAINING_PLANNED, fact)
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status == "held":
        return wrong_status(old.status)  # people hold qualifications by what it was
    fields = {**content, "status": "planned", "cancelled_because": None}
    return changed(contract.TRAINING_PLANNED, old, revised(state, old, **fields))


def cancel(state: State, command: contract.CancelTraining) -> Decision:
    """Say that a training does not take place."""
    old = state.get(TrainingFact, command.id)
    if old is None:
        return unknown(what="no training")
    if old.status == "held":
        return wrong_status(old.status)
    fields = {"status": "cancelled", "cancelled_because": command.reason}
    return changed(contract.TRAINING_CANCELLED, old, revised(state, old, **fields))


def complete(state: State, command: contract.CompleteTraining) -> Decision:
    """Record who took part, and so holds what the training gives; whoever is named no more holds it no more."""
    old = state.get(TrainingFact, command.id)
    if old is None:
        return unknown(what="no training")
    if old.status == "cancelled":
        return wrong_status(old.status)
    day = date.fromisoformat(old.starts_at[:10])
    if day > state.today:
        return wrong(reason("id", "not-held-yet", "names a training that is still to come"))
    qualified: dict[str, bool] = {}
    for place, one in enumerate(command.participants):
        if state.get(PersonFact, one.person) is None:
            return unknown(f"participants.{place}.person", "nobody who is known here")
        qualified[one.person] = one.qualified and old.qualification is not None
    people = [
        NewFact(PERSON_KEPT, fresh)
        for person in state.all(PersonFact)
        if (fresh := _with_training(state, person, old, qualified.get(person.id)))
    ]
    counts = {"participants": len(qualified), "qualified": sum(qualified.values()), "status": "held"}
    return changed(contract.TRAINING_COMPLETED, old, revised(state, old, **counts), *people)


def register(state: State, command: contract.RegisterMultiplier) -> Decision:
    """Enter somebody into the registry of those who can be asked, or change the entry."""
    person = state.get(PersonFact, command.person)
    if person is None:
        return unknown("person", "nobody who is known here")
    if command.id == command.person:
        return wrong(reason("id", "own-id", "must not be the person's own: the registry is read by others"))
    if command.id in state.erased:
        return wrong(reason("id", "erased", "names an entry that was erased; a new one needs a new id"))
    old = state.get(StoredMultiplier, command.id)
    if old is not None and old.person != command.person:
        return wrong(reason("person", "another-person", "is not the one this entry is about"))
    if person.multiplier not in (None, command.id):
        return wrong(reason("id", "registered-already", "is another than that of the entry there is for this person"))
    held = qualifications(person)
    if not _valid(held, state.today):
        return wrong(reason("person", "not-qualified", "holds no qualification that is valid"))
    entry: dict[str, Any] = {name: getattr(command, name) for name in _ENTRY}
    status: Literal["available", "away"] = "available" if command.available else "away"
    linked = revised(state, person, multiplier=command.id)
    more = (NewFact(PERSON_KEPT, linked),) if linked else ()
    if old is None:
        fact = StoredMultiplier(
            id=command.id,
            version=1,
            person=person.id,
            status=status,
            qualifications=held,
            updated_at=state.at,
            **entry,
        )
        return created(contract.MULTIPLIER_REGISTERED, fact, *more)
    new = revised(state, old, **entry, status=status, qualifications=held)
    return changed(contract.MULTIPLIER_REGISTERED, old, new, *more)


def retire(state: State, command: contract.RetireMultiplier) -> Decision:
    """Take somebody out of the registry."""
    old = state.get(StoredMultiplier, command.id)
    if old is None:
        return unknown(what="no entry of the registry")
    return changed(contract.MULTIPLIER_RETIRED, old, revised(state, old, status="retired"))


def renewed(state: State, old: StoredMultiplier, person: PersonFact, passed_on: int) -> Decision:
    """What follows for an entry from the person's trainings, the passing of time, and what was passed on.

    Lost qualifications end it, a further training revives it, and the holder is told in time.
    """
    held = qualifications(person)
    valid = _valid(held, state.today)
    ends = [one.until for one in valid]
    until = None if None in ends else max((end for end in ends if end), default=None)
    status = old.status
    if status != "retired":
        status = "expired" if not valid else "available" if status == "expired" else status
    reminds = (
        status in ("available", "away")
        and until is not None
        and date.fromisoformat(until) - state.today <= REMIND
        and old.reminded_of != until
    )
    fields: dict[str, Any] = {"qualifications": held, "status": status, "passed_on": passed_on}
    kind = contract.MULTIPLIER_REGISTERED
    if reminds:
        fields["reminded_of"], kind = until, contract.MULTIPLIER_EXPIRING
    elif status == "expired" != old.status:
        kind = contract.MULTIPLIER_EXPIRED
    return changed(kind, old, revised(state, old, **fields))


def qualifications(person: PersonFact) -> tuple[Qualification, ...]:
    """What a person holds or held, by name: of each the one that lasts longest, since it was first earned."""
    found: dict[str, Qualification] = {}
    for one in sorted(person.trainings, key=lambda training: training.on):
        if one.qualification is None:
            continue
        before = found.get(one.qualification)
        is_longer = before is None or one.until is None or (before.until is not None and one.until > before.until)
        found[one.qualification] = Qualification(
            qualification=one.qualification,
            since=before.since if before else one.on,
            until=one.until if is_longer or before is None else before.until,
        )
    return tuple(found[name] for name in sorted(found))


def _valid(held: tuple[Qualification, ...], today: date) -> list[Qualification]:
    return [one for one in held if one.until is None or one.until >= today.isoformat()]


def _with_training(
    state: State, person: PersonFact, training: TrainingFact, qualified: bool | None
) -> PersonFact | None:
    """``person`` as one that took part (None: did not), where that is another than before."""
    others = [one for one in person.trainings if one.training != training.id]
    if qualified is None:
        return revised(state, person, trainings=tuple(others))
    day = date.fromisoformat(training.starts_at[:10])
    until = months_later(day, training.valid_months) - timedelta(days=1) if training.valid_months else None
    own = Participation(
        training=training.id,
        on=day.isoformat(),
        qualification=training.qualification if qualified else None,
        until=until.isoformat() if until and qualified else None,
    )
    ordered = tuple(sorted([*others, own], key=lambda one: (one.on, one.training)))
    return revised(state, person, trainings=ordered)
