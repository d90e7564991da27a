"""What the calendar decides: state and command in, new state and facts out. No clock, no I/O."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.events import places
from services.events import schedule as times
from services.events.partnership import Partner
from services.events.schedule import Content, Schedule
from shared.clock import rfc3339
from shared.contracts import events as contract
from shared.contracts.base import FieldError
from shared.contracts.partner import EventSubmission, EventWithdrawal, event_id
from shared.contracts.requests import Problem, Result, invalid, reason
from shared.places import Places
from shared.times import Reasons

FACT_TYPES: Final = {
    "public": contract.EVENT_PUBLISHED,
    "waiting": contract.EVENT_SUBMITTED,
    "refused": contract.EVENT_REFUSED,
    "withdrawn": contract.EVENT_WITHDRAWN,
}
Document = dict[str, Any]
_CONTENT: Final = set(EventSubmission.model_fields) - {"uid", "sequence"}
_PUBLIC_OF_AREA: Final = ("postal_code", "municipality", "ags", "online_url", "visibility")


@dataclass(frozen=True, slots=True)
class Rules:
    """What an alliance sets for itself."""

    topics: frozenset[str]
    time_zone: str
    places: Places


@dataclass(frozen=True, slots=True)
class Event:
    """An event as stored. Times in UTC; ``expanded_until`` None: all its occurrences are published.
    ``refused_because``: the office refused this very content, also where it was withdrawn since.
    ``places_digest``: of the places by which those of its last fact were resolved; None: by none."""

    id: UUID
    partner: str
    uid: str
    version: int
    sequence: int
    visibility: str
    content: Content
    expanded_until: datetime | None
    created_at: datetime
    updated_at: datetime
    refused_because: str | None = None
    places_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a request leads to. ``event``: what is to be stored, if anything; ``fact``: what is to be told;
    ``notes``: what the sender could say better."""

    result: Result
    event: Event | None = None
    fact: Document | None = None
    problem: Problem | None = None
    notes: tuple[FieldError, ...] = ()


def submit(
    event: Event | None,
    partner: Partner | None,
    submission: EventSubmission,
    now: datetime,
    rules: Rules,
    *,
    by_office: bool = False,
) -> Decision:
    """Decide on a submission for the stored ``event`` (None: not known yet). ``by_office``: public at once."""
    if partner is None or not partner.active:
        return refuse(unknown_partner())
    if event and submission.sequence is not None and submission.sequence < event.sequence:
        return refuse(
            Problem(
                type="/problems/stale",
                title="A newer version of this event is already here",
                status=409,
                errors=(reason("sequence", "stale", "is lower than {stored}, which is stored", stored=event.sequence),),
            )
        )
    reasons = Reasons()
    content = submission.model_dump(mode="json", include=_CONTENT)
    plan = times.read_schedule(content, rules.time_zone, reasons)
    if plan is not None:
        _check_overrides(plan, now, reasons)
    if plan is None or reasons.errors:
        return refuse(invalid(reasons.errors))
    content = times.normalise(content, plan)
    sequence = submission.sequence if submission.sequence is not None else event.sequence if event else 0
    until = times.horizon(plan, now)
    visibility = "public" if by_office else _visibility(event, partner, content)
    notes = places.notes(submission, rules.places)
    fresh = Event(
        id=event_id(partner.id, submission.uid),
        partner=partner.id,
        uid=submission.uid,
        version=event.version + 1 if event else 1,
        sequence=sequence,
        visibility=visibility,
        content=content,
        expanded_until=plan.instant(until) if times.goes_on_after(plan, until) else None,
        created_at=event.created_at if event else now,
        updated_at=now,
        refused_because=event.refused_because if event and visibility == "refused" else None,
    )
    if event is None:
        return Decision("created", fresh, fact(fresh, partner, plan, rules, now), notes=notes)
    changed = _changed(event, fresh)
    if not changed:
        same = replace(event, sequence=sequence) if sequence != event.sequence else None
        return Decision("unchanged", same, notes=notes)
    return Decision("changed", fresh, fact(fresh, partner, plan, rules, now, changed, event), notes=notes)


def withdraw(
    event: Event | None, partner: Partner | None, withdrawal: EventWithdrawal, now: datetime, rules: Rules
) -> Decision:
    """Decide on a withdrawal: it always wins, whatever the sequence."""
    if partner is None or not partner.active:
        return refuse(unknown_partner())
    if event is None:
        errors = (reason("uid", "event-unknown", "names no event of this partner"),)
        return refuse(Problem(type="/problems/not-found", title="There is no such event", status=404, errors=errors))
    if event.visibility == "withdrawn":
        return Decision("unchanged")
    gone = replace(event, version=event.version + 1, visibility="withdrawn", expanded_until=None, updated_at=now)
    plan = stored_schedule(gone, rules)
    return Decision("withdrawn", gone, fact(gone, partner, plan, rules, now, ("visibility",), event))


def publish(event: Event, partner: Partner, now: datetime, rules: Rules) -> Decision:
    """Make an event public that is not: its partner is trusted now, or the office has decided so."""
    plan = stored_schedule(event, rules)
    public = replace(event, version=event.version + 1, visibility="public", refused_because=None, updated_at=now)
    return Decision("changed", public, fact(public, partner, plan, rules, now, ("visibility",), event))


