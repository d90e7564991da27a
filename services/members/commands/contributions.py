"""``buendnisbus members contributions …``: what members bring in, reported and confirmed."""

from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

import typer

from services.members.cli import list_contributions
from services.members.commands import common
from services.members.commands.common import Organisation, read, send
from services.members.domain.state import StoredContribution
from shared.commands import office
from shared.commands.office import Yes, build, find
from shared.commands.show import Json, show
from shared.contracts.members import contributions as contract

app = typer.Typer(no_args_is_help=True, help="Contributions of members: report, confirm, decline.")
Id = Annotated[str, typer.Argument(help="Id of the contribution, or the beginning of it.", metavar="CONTRIBUTION")]
_Kind = Literal["content", "co-hosted-event", "working-group", "knowledge"]
_COLUMNS = ["id", "on", "organisation", "kind", "title", "status", "confirmed_by"]


@app.command("list")
def list_(
    organisation: Annotated[str | None, typer.Option(help="Of this one alone.")] = None,
    status: Annotated[Literal["reported", "confirmed", "declined"] | None, typer.Option(help="These alone.")] = None,
    as_json: Json = False,
) -> None:
    """Show contributions, the oldest first."""
    rows: list[dict[str, Any]] = [
        one.model_dump(mode="json")
        for one in read(list_contributions)
        if organisation in (None, one.organisation) and status in (None, one.status)
    ]
    show(rows, _COLUMNS, as_json=as_json, empty="No contributions: buendnisbus members contributions report")


@app.command()
def report(
    organisation: Organisation,
    title: Annotated[str, typer.Option(help="What it was; no names of persons.")],
    kind: Annotated[_Kind, typer.Option(help="Which kind.")] = "content",
    on: common.OnDay = None,
    person: Annotated[str | None, typer.Option(help="Who did it: id or e-mail, of a multiplier.")] = None,
    event: Annotated[UUID | None, typer.Option(help="The calendar event that it belongs to.")] = None,
    as_json: Json = False,
) -> None:
    """Enter what an organisation contributed; what the office enters counts at once."""
    document = {
        "id": str(uuid4()),
        "organisation": organisation,
        "kind": kind,
        "title": title,
        "on": office.day(on) or office.today().isoformat(),
        "person": common.person_id(person),
        "event": str(event) if event else None,
    }
    data = build(contract.ReportContribution, document)
    send(contract.REPORT, data, f"Entered as {data.id}", as_json=as_json)


@app.command()
def confirm(contribution: Id, as_json: Json = False) -> None:
    """Let a contribution count that an organisation has reported."""
    fact = _found(contribution)
    data = build(contract.ConfirmContribution, {"id": fact.id, "version": fact.version})
    send(contract.CONFIRM, data, f"“{fact.title}” counts for {fact.organisation}", as_json=as_json)


@app.command()
def decline(
    contribution: Id,
    reason: Annotated[str, typer.Option(help="For the organisation; no names of persons.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Let a contribution not count, or no longer."""
    fact = _found(contribution)
    office.confirm(f"Let “{fact.title}” of {fact.organisation} not count?", yes=yes)
    data = build(contract.DeclineContribution, {"id": fact.id, "version": fact.version, "reason": reason})
    send(contract.DECLINE, data, f"“{fact.title}” does not count", as_json=as_json)


def _found(contribution: str) -> StoredContribution:
    return find(read(list_contributions), contribution, "contribution", "buendnisbus members contributions list")
