"""What the office decides about events: publish, refuse, enter. State and command in, new state and facts out."""

from dataclasses import replace
from datetime import datetime

from services.events import domain
from services.events.domain import Decision, Event, Rules
from services.events.partnership import Partner
from shared.contracts.events import EnterEvent, PublishEvent, RefuseEvent
from shared.contracts.requests import Problem, reason


def publish(
    event: Event | None, partner: Partner | None, command: PublishEvent, now: datetime, rules: Rules
) -> Decision:
    """Make an event public that waits or was refused; a refusal is forgotten."""
    if event is None or partner is None:
        return domain.refuse(_unknown())
    if problem := _not_as_seen(event, command.version):
        return domain.refuse(problem)
    if event.visibility == "public":
        return Decision("unchanged")
    return domain.publish(event, partner, now, rules)


def refuse(event: Event | None, partner: Partner | None, command: RefuseEvent, now: datetime, rules: Rules) -> Decision:
    """Take an event that waits or is public out of sight; that holds until its content changes."""
    if event is None or partner is None:
        return domain.refuse(_unknown())
    if problem := _not_as_seen(event, command.version):
        return domain.refuse(problem)
    changed = tuple(
        name
        for name, before, after in (
            ("visibility", event.visibility, "refused"),
            ("refused_because", event.refused_because, command.reason),
        )
        if before != after
    )
    if not changed:
        return Decision("unchanged")
    plan = domain.stored_schedule(event, rules)
    refused = replace(
        event, version=event.version + 1, visibility="refused", refused_because=command.reason, updated_at=now
    )
    return Decision("changed", refused, domain.fact(refused, partner, plan, rules, now, changed, event))


def enter(event: Event | None, partner: Partner | None, command: EnterEvent, now: datetime, rules: Rules) -> Decision:
    """Take an event, or a newer version, from the office itself: public at once, however far its partner is trusted."""
    return domain.submit(event, partner, command, now, rules, by_office=True)


def _unknown() -> Problem:
    errors = (reason("id", "not-found", "names no event"),)
    return Problem(type="/problems/not-found", title="There is no such event", status=404, errors=errors)


def _not_as_seen(event: Event, version: int | None) -> Problem | None:
    """Why there is nothing to decide: what was looked at is not there any more."""
    if event.visibility == "withdrawn":
        errors = (reason("id", "gone", "names an event that its organiser has withdrawn"),)
        return Problem(type="/problems/withdrawn", title="This event was withdrawn", status=409, errors=errors)
    if version is None or version == event.version:
        return None
    error = reason("version", "changed-meanwhile", "is not {stored}, which is there now", stored=event.version)
    title = "This event has changed meanwhile"
    return Problem(type="/problems/changed-meanwhile", title=title, status=409, errors=(error,))
