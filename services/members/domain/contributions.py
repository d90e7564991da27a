"""Contributions, and who confirms them: never whoever reported them (DESIGN 8)."""

from typing import Literal

from services.members.domain.organisations import is_member, not_a_member
from services.members.domain.state import State, StoredContribution, in_future
from shared.aggregates.decisions import changed, created, not_as_seen, refused, revised, unknown, wrong
from shared.aggregates.state import Decision
from shared.contracts.members import contributions as contract
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import PersonFact
from shared.contracts.requests import Problem, reason

OFFICE = "office"
_CONTENT = ("organisation", "kind", "title", "on", "event", "person")


def report(state: State, command: contract.ReportContribution) -> Decision:
    """Keep what an organisation says that it contributed. What the office enters is confirmed with that."""
    organisation = state.get(OrganisationFact, command.organisation)
    if organisation is None:
        return unknown("organisation", "no organisation")
    if command.by != OFFICE and not is_member(state, command.organisation):
        return not_a_member()
    if command.by not in (OFFICE, command.organisation):
        return wrong(reason("by", "owner-differs", "is not the organisation that contributed"))
    if problem := in_future(state, command.on):
        return problem
    if command.person is not None and state.get(PersonFact, command.person) is None:
        return unknown("person", "nobody who is known here")
    confirmed_by = OFFICE if command.by == OFFICE else None
    status: Literal["confirmed", "reported"] = "confirmed" if confirmed_by else "reported"
    content = {name: getattr(command, name) for name in _CONTENT}
    old = state.get(StoredContribution, command.id)
    kind = contract.CONFIRMED if confirmed_by else contract.REPORTED
    if old is None:
        fact = StoredContribution(
            id=command.id,
            version=1,
            status=status,
            reported_by=command.by,
            confirmed_by=confirmed_by,
            updated_at=state.at,
            **content,
        )
        return created(kind, fact)
    if old.organisation != command.organisation:
        return wrong(reason("organisation", "owner-differs", "is not the one that reported it"))
    if all(getattr(old, name) == value for name, value in content.items()) and old.status in (status, "confirmed"):
        return changed(kind, old, None)
    # What is reported anew has not been confirmed by anybody.
    fields = {**content, "status": status, "confirmed_by": confirmed_by, "declined_because": None}
    return changed(kind, old, revised(state, old, **fields))


def confirm(state: State, command: contract.ConfirmContribution) -> Decision:
    """Let a contribution count: another organisation was there, or the office knows of it."""
    old = state.get(StoredContribution, command.id)
    if old is None:
        return unknown(what="no contribution")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if command.by != OFFICE and not is_member(state, command.by):
        return not_a_member("by")
    # The office's own entries count by its word alone, also once it has thought better of declining one.
    if command.by != OFFICE and command.by in (old.reported_by, old.organisation):
        errors = (reason("by", "own-contribution", "reported it; somebody else confirms it"),)
        title = "Nobody confirms what is their own"
        return refused(Problem(type="/problems/own-contribution", title=title, status=403, errors=errors))
    if old.status == "confirmed":
        return changed(contract.CONFIRMED, old, None)
    fields = {"status": "confirmed", "confirmed_by": command.by, "declined_because": None}
    return changed(contract.CONFIRMED, old, revised(state, old, **fields))


def decline(state: State, command: contract.DeclineContribution) -> Decision:
    """Let a contribution not count, with the reason."""
    old = state.get(StoredContribution, command.id)
    if old is None:
        return unknown(what="no contribution")
    if problem := not_as_seen(command.version, old.version):
        return problem
    fields = {"status": "declined", "confirmed_by": None, "declined_because": command.reason}
    return changed(contract.DECLINED, old, revised(state, old, **fields))
