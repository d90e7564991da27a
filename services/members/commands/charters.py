"""``buendnisbus members charters …``: the papers that members agreed to, in editions."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from services.members.cli import list_charters, list_organisations
from services.members.commands import common
from services.members.commands.common import Organisation, read, send
from shared.commands import office
from shared.commands.office import build, only
from shared.commands.show import Json, fail, show
from shared.contracts.members import charter_id
from shared.contracts.members import goals as contract
from shared.contracts.members.goals import CharterFact

app = typer.Typer(no_args_is_help=True, help="Leitbild, Arbeitsordnung, Konzeption: adopt, assent.")
Kind = Annotated[Literal["leitbild", "arbeitsordnung", "konzeption"], typer.Argument(help="Which paper.")]
_COLUMNS = ["kind", "edition", "title", "adopted_on", "assents", "members"]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show the papers with their latest edition, and how many members agreed to it."""
    charters = read(list_charters)
    if as_json:
        show([one.model_dump(mode="json") for one in charters], [], as_json=True, empty="")
        return
    members = {one.id for one in read(list_organisations) if one.status in ("active", "passive")}
    empty = "No papers yet: buendnisbus members charters adopt"
    show([_row(one, members) for one in charters], _COLUMNS, as_json=False, empty=empty)


@app.command()
def adopt(
    kind: Kind,
    title: Annotated[str, typer.Option(help="What this edition is called.")],
    file: Annotated[Path | None, typer.Option(help="Its text, Markdown.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be read.")] = None,
    on: common.OnDay = None,
    meeting: Annotated[str | None, typer.Option(help="The meeting that agreed on it: id or date.")] = None,
    as_json: Json = False,
) -> None:
    """Keep a new edition of a paper; the same words again are none."""
    if file is None and url is None:
        raise fail("give the text with --file, or where it can be read with --url", 2)
    try:
        text = file.read_text(encoding="utf-8-sig") if file else None
    except (OSError, UnicodeDecodeError) as error:
        raise fail(f"{file}: cannot be read as UTF-8 ({type(error).__name__})", 2) from None
    document = {
        "id": str(charter_id(kind)),
        "kind": kind,
        "title": title,
        "text": text,
        "url": url,
        "on": office.day(on),
        "meeting": common.meeting_id(meeting),
    }
    sentence = f"A new edition of the {kind} is kept; members agree with: buendnisbus members charters assent {kind}"
    send(contract.ADOPT, build(contract.AdoptCharter, document), sentence, as_json=as_json)


@app.command()
def assent(
    kind: Kind,
    organisation: Organisation,
    edition: Annotated[int | None, typer.Option(min=1, help="Its number; default: the latest.")] = None,
    as_json: Json = False,
) -> None:
    """Note that a member agrees to an edition."""
    found = [one for one in read(list_charters) if one.kind == kind]
    fact = only(found, "paper", "buendnisbus members charters list")
    agreed = edition or fact.editions[-1].number
    data = build(contract.AssentToCharter, {"id": fact.id, "organisation": organisation, "edition": agreed})
    send(contract.ASSENT, data, f"{organisation} agrees to edition {agreed} of the {kind}", as_json=as_json)


def _row(fact: CharterFact, members: set[str]) -> dict[str, Any]:
    latest = fact.editions[-1]
    return {
        "kind": fact.kind,
        "edition": latest.number,
        "title": latest.title,
        "adopted_on": latest.adopted_on,
        "assents": sum(one.edition == latest.number and one.organisation in members for one in fact.assents),
        "members": len(members),
    }