def extend(event: Event, partner: Partner, now: datetime, rules: Rules) -> Decision:
    """Publish the occurrences that have come into view with the passing of time."""
    plan = stored_schedule(event, rules)
    until = times.horizon(plan, now)
    further = replace(
        event,
        version=event.version + 1,
        expanded_until=plan.instant(until) if times.goes_on_after(plan, until) else None,
    )
    return Decision("changed", further, fact(further, partner, plan, rules, now, ("occurrences",), event))


def resolve_again(event: Event, partner: Partner, now: datetime, rules: Rules) -> Decision:
    """Resolve the places of an event by the places that are in use now, and publish it where it has any."""
    content = event.content
    if not content["place"] and not any(override.get("place") for override in content["overrides"]):
        return Decision("unchanged", replace(event, places_digest=rules.places.digest))
    plan = stored_schedule(event, rules)
    again = replace(event, version=event.version + 1)
    return Decision("changed", again, fact(again, partner, plan, rules, now, ("place.resolved",), event))


def stored_schedule(event: Event, rules: Rules) -> Schedule:
    """The times of a stored event, which were valid when it was taken.

    Raises:
        ValueError: they are not any more, as when a time zone has left the database of zones.
    """
    reasons = Reasons()
    plan = times.read_schedule(event.content, rules.time_zone, reasons)
    if plan is None:
        raise ValueError(f"stored event {event.id}: {[(e.field, e.code) for e in reasons.errors]}")
    return plan


def fact(
    event: Event,
    partner: Partner,
    plan: Schedule,
    rules: Rules,
    now: datetime,
    changed: tuple[str, ...] = (),
    before: Event | None = None,
) -> Document:
    """The whole public state of ``event`` (``EventFact``); ``before`` is what readers knew until now."""
    content = event.content
    is_area = bool(content["place"]) and content["place"]["visibility"] == "area"
    plan = replace(
        plan,
        overrides={
            start: {**override, "place": public_place(override.get("place"), rules.places, is_area=is_area)}
            for start, override in plan.overrides.items()
        },
    )
    return {
        **{name: value for name, value in content.items() if name not in ("overrides", "co_hosts")},
        "id": str(event.id),
        "version": event.version,
        "partner": event.partner,
        "organisers": [{"id": partner.id, "name": partner.name}],
        "visibility": event.visibility,
        "uid": event.uid,
        "sequence": event.sequence,
        "place": public_place(content["place"], rules.places),
        "topics_outside_vocabulary": [topic for topic in content["topics"] if topic not in rules.topics],
        "occurrences": times.occurrences(plan, str(event.id), content["status"], times.horizon(plan, now)),
        "created_at": rfc3339(event.created_at),
        "updated_at": rfc3339(event.updated_at),
        "changed": changed,
        "previous": _previous(before, rules.places, is_area=is_area) if before else None,
        "refused_because": event.refused_because if event.visibility == "refused" else None,
    }


def public_place(place: Document | None, known: Places, *, is_area: bool = False) -> Document | None:
    """A place as everyone may see it (``EventPlace``): with its municipality, and with visibility ``area``, its own
    or its event's, without the address."""
    if place is None:
        return None
    if is_area or place["visibility"] == "area":
        place = {name: value if name in _PUBLIC_OF_AREA else None for name, value in place.items()}
    return {**place, "resolved": places.resolved(place, known)}


def refuse(problem: Problem) -> Decision:
    """Nothing changes, and the partner hears why."""
    return Decision("refused", problem=problem)


def unknown_partner() -> Problem:
    """The problem of a request for an organisation that may not publish."""
    return Problem(type="/problems/partner-unknown", title="This organisation is not registered", status=403)


def not_a_partners_message() -> FieldError:
    """The reason why what only the office may ask is not taken from a partner's topic."""
    return reason("type", "type-not-allowed", "is not what an organisation may send")


def _check_overrides(plan: Schedule, now: datetime, reasons: Reasons) -> None:
    if plan.overrides and not plan.recurs:
        reasons.add("overrides", "not-recurring", "need an event that recurs")
        return
    until = times.horizon(plan, now)
    known = times.starts(plan, until)
    if not known:
        reasons.add("recurrence.rrule", "no-occurrence", "yields no occurrence")
        return
    for original, override in plan.overrides.items():
        if original not in known and original <= until and original >= known[0] and not override.get("starts_at"):
            reasons.add("overrides", "no-such-occurrence", "name a start at which the event does not take place")


def _visibility(event: Event | None, partner: Partner, content: Content) -> str:
    """What the office decided holds until the content changes; else trusted partners publish at once, others wait."""
    is_same = event is not None and not _differing(event.content, content)
    if event and is_same and event.refused_because is not None:
        return "refused"
    if partner.trusted:
        return "public"
    return event.visibility if event and is_same and event.visibility != "withdrawn" else "waiting"


def _changed(old: Event, new: Event) -> tuple[str, ...]:
    names = _differing(old.content, new.content)
    return names if old.visibility == new.visibility else (*names, "visibility")


def _differing(old: Content, new: Content) -> tuple[str, ...]:
    """Names of what is not the same; what was stored before a field was known says nothing of it, as null does."""
    return tuple(name for name, value in new.items() if old.get(name) != value)


def _previous(event: Event, known: Places, *, is_area: bool) -> Document:
    # What is held back now is not told as what it was before.
    content = event.content
    return {
        "starts_at": content["starts_at"],
        "status": content["status"],
        "place": public_place(content["place"], known, is_area=is_area),
    }
