"""Meetings: planned, invited to, replied to, held or cancelled, recorded. Their facts say all that a mail needs."""

from dataclasses import dataclass
from typing import Any

from services.members.domain.organisations import ADMITTED
from services.members.domain.state import State
from shared.aggregates.decisions import changed, created, not_as_seen, revised, unknown, wrong, wrong_status
from shared.aggregates.state import Decision, NewFact
from shared.contracts.base import FieldError
from shared.contracts.members import meetings as contract
from shared.contracts.members.meetings import MeetingFact
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import MINUTES_KEPT, MinutesFact, PersonFact
from shared.contracts.requests import reason
from shared.times import Reasons, TimeReader, zone_of

_PLAN = ("kind", "title", "working_group", "place", "agenda", "public")
_NEWS = frozenset(("starts_at", "ends_at", "place", "status"))


@dataclass(frozen=True, slots=True)
class Times:
    """When something takes place, as it is written; ``errors``: why it cannot be."""

    starts_at: str = ""
    ends_at: str | None = None
    time_zone: str = ""
    errors: tuple[FieldError, ...] = ()


def read_times(starts_at: str, ends_at: str | None, time_zone: str | None, default_zone: str) -> Times:
    """The times of a meeting or training: RFC 3339 in its zone, or dates, of which the end is exclusive."""
    reasons = Reasons()
    zone = zone_of(time_zone, starts_at, default_zone, reasons)
    if zone is None:
        return Times(errors=tuple(reasons.errors))
    reader = TimeReader(zone, all_day=len(starts_at) == 10, named=time_zone is not None, reasons=reasons)
    start = reader.moment("starts_at", starts_at)
    end = reader.moment("ends_at", ends_at, is_end=True) if ends_at else None
    if start and end:
        reader.check_order("ends_at", start, end)
    if start is None or reasons.errors:
        return Times(errors=tuple(reasons.errors))
    return Times(reader.text(start), reader.text(end) if end else None, zone.key)


def plan(state: State, command: contract.PlanMeeting) -> Decision:
    """Plan a meeting, or change its plan."""
    old = state.get(MeetingFact, command.id)
    times = read_times(command.starts_at, command.ends_at, command.time_zone, state.rules.zone.key)
    if times.errors:
        return wrong(*times.errors)
    content: dict[str, Any] = {name: getattr(command, name) for name in _PLAN}
    content |= {"starts_at": times.starts_at, "ends_at": times.ends_at, "time_zone": times.time_zone}
    if old is None:
        fact = MeetingFact(
            id=command.id,
            version=1,
            status="planned",
            sequence=0,
            created_at=state.at,
            updated_at=state.at,
            **content,
        )
        return created(contract.PLANNED, fact)
    if problem := not_as_seen(command.version, old.version):
        return problem
    # A meeting that was cancelled is planned anew; what was held stays so, whatever is corrected in it.
    status = "planned" if old.status == "cancelled" else old.status
    return _changed(state, contract.PLANNED, old, **content, status=status, cancelled_because=None)


def cancel(state: State, command: contract.CancelMeeting) -> Decision:
    """Say that a meeting does not take place."""
    old = state.get(MeetingFact, command.id)
    if old is None:
        return unknown(what="no meeting")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status == "held":
        return wrong_status(old.status)
    return _changed(state, contract.CANCELLED, old, status="cancelled", cancelled_because=command.reason)


def invite(state: State, command: contract.InviteToMeeting) -> Decision:
    """Invite members, or organisations that are named, besides those who are invited already."""
    old = state.get(MeetingFact, command.id)
    if old is None:
        return unknown(what="no meeting")
    if old.status != "planned":
        return wrong_status(old.status)
    asked = command.organisations
    if asked is None:
        asked = tuple(one.id for one in state.all(OrganisationFact) if one.status in ADMITTED)
    for place, organisation in enumerate(asked):
        if state.get(OrganisationFact, organisation) is None:
            return unknown(f"organisations.{place}", "no organisation")
    names = {one.organisation for one in old.invited} | set(asked)
    if len(names) > contract.MOST_ORGANISATIONS:
        text = "are more than {most}, which a meeting can hold"
        return wrong(reason("organisations", "too-many", text, most=contract.MOST_ORGANISATIONS))
    people = _people_to_invite(state)
    # Those who were invited before keep their people, but for the organisations that are named again.
    before = {one.organisation: one for one in old.invited if one.organisation not in asked}
    invited = tuple(
        before.get(name) or contract.Invitation(organisation=name, people=people.get(name, ()))
        for name in sorted(names)
    )
    return _changed(state, contract.INVITED, old, invited=invited)


