"""``buendnisbus dead-letters …``"""

import asyncio
from typing import Annotated, Any

import typer

from deploy import dead_letters
from deploy.dead_letters import DeadLetter, LostOriginError
from shared.commands.environment import use_local_platform
from shared.commands.show import Json, console, fail, show
from shared.settings import KafkaSettings
from shared.topics import TOPICS

app = typer.Typer(no_args_is_help=True, help="Messages that a service could not take.")

GROUPS = [topic.name.removeprefix("dlq.") for topic in TOPICS if topic.name.startswith("dlq.")]
Group = Annotated[str, typer.Option("--group", "-g", help=f"Whose: {', '.join(GROUPS)}; all by default.")]
Origins = Annotated[list[str], typer.Argument(help="From the list: topic/partition/offset.", metavar="ORIGIN…")]
All = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.callback()
def _environment() -> None:
    use_local_platform()


@app.command("list")
def list_(group: Group = "", as_json: Json = False) -> None:
    """Show what waits to be dealt with, oldest first."""
    rows = [_row(letter) for letter in _unsettled(group)]
    show(rows, ["group", "origin", "at", "type", "cause"], as_json=as_json, empty="No dead letters.")


@app.command("show")
def show_(origin: Annotated[str, typer.Argument(metavar="ORIGIN")], as_json: Json = False) -> None:
    """Show one with its headers and its body, which is kept unless its topic may hold personal data."""
    letter = _choose(_unsettled(""), [origin], everything=False)[0]
    headers = [[name, _text(value)] for name, value in letter.record.headers if not name.startswith("dlq-")]
    row = _row(letter) | {"key": _text(letter.record.key), "headers": headers, "body": _text(letter.record.value)}
    if as_json:
        show([row], [], as_json=True, empty="")
        return
    for name in ("group", "origin", "at", "type", "cause", "key"):
        console.print(f"[bold]{name:8}[/]", row[name], markup=True)
    for name, value in headers:
        console.print(f"  {name}: {value}", markup=False)
    console.print(row["body"] or "(no body kept)", markup=False, soft_wrap=True)


@app.command()
def redrive(
    origins: Origins = [],  # noqa: B006  # typer reads the default, nothing changes it
    everything: All = False,
    group: Group = "",
) -> None:
    """Send messages once more to where they came from, as after a bug was mended."""
    chosen = _choose(_unsettled(group), origins, everything=everything)
    try:
        asyncio.run(dead_letters.redrive(KafkaSettings(), chosen))
    except LostOriginError as error:
        raise fail(str(error)) from None
    console.print(f"[green]✓[/] {len(chosen)} sent once more.")


@app.command()
def drop(
    origins: Origins = [],  # noqa: B006
    everything: All = False,
    group: Group = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask back.")] = False,
) -> None:
    """Give up on messages; they stay on the topic until its retention ends, but are not listed any more."""
    chosen = _choose(_unsettled(group), origins, everything=everything)
    if not yes:
        typer.confirm(f"Give up on {len(chosen)} messages?", abort=True)
    asyncio.run(dead_letters.drop(KafkaSettings(), chosen))
    console.print(f"[green]✓[/] {len(chosen)} dropped.")


def _unsettled(group: str) -> list[DeadLetter]:
    if group and group not in GROUPS:
        raise fail(f"there is no group {group}; there are {', '.join(GROUPS)}", 2)

    async def read() -> list[DeadLetter]:
        return [
            letter
            for name in ([group] if group else GROUPS)
            for letter in await dead_letters.unsettled(KafkaSettings(), name)
        ]

    return asyncio.run(read())


def _choose(letters: list[DeadLetter], origins: list[str], *, everything: bool) -> list[DeadLetter]:
    if everything == bool(origins):
        raise fail("name dead letters by their origin, or say --all", 2)
    by_origin = {letter.origin: letter for letter in letters}
    if missing := [origin for origin in origins if origin not in by_origin]:
        raise fail(f"no such dead letter: {', '.join(missing)}")
    return [by_origin[origin] for origin in origins] if origins else letters


def _row(letter: DeadLetter) -> dict[str, Any]:
    return {
        "group": letter.group,
        "origin": letter.origin,
        "at": letter.at,
        "type": letter.kind,
        "cause": letter.cause,
    }


def _text(value: bytes | None) -> str:
    return "(null)" if value is None else value.decode("utf-8", "backslashreplace")
