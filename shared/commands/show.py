"""Output of the commands: tables for people, JSON for programs."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

# Into a pipe nothing is cut off: what stands there is copied or searched.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 240)
error_console = Console(stderr=True, highlight=False)

Json = Annotated[bool, typer.Option("--json", help="One JSON document for programs instead of a table.")]


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Show ``rows``: with ``as_json`` whole, else the named ``columns`` as a table, or ``empty``."""
    if as_json:
        typer.echo(orjson.dumps(list(rows), option=orjson.OPT_INDENT_2).decode())
        return
    if not rows:
        console.print(empty)
        return
    table = Table(*(Column(name, overflow="fold") for name in columns), box=None, header_style="bold")
    for row in rows:
        table.add_row(*(escape(_cell(row.get(column))) for column in columns))
    console.print(table)


def fail(message: str, code: int = 1) -> typer.Exit:
    """Say what went wrong; raise what is returned."""
    error_console.print(f"[red]✗[/] {escape(message)}")
    return typer.Exit(code)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
