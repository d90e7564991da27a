"""Membership of organisations: from application to leaving. Only the office makes a member passive (DESIGN 8)."""

from datetime import date, timedelta
from typing import Any

from services.members.domain.activity import Assessment
from services.members.domain.state import State, in_future
from shared.aggregates.decisions import changed, created, not_as_seen, refused, revised, unknown, wrong, wrong_status
from shared.aggregates.state import Decision
from shared.contracts.members import organisations as contract
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact, Profile
from shared.contracts.requests import Problem, reason

ADMITTED = ("active", "passive")
_PROFILE = tuple(Profile.model_fields)


def apply(state: State, command: contract.ApplyOrganisation) -> Decision:
    """Note that an organisation asks to become a member, or asks again."""
    if problem := in_future(state, command.on):
        return problem
    old = state.get(OrganisationFact, command.id)
    on = command.on or state.today.isoformat()
    if old is None:
        entry = _profile(command)
        fact = OrganisationFact(
            **entry, id=command.id, version=1, entry_version=1, status="applied", applied_on=on, updated_at=state.at
        )
        return created(contract.APPLIED, fact)
    if old.status in ADMITTED:
        return wrong_status(old.status)
    fields: dict[str, Any] = {**_profile(command), "status": "applied", "declined_because": None}
    if old.status != "applied" or command.on is not None:
        fields["applied_on"] = on
    return changed(contract.APPLIED, old, _entry_noted(old, revised(state, old, **fields)))


def change(state: State, command: contract.ChangeOrganisation) -> Decision:
    """Take over a new entry of an organisation."""
    old = state.get(OrganisationFact, command.id)
    if old is None:
        return unknown(what="no organisation that has applied")
    if problem := _entry_as_seen(command.version, old):
        return problem
    if old.status in ("declined", "left"):
        return wrong_status(old.status)
    return changed(contract.CHANGED, old, _entry_noted(old, revised(state, old, **_profile(command))))


def admit(state: State, command: contract.AdmitOrganisation) -> Decision:
    """Make an organisation a member, as a meeting or the office has decided; or correct what is recorded of that."""
    old = state.get(OrganisationFact, command.id)
    if old is None:
        return unknown(what="no organisation that has applied")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if command.meeting is not None and state.get(MeetingFact, command.meeting) is None:
        return unknown("meeting", "no meeting")
    on = command.on or (old.admission.on if old.admission and old.status in ADMITTED else state.today.isoformat())
    if problem := in_future(state, on):
        return problem
    admission = contract.Admission(
        on=on,
        by="office" if command.meeting is None else "meeting",
        meeting=command.meeting,
        decision=command.decision,
    )
    status = old.status if old.status in ADMITTED else "active"
    fields = {"status": status, "admission": admission, "declined_because": None, "left_on": None}
    return changed(contract.ADMITTED, old, revised(state, old, **fields))


def decline(state: State, command: contract.DeclineOrganisation) -> Decision:
    """Do not admit an organisation that has applied."""
    old = state.get(OrganisationFact, command.id)
    if old is None:
        return unknown(what="no organisation that has applied")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status not in ("applied", "declined"):
        return wrong_status(old.status)
    fields = {"status": "declined", "declined_because": command.reason}
    return changed(contract.DECLINED, old, revised(state, old, **fields))


def leave(state: State, command: contract.LeaveOrganisation) -> Decision:
    """End a membership, or an application."""
    old = state.get(OrganisationFact, command.id)
    if old is None:
        return unknown(what="no organisation")
    if old.status == "declined":
        return wrong_status(old.status)
    if problem := in_future(state, command.on):
        return problem
    on = command.on or old.left_on or state.today.isoformat()
    fields = {"status": "left", "left_on": on, "proposed": None, "reminded_of": None}
    return changed(contract.LEFT, old, revised(state, old, **fields))


