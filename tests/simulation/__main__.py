"""``make simulate``: let a year go by, show its table, write it as JSON and SVG, check its laws."""

import json
import signal
import time
from calendar import month_abbr
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tests.simulation import chart, laws
from tests.simulation.options import BEGINS, ENDS, REQUESTS_A_NETWORK, ZONE, Options
from tests.simulation.year import Year

RESULT = Path(".local/simulation.json")
CHART = Path(".local/simulation.svg")
_SHOWN_EACH = 200  # events


def main(
    requests: Annotated[int, typer.Option(min=1, help="How many people ask.")] = 100_000,
    networks: Annotated[
        int, typer.Option(min=0, help=f"How many can be asked; 0: one for {REQUESTS_A_NETWORK} requests.")
    ] = 0,
    declines: Annotated[
        float, typer.Option(min=0, max=1, help="Of what networks are asked, what they decline.")
    ] = 0.15,
    silence: Annotated[float, typer.Option(min=0, max=1, help="Of what they are asked, what they never answer.")] = 0.1,
    seed: Annotated[int, typer.Option(help="The same seed gives the same year.")] = 1,
) -> None:
    """Let a year of requests for help go by, with people who change their mind, networks that decline, say nothing,
    come, pause and go, and public holidays. Ctrl-C ends it earlier and shows what there is by then.

    It takes the decisions of the service in this process alone: without Kafka and without PostgreSQL.
    """
    if declines + silence > 1:
        raise typer.BadParameter("networks cannot decline and ignore more than they are asked")
    console = Console()
    options = Options(requests, networks or max(20, requests // REQUESTS_A_NETWORK), declines, silence, seed)
    began = time.monotonic()
    year = Year(options)
    _let_pass(year, console)
    results = {"options": asdict(options), **year.figures.as_json(), "broken": laws.broken(year)}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    CHART.write_text(chart.svg(results), encoding="utf-8")
    console.print(_table(results))
    _show_end(console, results)
    console.print(f"\nWritten to {RESULT} and {CHART} after {time.monotonic() - began:.0f} s.")
    raise typer.Exit(int(bool(results["broken"])))


def _let_pass(year: Year, console: Console) -> None:
    """Until the year is over, or somebody presses Ctrl-C: then the event under way is ended first."""
    stopped: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=(ENDS - BEGINS).total_seconds())
            for number, at in enumerate(year.run()):
                if number % _SHOWN_EACH == 0:
                    progress.update(task, completed=(at - BEGINS).total_seconds(), description=_present(year, at))
                if stopped:
                    console.print(f"Stopped on {at.astimezone(ZONE).date()}.")
                    break
    finally:
        signal.signal(signal.SIGINT, before)


def _present(year: Year, at: datetime) -> str:
    asked = sum(year.figures.states.values())
    return f"{at.astimezone(ZONE).date()}  {asked:,} of {year.options.requests:,} requests"


def _table(results: dict[str, Any]) -> Table:
    names = ("", "asked", "passed on at once", "promises kept", "by the office", "days until accepted")
    table = Table(*names, "load", "waiting", "with the office", box=None)
    for number, month in [(one["month"], one) for one in results["months"]] + [(0, results["year"])]:
        days = [one for one in results["days"] if not number or datetime.fromisoformat(one["day"]).month == number]
        table.add_row(
            month_abbr[number] if number else "year",
            f"{month['asked']:,}",
            *(_percent(month[name]) for name in ("passed_on_at_once", "kept", "kept_by_office")),
            str(month["days_until_accepted"] or ""),
            _percent(_mean(days, "open") / room if (room := _mean(days, "room")) else None),
            *(f"{_mean(days, name):.0f}" for name in ("waiting", "with_office")),
        )
    return table


def _show_end(console: Console, results: dict[str, Any]) -> None:
    states = ", ".join(f"{count:,} {name}" for name, count in results["states"].items())
    console.print(f"\nIn the end: {states}.", highlight=False)
    if not results["broken"]:
        console.print("[green]Nobody is left without an answer or the office[/], and all that was counted is right.")
    for sentence in results["broken"][:20]:
        console.print(f"[red]{sentence}[/]")


def _mean(days: list[dict[str, Any]], name: str) -> float:
    return sum(one[name] for one in days) / len(days) if days else 0.0


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


if __name__ == "__main__":
    typer.run(main)
