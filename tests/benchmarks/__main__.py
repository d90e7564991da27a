"""``make bench``: measure, show a table, write ``.local/bench.json``."""

import asyncio
import json
import shutil
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.platform import Platform
from tests.benchmarks import (
    activity,
    at_rest,
    chart,
    ingest,
    listing,
    page,
    referral,
    replay,
    routing,
    show,
    stream,
    visible,
)

ROOT = Path(".local/bench")
RESULT = Path(".local/bench.json")
CHART = Path(".local/bench.svg")
MEASURED = {
    "ingest": ingest.measure,
    "list": listing.measure,
    "page": page.measure,
    "visible": visible.measure,
    "stream": stream.measure,
    "activity": activity.measure,
    "replay": replay.measure,
    "referral": referral.measure,
    "routing": routing.measure,
}
"""In this order: what comes first makes the events that are listed later."""
_LISTS_EVENTS = {"list", "page"}


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=f"Some of at_rest, {', '.join(MEASURED)}.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 where a bound is missed.")] = False,
) -> None:
    """Measure the product against bare loops in the same run; about ten minutes on two cores.

    Where only some parts are measured, nothing is written.
    """
    if unknown := set(parts or ()) - {"at_rest", *MEASURED}:
        raise typer.BadParameter(f"there is no {', '.join(sorted(unknown))}")
    console = Console()
    began = time.monotonic()
    Platform(ROOT).down()
    shutil.rmtree(ROOT, ignore_errors=True)
    services = dict.fromkeys(("events", "members", "referrals", "gateway", "web"), 1)
    platform = Platform(ROOT, brokers=1, services=services, free_ports=True)
    try:
        platform.up(console.print)
        results = _measure(platform, set(parts or ("at_rest", *MEASURED)), console)
    finally:
        platform.down()
    missed = show.show(console, results)
    if not parts:
        RESULT.write_text(json.dumps(results, indent=1) + "\n")
        CHART.write_text(chart.svg(results), encoding="utf-8")
        console.print(f"\nWritten to {RESULT} and {CHART} after {time.monotonic() - began:.0f} s.")
    raise typer.Exit(int(strict and missed))


def _measure(platform: Platform, wanted: set[str], console: Console) -> dict[str, Any]:
    results: dict[str, Any] = {}
    if "at_rest" in wanted:
        results["at_rest"] = at_rest.measure(platform)
    # They read facts, too: what others do meanwhile is not what is measured next.
    platform.stop("members-1")
    platform.stop("referrals-1")
    if wanted & _LISTS_EVENTS and "ingest" not in wanted:
        asyncio.run(ingest.fill(platform))
    for name, measure in MEASURED.items():
        if name in wanted:
            console.print(f"… {name}")
            results[name] = asyncio.run(measure(platform))
            console.print(show.in_short(results[name]), style="dim", highlight=False)
    return results


if __name__ == "__main__":
    typer.run(main)
