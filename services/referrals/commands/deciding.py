"""``buendnisbus referrals assign|hold|close|answer|…``: what the office decides itself, and enters for networks."""

from typing import Annotated, Literal, get_args

import typer

from services.referrals.commands.common import RequestId, find_request, send_about
from shared.commands.office import build
from shared.commands.show import Json, fail
from shared.contracts.referrals import answers, office
from shared.contracts.referrals.answers import AnswerReferral, Reason

app = typer.Typer()
_REASONS = ", ".join(get_args(Reason))
_GIVEN_BACK = ("decline", "give-back")


@app.command()
def assign(
    request: RequestId,
    network: Annotated[str, typer.Argument(help="Id of the organisation: its slug.")],
    as_json: Json = False,
) -> None:
    """Ask a network of the office's choice, whatever its area, topics and room are."""
    fact = find_request(request)
    data = build(office.AssignReferral, {"id": fact.id, "version": fact.version, "network": network})
    send_about(office.ASSIGN, data, f"{network} is asked", as_json=as_json)


@app.command()
def hold(request: RequestId, as_json: Json = False) -> None:
    """Let a request rest; promises do not run meanwhile."""
    fact = find_request(request)
    data = build(office.HoldReferral, {"id": fact.id, "version": fact.version})
    send_about(office.HOLD, data, "It rests", as_json=as_json)


@app.command()
def resume(request: RequestId, as_json: Json = False) -> None:
    """Let a request that rested go on where it was."""
    fact = find_request(request)
    data = build(office.ResumeReferral, {"id": fact.id, "version": fact.version})
    send_about(office.RESUME, data, "It goes on", as_json=as_json)


@app.command()
def close(
    request: RequestId,
    because: Annotated[
        Literal["answered", "nobody-found", "not-ours", "no-reply", "abuse"],
        typer.Option(help="Answered by the office; nobody was found; nothing that the alliance does; no reply; abuse."),
    ],
    note: Annotated[str | None, typer.Option(help="For the person.")] = None,
    as_json: Json = False,
) -> None:
    """End a request with a reason; for two weeks the person can open it again."""
    fact = find_request(request)
    data = build(office.CloseReferral, {"id": fact.id, "version": fact.version, "because": because, "note": note})
    send_about(office.CLOSE, data, "It is closed", as_json=as_json)


@app.command()
def answer(
    request: RequestId,
    says: Annotated[
        Literal["accept", "decline", "hand-on", "ask-back", "progress", "done", "give-back"],
        typer.Argument(help="What the network says that is asked, or cares for it.", metavar="ANSWER"),
    ],
    reason: Annotated[str | None, typer.Option(help=f"Why it declines or gives it back: {_REASONS}.")] = None,
    to: Annotated[str | None, typer.Option(help="To whom it hands on; default: to whoever fits next.")] = None,
    note: Annotated[str | None, typer.Option(help="For the office; of ask-back the question to the person.")] = None,
    as_json: Json = False,
) -> None:
    """Enter what a network answers, as it says on the telephone."""
    if says in _GIVEN_BACK and reason is None:
        raise fail(f"{says} needs --reason: {_REASONS}", 2)
    if says == "ask-back" and note is None:
        raise fail("ask-back needs --note: the question to the person", 2)
    fact = find_request(request)
    if fact.network is None:
        raise fail(
            f"no network is asked about {fact.id}; to ask one: buendnisbus referrals assign {fact.id[:8]} NETWORK"
        )
    document = {
        "id": fact.id,
        "network": fact.network,
        "assignment": len(fact.assignments) or None,
        "answer": says,
        "reason": reason,
        "to": to,
        "note": note,
        "by": "office",
    }
    send_about(
        answers.ANSWER, build(AnswerReferral, document), f"The answer of {fact.network} is noted", as_json=as_json
    )
