"""What was erased stays so, also where a backup brought it back (DESIGN 9): known by two databases, erased again."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import typer

from services.gateway.common.access.cli import list_erased as list_erased_there
from services.gateway.settings import Settings as GatewaySettings
from shared.commands.ask import Command, NoAnswerError, ask_many
from shared.commands.office import build, confirm
from shared.commands.show import console, fail, show
from shared.contracts.base import Contract
from shared.settings import KafkaSettings


class Erasable(NamedTuple):
    """Something that can be erased. ``what``: for people; ``table``: its name among the erased of its service;
    ``view``: the same at the gateway; ``kind`` and ``command``: what erases it."""

    what: str
    table: str
    view: str
    kind: str
    command: type[Contract]


_RESULT: Final = ("what", "id", "result")


def erased(service: str, here: Iterable[Mapping[str, Any]], erasables: Sequence[Erasable]) -> list[dict[str, Any]]:
    """What was erased, the latest first, as the databases of ``service`` (``here``) and of the gateway know it."""
    known = list(here)
    rows = []
    for one in erasables:
        at_service = {row["id"]: row["erased_at"] for row in known if row["kind"] == one.table}
        there = {row["id"]: row["erased_at"] for row in asyncio.run(list_erased_there(GatewaySettings(), one.view))}
        rows += [
            {
                "what": one.what,
                "id": id_,
                "erased_at": at_service.get(id_) or there.get(id_),
                service: id_ in at_service,
                "gateway": id_ in there,
            }
            for id_ in at_service.keys() | there.keys()
        ]
    return sorted(rows, key=lambda row: (str(row["erased_at"]), str(row["id"])), reverse=True)


def reapply(service: str, wanted: Iterable[tuple[Erasable, str]], *, yes: bool, as_json: bool) -> None:
    """Send ``service`` each erasure again, and tell what had come back.

    Raises:
        typer.Exit: 1 one was refused, 2 an id is none, 3 there was no answer.
    """
    again = sorted(set(wanted), key=lambda pair: (pair[0].what, pair[1]))
    if not again:
        show([], _RESULT, as_json=as_json, empty="Nothing was erased: nothing to do.")
        return
    confirm(f"Erase {len(again)} again?", yes=yes)
    commands = [Command(one.kind, id_, build(one.command, {"id": id_})) for one, id_ in again]
    try:
        results = asyncio.run(_send(service, commands))
    except NoAnswerError as error:
        raise fail(f"{error}. Run it again when it is mended", 3) from None
    rows = [{"what": one.what, "id": id_, "result": results[place]} for place, (one, id_) in enumerate(again)]
    show(rows, _RESULT, as_json=as_json, empty="")
    if not as_json:
        had_come_back = sum(result in ("withdrawn", "changed") for result in results.values())
        console.print(f"[green]✓[/] Erased: {len(again)}; of these had come back: {had_come_back}.")
    if "refused" in results.values():
        raise typer.Exit(1)


async def _send(service: str, commands: list[Command]) -> dict[int, str]:
    found = ask_many(KafkaSettings(), service, commands)
    return {place: str(outcome.result) async for place, outcome in found}
