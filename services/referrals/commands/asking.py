"""``buendnisbus referrals new|reply|evaluate|…``: what the office does for those who have called."""

from typing import Annotated, Literal
from uuid import uuid4

import typer

from services.referrals.commands.common import RequestId, find_request, send_about, topics
from shared.commands import office
from shared.commands.office import Yes, build, given
from shared.commands.show import Json, fail
from shared.contracts.referrals import asking as contract

app = typer.Typer()
OFFICE = "office"


@app.command()
def new(
    kind: Annotated[
        Literal["offer-help", "seek-help", "question", "moderator", "support"],
        typer.Argument(help="What is asked; support is what one association asks of the others."),
    ],
    place: Annotated[str, typer.Option(help="Municipality: name, postal code or key.")],
    topic: Annotated[list[str] | None, typer.Option(help="Topic; may be repeated.")] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="Language that can be spoken, such as de or ar; may be repeated.")
    ] = None,
    message: Annotated[str | None, typer.Option(help="What the person says.")] = None,
    availability: Annotated[str | None, typer.Option(help="When there is time.")] = None,
    name: Annotated[str | None, typer.Option(help="First and last name.")] = None,
    phone: Annotated[str | None, typer.Option(help="Telephone number.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail address.")] = None,
    consent: Annotated[
        str | None,
        typer.Option(help="Version of the text that was agreed to on the telephone; needed to reach anybody."),
    ] = None,
    occasion: Annotated[str | None, typer.Option(help="For what a moderator is looked for.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day of the occasion, such as 3.12.2026.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait where nobody fits yet, up to 90 days.")] = False,
    as_json: Json = False,
) -> None:
    """Ask for somebody who has called. The network that fits best is asked at once."""
    contact = given(name=name, phone=phone, email=email)
    if contact and not consent:
        raise fail("--consent is needed with a name, a number or an address: the version of the text agreed to", 2)
    if kind == "moderator" and not (occasion and on):
        raise fail("a moderator is looked for with --occasion and --on, for what and when", 2)
    document = {
        "id": str(uuid4()),
        "kind": kind,
        "ags": office.municipality(place),
        "topics": topics(topic),
        "languages": language or (),
        "message": message,
        "availability": availability,
        "occasion": {"on": office.day(on), "what": occasion} if occasion else None,
        "contact": contact or None,
        "consent": consent,
        "consent_by": "telephone",
        "may_wait": wait,
        "by": OFFICE,
    }
    send_about(contract.SUBMIT, build(contract.SubmitReferral, document), "It is passed on", as_json=as_json)


@app.command()
def reply(
    request: RequestId,
    text: Annotated[str, typer.Argument(help="What the person answers.")],
    as_json: Json = False,
) -> None:
    """Note what the person answers to what a network has asked back."""
    data = build(contract.ReplyToQuestion, {"id": find_request(request).id, "message": text})
    send_about(contract.REPLY, data, "The reply is noted, and what was promised runs on", as_json=as_json)


@app.command()
def evaluate(
    request: RequestId,
    went: Annotated[
        Literal["well", "partly", "nobody-called"],
        typer.Argument(help="How it went. Where nobody called, somebody else is asked."),
    ],
    comment: Annotated[str | None, typer.Option(help="In the person's words.")] = None,
    as_json: Json = False,
) -> None:
    """Note how it went, as the person says."""
    data = build(contract.EvaluateReferral, {"id": find_request(request).id, "went": went, "comment": comment})
    send_about(contract.EVALUATE, data, "It is noted how it went", as_json=as_json)


@app.command()
def cancel(request: RequestId, as_json: Json = False) -> None:
    """End a request, as the person needs nothing any more; for two weeks it can be opened again."""
    data = build(contract.CancelReferral, {"id": find_request(request).id})
    send_about(contract.CANCEL, data, "It is cancelled", as_json=as_json)


@app.command()
def reopen(request: RequestId, as_json: Json = False) -> None:
    """Ask again what had ended not long ago."""
    data = build(contract.ReopenReferral, {"id": find_request(request).id})
    send_about(contract.REOPEN, data, "It is asked again", as_json=as_json)


@app.command()
def erase(request: RequestId, yes: Yes = False, as_json: Json = False) -> None:
    """Forget who asked, and all that was written about it; what is open ends with that."""
    id_ = find_request(request).id
    office.confirm(f"Forget who asked {id_}? This cannot be undone", yes=yes)
    sentence = "Who asked is forgotten; remains in Kafka are gone after seven days"
    send_about(contract.ERASE, build(contract.EraseReferral, {"id": id_}), sentence, as_json=as_json)
