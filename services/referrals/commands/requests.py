"""``buendnisbus referrals list|show``: the board on a terminal, and one request with all that belongs to it."""

from functools import partial
from typing import Annotated, Any, Final

import typer

from services.referrals.cli import Request, list_requests, read_request
from services.referrals.commands.common import RequestId, find_request, local, place_name, public, read, standing
from services.referrals.domain.state import StoredReferral
from shared.clock import rfc3339, utc_now
from shared.commands.show import Json, console, show
from shared.contracts.referrals.facts import OPEN, RESTING, PersonAsking, ReferralState
from shared.places import places
from shared.routing.explaining import explain

app = typer.Typer()
_COLUMNS: Final = ["id", "state", "kind", "place", "topics", "network", "due", "overdue"]
_LAST: Final = "~"
"""Behind every time: where requests stand that nobody has promised to act on."""


@app.command("list")
def list_(
    state: Annotated[ReferralState | None, typer.Option(help="Of this state alone.")] = None,
    network: Annotated[str | None, typer.Option(help="Those that this network is asked about, or cares for.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Those alone whose promise has run out.")] = False,
    also_ended: Annotated[bool, typer.Option("--all", help="Those that have ended, too.")] = False,
    as_json: Json = False,
) -> None:
    """Show requests that are open, those that are overdue first; nothing in it says who asks."""
    now = rfc3339(utc_now())
    found = [
        one
        for one in read(list_requests)
        if (one.state == state if state else also_ended or one.state in OPEN)
        and network in (None, one.network)
        and (is_overdue(one, now) or not overdue)
    ]
    found.sort(key=lambda one: (one.due or _LAST, one.created_at, one.id))
    rows = [_document(one, now) if as_json else _row(one, now) for one in found]
    show(rows, _COLUMNS, as_json=as_json, empty="No such requests; --all shows those that have ended, too")


@app.command("show")
def show_(request: RequestId, as_json: Json = False) -> None:
    """Show one request: who asks and what was written, who was asked, and who would be asked next."""
    id_ = find_request(request).id
    found = read(partial(read_request, id_=id_))
    if found is None:
        return
    now = rfc3339(utc_now())
    if as_json:
        person = found.person.model_dump(mode="json") if found.person else None
        row = _document(found.fact, now) | {"person": person, "next": [_candidate(one) for one in found.next]}
        show([row], [], as_json=True, empty="")
        return
    show([_row(found.fact, now)], _COLUMNS, as_json=False, empty="")
    for line in _lines(found):
        console.print(line, soft_wrap=True, markup=False)


def is_overdue(fact: StoredReferral, now: str) -> bool:
    """Whether somebody promised to act before ``now`` (RFC 3339, UTC), and has not."""
    return fact.due is not None and fact.due < now and fact.state not in RESTING


def _lines(found: Request) -> list[str]:
    """All that a person at the office wants to read of a request, line by line."""
    fact = found.fact
    lines = [f"  asked {local(fact.created_at)} by {fact.by}; languages: {', '.join(fact.languages) or 'any'}"]
    lines += _person_lines(found.person) if found.person else ["  Who asked is forgotten."]
    lines += [f"  {step.state} {local(step.at)} {step.network or ''}".rstrip() for step in fact.history]
    for number, one in enumerate(fact.assignments, 1):
        why = "; ".join(reason.detail for reason in one.because) or f"chosen by {one.by}"
        answer = f"{one.answer} {local(one.answered_at)}" if one.answer else f"to answer until {local(one.due)}"
        lines.append(f"  {number}. {one.network}: {answer}{f' ({one.reason})' if one.reason else ''}; {why}")
    for candidate in found.next:
        why = "; ".join(reason.detail for reason in explain(candidate, places()))
        lines.append(f"  could be asked: {candidate.network.id}; {why}")
    return [*lines, standing(fact)]


def _person_lines(person: PersonAsking) -> list[str]:
    lines = []
    if person.contact:
        reached = (person.contact.name, person.contact.email, person.contact.phone)
        consent = f"consent {person.consent} by {person.consent_by}"
        lines.append(f"  {', '.join(filter(None, reached))}; {consent}; written to in {person.language}")
    else:
        lines.append("  wants no answer")
    said = [person.message, person.availability]
    if person.occasion:
        said.append(f"{person.occasion.what}, {person.occasion.on}")
    lines += [f"  “{one}”" for one in said if one]
    return lines + [f"  {note.kind} of {note.by}, {local(note.at)}: “{note.text}”" for note in person.notes]


def _document(fact: StoredReferral, now: str) -> dict[str, Any]:
    return public(fact) | {"overdue": is_overdue(fact, now)}


def _candidate(one: Any) -> dict[str, Any]:
    reasons = [reason.detail for reason in explain(one, places())]
    return {"id": one.network.id, "name": one.network.name, "free": one.free, "reasons": reasons}


def _row(fact: StoredReferral, now: str) -> dict[str, Any]:
    return {
        "id": fact.id,
        "state": fact.state,
        "kind": fact.kind,
        "place": place_name(fact.ags),
        "topics": fact.topics,
        "network": fact.network,
        "due": local(fact.due) or None,
        "overdue": is_overdue(fact, now),
    }