def reply(state: State, command: contract.ReplyToMeeting) -> Decision:
    """Keep an organisation's latest reply to an invitation."""
    old = state.get(MeetingFact, command.id)
    if old is None:
        return unknown(what="no meeting")
    if old.status != "planned":
        return wrong_status(old.status)
    if all(one.organisation != command.organisation for one in old.invited):
        return wrong(reason("organisation", "not-invited", "is not invited to this meeting"))
    if command.person is not None and state.get(PersonFact, command.person) is None:
        return unknown("person", "nobody who is known here")
    before = next((one for one in old.replies if one.organisation == command.organisation), None)
    if before and (before.reply, before.person) == (command.reply, command.person):
        return changed(contract.REPLIED, old, None)
    fresh = contract.Reply(organisation=command.organisation, reply=command.reply, person=command.person, at=state.at)
    others = [one for one in old.replies if one.organisation != command.organisation]
    replies = tuple(sorted([*others, fresh], key=lambda one: one.organisation))
    return _changed(state, contract.REPLIED, old, replies=replies)


def attend(state: State, command: contract.RecordAttendance) -> Decision:
    """Record how organisations took part; with it the meeting counts as held."""
    old = state.get(MeetingFact, command.id)
    if old is None:
        return unknown(what="no meeting")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status == "cancelled":
        return wrong_status(old.status)
    if old.starts_at[:10] > state.today.isoformat():
        return wrong(reason("id", "not-held-yet", "names a meeting that is still to come"))
    recorded = {} if command.complete else {one.organisation: one for one in old.attendance}
    named: set[str] = set()
    for place, one in enumerate(command.attendance):
        if state.get(OrganisationFact, one.organisation) is None:
            return unknown(f"attendance.{place}.organisation", "no organisation")
        if one.person is not None and state.get(PersonFact, one.person) is None:
            return unknown(f"attendance.{place}.person", "nobody who is known here")
        if one.organisation in named:
            return wrong(reason(f"attendance.{place}.organisation", "named-twice", "is named twice"))
        named.add(one.organisation)
        recorded[one.organisation] = one
    attendance = tuple(recorded[name] for name in sorted(recorded))
    return _changed(state, contract.ATTENDED, old, attendance=attendance, status="held")


def minute(state: State, command: contract.RecordMinutes) -> Decision:
    """Keep a meeting's minutes: decisions and tasks in its fact, the words apart."""
    old = state.get(MeetingFact, command.id)
    if old is None:
        return unknown(what="no meeting")
    if problem := not_as_seen(command.version, old.version):
        return problem
    if old.status == "cancelled":
        return wrong_status(old.status)
    for place, decision in enumerate(command.decisions):
        if decision.item is not None and decision.item > len(old.agenda):
            error = reason(f"decisions.{place}.item", "no-such-item", "is no item of the agenda")
            return wrong(error)
    for place, task in enumerate(command.tasks):
        if task.organisation is not None and state.get(OrganisationFact, task.organisation) is None:
            return unknown(f"tasks.{place}.organisation", "no organisation")
    words = state.get(MinutesFact, command.id)
    fresh_words = (
        revised(state, words, text=command.text)
        if words
        else MinutesFact(id=command.id, version=1, text=command.text, updated_at=state.at)
    )
    new = revised(state, old, decisions=command.decisions, tasks=command.tasks, has_minutes=True)
    if fresh_words is None:
        return changed(contract.MINUTED, old, new)
    # The words are not in this fact, but it says that there are others now.
    new = new or old.model_copy(update={"version": old.version + 1, "updated_at": state.at, "changed": ()})
    told = new.model_copy(update={"changed": (*new.changed, "minutes"), "previous": None})
    return changed(contract.MINUTED, old, told, NewFact(MINUTES_KEPT, fresh_words))


def _people_to_invite(state: State) -> dict[str, tuple[str, ...]]:
    """By organisation the ids of its representatives and deputies, else of its contacts."""
    first: dict[str, list[str]] = {}
    contacts: dict[str, list[str]] = {}
    for person in state.all(PersonFact):
        for role in person.roles:
            if role.role in ("representative", "deputy"):
                first.setdefault(role.organisation, []).append(person.id)
            elif role.role == "contact":
                contacts.setdefault(role.organisation, []).append(person.id)
    return {name: tuple(dict.fromkeys(ids)) for name, ids in (contacts | first).items()}


def _changed(state: State, kind: str, old: MeetingFact, /, **fields: object) -> Decision:
    new = revised(state, old, **fields)
    if new is None:
        return changed(kind, old, None)
    is_news = bool(_NEWS & set(new.changed))
    before = contract.Before(starts_at=old.starts_at, ends_at=old.ends_at, place=old.place, status=old.status)
    update = {"sequence": old.sequence + is_news, "previous": before if is_news else None}
    return changed(kind, old, new.model_copy(update=update))
