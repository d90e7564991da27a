"""``buendnisbus members erasures …``: what was erased stays so, also where a backup brought it back (DESIGN 9)."""

import asyncio
from typing import Annotated, Any

import typer

from services.gateway.common.access.cli import list_erased_people
from services.gateway.settings import Settings as GatewaySettings
from services.members.cli import list_erased
from services.members.commands.common import read
from shared.commands.ask import Command, NoAnswerError, ask_many
from shared.commands.office import Yes, build, confirm
from shared.commands.show import Json, console, fail, show
from shared.contracts.members.people import ERASE_PERSON, ErasePerson
from shared.settings import KafkaSettings

app = typer.Typer(no_args_is_help=True, help="Erased people: list, and erase again after a restored backup.")
_COLUMNS = ["id", "erased_at", "members", "gateway"]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show who was erased, by bare id, and which database knows of it."""
    show(_erased(), _COLUMNS, as_json=as_json, empty="Nobody was erased.")


@app.command()
def reapply(
    also: Annotated[
        list[str] | None,
        typer.Option(help="Id of somebody else who was erased, known from elsewhere; may be repeated."),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase again whoever any database knows as erased; to be run after one of them was restored from a backup."""
    ids = sorted({str(row["id"]) for row in _erased()} | {one.strip().lower() for one in also or ()})
    if not ids:
        show([], _COLUMNS, as_json=as_json, empty="Nobody was erased: nothing to do.")
        return
    confirm(f"Erase {len(ids)} people again?", yes=yes)
    commands = [Command(ERASE_PERSON, id_, build(ErasePerson, {"id": id_})) for id_ in ids]
    try:
        results = asyncio.run(_send(commands))
    except NoAnswerError as error:
        raise fail(f"{error}. Run it again when it is mended", 3) from None
    rows = [{"id": ids[place], "result": results[place]} for place in range(len(ids))]
    show(rows, ["id", "result"], as_json=as_json, empty="")
    if not as_json:
        again = sum(result == "withdrawn" for result in results.values())
        console.print(f"[green]✓[/] Erased: {len(ids)}; of these had come back: {again}.")
    if "refused" in results.values():
        raise typer.Exit(1)


def _erased() -> list[dict[str, Any]]:
    """Who was erased, the latest first, as the databases of members and of the gateway know it."""
    here = {row["id"]: row["erased_at"] for row in read(list_erased) if row["kind"] == "person"}
    there = {row["id"]: row["erased_at"] for row in asyncio.run(list_erased_people(GatewaySettings()))}
    rows = [
        {"id": id_, "erased_at": here.get(id_) or there.get(id_), "members": id_ in here, "gateway": id_ in there}
        for id_ in here.keys() | there.keys()
    ]
    return sorted(rows, key=lambda row: (str(row["erased_at"]), str(row["id"])), reverse=True)


async def _send(commands: list[Command]) -> dict[int, str]:
    found = ask_many(KafkaSettings(), "members", commands)
    return {place: str(outcome.result) async for place, outcome in found}