def confirm(state: State, command: contract.ConfirmStatus) -> Decision:
    """The office's word about a member's status: it agrees with what the activity says, or decides otherwise."""
    old = state.get(OrganisationFact, command.id)
    if old is None:
        return unknown(what="no organisation")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status not in ADMITTED:
        return wrong_status(old.status)
    says = old.activity.status if old.activity else "active"
    if command.status != says and command.reason is None:
        text = "is needed, as the activity says {status}"
        return wrong(reason("reason", "reason-needed", text, status=says))
    confirmation = contract.Confirmation(on=state.today.isoformat(), status=command.status, reason=command.reason)
    fields = {"status": command.status, "proposed": None, "confirmation": confirmation}
    return changed(contract.CONFIRMED, old, revised(state, old, **fields))


def thank(state: State, command: contract.ThankOrganisation) -> Decision:
    """Keep the office's thanks for a year."""
    old = state.get(OrganisationFact, command.id)
    if old is None:
        return unknown(what="no organisation")
    if old.admission is None:
        return wrong_status(old.status)
    if command.year > state.today.year:
        return wrong(reason("year", "in-future", "must not lie in the future"))
    if any(thanks.year == command.year and thanks.text == command.text for thanks in old.thanks):
        return changed(contract.THANKED, old, None)
    thanks = contract.Thanks(year=command.year, on=state.today.isoformat(), text=command.text)
    others = [other for other in old.thanks if other.year != command.year]
    ordered = tuple(sorted([*others, thanks], key=lambda one: one.year))
    return changed(contract.THANKED, old, revised(state, old, thanks=ordered))


def assessed(
    state: State, old: OrganisationFact, found: Assessment, referrals: tuple[contract.AnsweredReferrals, ...] = ()
) -> Decision:
    """What follows from how active a member is now: it becomes active by itself, and passive by the office alone.

    ``referrals``: the requests for help that it answered.

    A word of the office against what the activity says holds until the activity says something new.
    """
    says = found.activity.status
    said = old.activity.status if old.activity else "active"
    is_held = (
        old.confirmation is not None
        and old.confirmation.status != says
        and found.since <= date.fromisoformat(old.confirmation.on)
        # What is entered later can be new as well, though it happened before.
        and said == says
        and old.proposed is None
    )
    status = old.status if is_held or says == "passive" else "active"
    proposed = "passive" if says == "passive" and status == "active" and not is_held else None
    until = found.activity.until
    is_due = (
        until is not None
        and status == "active"
        and date.fromisoformat(until) - state.today <= timedelta(days=state.rules.activity.remind_days)
    )
    reminds = is_due and old.reminded_of != until
    activity = found.activity
    if old.activity and old.activity.model_copy(update={"as_of": activity.as_of}) == activity:
        activity = old.activity  # another day alone is no news
    fields = {
        "status": status,
        "activity": activity,
        "periods": found.periods,
        "proposed": proposed,
        "reminded_of": until if reminds else old.reminded_of,
        "referrals": referrals,
    }
    return changed(contract.LAPSING if reminds else contract.ASSESSED, old, revised(state, old, **fields))


def is_member(state: State, organisation: str) -> bool:
    """Whether an organisation is a member now."""
    found = state.get(OrganisationFact, organisation)
    return found is not None and found.status in ADMITTED


def not_a_member(field_name: str = "organisation") -> Decision:
    """Refused, as only members do this."""
    errors = (reason(field_name, "not-a-member", "names no member"),)
    return refused(Problem(type="/problems/not-a-member", title="Only members do this", status=403, errors=errors))


def _entry_noted(old: OrganisationFact, new: OrganisationFact | None) -> OrganisationFact | None:
    """``new`` with the version in which the entry changed last."""
    if new is None or all(getattr(old, name) == getattr(new, name) for name in _PROFILE):
        return new
    return new.model_copy(update={"entry_version": new.version})


def _entry_as_seen(seen: int | None, old: OrganisationFact) -> Decision | None:
    """Refused, as the entry that was looked at is not there any more.

    What the service itself has found out since, as how active a member is, is nothing that a new entry could undo.
    """
    if seen is not None and (old.entry_version or old.version) <= seen <= old.version:
        return None
    return not_as_seen(seen, old.version)


def _profile(command: Profile) -> dict[str, Any]:
    return {name: getattr(command, name) for name in _PROFILE}
