"""People: kept with their consent, and forgotten without a trace but their id among the erased (DESIGN 9)."""

from services.members.domain.state import State, StoredContribution, StoredMultiplier
from shared.aggregates.decisions import changed, created, revised, unknown, wrong
from shared.aggregates.state import Decision, Erased, NewFact
from shared.contracts.members import contributions, people
from shared.contracts.members.meetings import CHANGED, MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PersonFact
from shared.contracts.requests import reason

_KEPT = ("name", "email", "phone", "language", "roles", "consent")


def keep(state: State, command: people.KeepPerson) -> Decision:
    """Keep a person, or what is known of it now."""
    for place, role in enumerate(command.roles):
        if state.get(OrganisationFact, role.organisation) is None:
            return unknown(f"roles.{place}.organisation", "no organisation")
    if command.id in state.erased:
        return wrong(reason("id", "erased", "names a person that was erased; a new one needs a new id"))
    old = state.get(PersonFact, command.id)
    content = {name: getattr(command, name) for name in _KEPT}
    if old is None:
        fact = PersonFact(id=command.id, version=1, **content, consented_at=state.at, updated_at=state.at)
        return created(people.PERSON_KEPT, fact)
    if command.consent != old.consent:
        content["consented_at"] = state.at
    return changed(people.PERSON_KEPT, old, revised(state, old, **content))


def erase(state: State, command: people.ErasePerson) -> Decision:
    """Forget a person: its data, its part in meetings and contributions, its entry among the multipliers.

    The tombstone is sent in any case, so that doing it again helps after a restored backup.
    """
    old = state.get(PersonFact, command.id)
    erased = [Erased(people.PERSON_ERASED, PersonFact, command.id)]
    told: list[NewFact] = []
    for meeting in state.all(MeetingFact):
        without = _without(meeting, command.id)
        if fresh := revised(state, meeting, **without):
            told.append(NewFact(CHANGED, fresh.model_copy(update={"previous": None})))
    kept = [
        contribution.model_copy(update={"person": None})
        for contribution in state.all(StoredContribution)
        if contribution.person == command.id
    ]
    erased += [
        Erased(contributions.MULTIPLIER_ERASED, StoredMultiplier, multiplier.id)
        for multiplier in state.all(StoredMultiplier)
        if multiplier.person == command.id
    ]
    return Decision(
        "withdrawn" if old else "unchanged", (PersonFact, command.id), tuple(told), tuple(kept), tuple(erased)
    )


def _without(meeting: MeetingFact, person: str) -> dict[str, object]:
    """The parts of a meeting that name people, without this one."""
    return {
        "invited": tuple(
            one.model_copy(update={"people": tuple(id_ for id_ in one.people if id_ != person)})
            for one in meeting.invited
        ),
        **{
            name: tuple(
                one.model_copy(update={"person": None}) if one.person == person else one
                for one in getattr(meeting, name)
            )
            for name in ("replies", "attendance")
        },
    }
