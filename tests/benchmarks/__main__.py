"""``make bench``: measure, show a table, write ``.local/bench.json``."""

import asyncio
import json
import shutil
import time
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.platform import Platform
from tests.benchmarks import activity, chart, ingest, listing, memory, replay, stream, visible

ROOT = Path(".local/bench")
RESULT = Path(".local/bench.json")
CHART = Path(".local/bench.svg")
BOUNDS = {"ingest": 0.7, "list": 0.8, "activity": 0.2, "replay": 0.5, "service memory": 120, "everything": 1200}


def main(
    strict: bool = typer.Option(False, "--strict", help="Exit with 1 where a bound is missed."),
) -> None:
    """Measure the product against bare loops in the same run; about seven minutes on two cores."""
    console = Console()
    began = time.monotonic()
    Platform(ROOT).down()
    shutil.rmtree(ROOT, ignore_errors=True)
    platform = Platform(ROOT, brokers=1, services={"events": 1, "members": 1, "gateway": 1}, free_ports=True)
    try:
        platform.up(console.print)
        results: dict[str, Any] = {"memory": memory.measure(platform)}
        # It reads what the calendar says, too: what others do meanwhile is not what is measured next.
        platform.stop("members-1")
        console.print("… ingest")
        results["ingest"] = asyncio.run(ingest.measure(platform))
        console.print("… list")
        results["list"] = asyncio.run(listing.measure(platform))
        console.print("… visible")
        results["visible"] = asyncio.run(visible.measure(platform))
        console.print("… stream")
        results["stream"] = asyncio.run(stream.measure(platform))
        console.print("… activity")
        results["activity"] = asyncio.run(activity.measure(platform))
        console.print("… replay")
        results["replay"] = asyncio.run(replay.measure(platform))
    finally:
        platform.down()
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    CHART.write_text(chart.svg(results), encoding="utf-8")
    missed = _show(console, results)
    console.print(f"\nWritten to {RESULT} and {CHART} after {time.monotonic() - began:.0f} s.")
    raise typer.Exit(int(strict and missed))


def _show(console: Console, results: dict[str, Any]) -> bool:
    lists = {"list": results["list"]} | {f"list, {n}": one for n, one in results["list"]["variants"].items()}
    table = Table("bench", "ratio", "at least", "unit", "ours", "bare", box=None)
    is_slow = False
    for name, result, what in (
        ("ingest", results["ingest"], "events"),
        *((name, one, "requests") for name, one in lists.items()),
        ("activity", results["activity"], "members"),
        ("replay", results["replay"], "facts"),
    ):
        bound = BOUNDS.get(name, 0)
        is_slow |= result["ratio"] < bound
        ratio = f"[{'green' if result['ratio'] >= bound else 'red'}]{result['ratio']:.2f}[/]"
        table.add_row(name, ratio, str(bound or ""), f"{what}/s", *_pair(result, what))
    console.print(table)
    table = Table("delay", "ratio", "unit", "ours", "bare", box=None)
    delays = {f"visible, {load}": results["visible"][load] for load in ("idle", "half")}
    for name, result in (delays | {"stream": results["stream"]}).items():
        for mark in ("p50", "p99"):
            ours, bare = result[f"{mark}_ms"], result[f"bare_{mark}_ms"]
            table.add_row(f"{name}, {mark}", f"{ours / bare:.1f}", "ms", str(ours), str(bare))
    console.print(table)
    sizes = {**results["memory"]["services_mb"], "everything": results["memory"]["everything_mb"]}
    table = Table("memory at rest", "MB", "at most", box=None)
    too_large = False
    for name, size in sizes.items():
        bound = BOUNDS["everything" if name == "everything" else "service memory"]
        too_large |= size > bound
        table.add_row(name, f"[{'green' if size <= bound else 'red'}]{size}[/]", str(bound))
    console.print(table)
    return too_large or is_slow


def _pair(result: dict[str, Any], what: str) -> tuple[str, str]:
    return str(result[f"{what}_per_second"]), str(result["bare_per_second"])


if __name__ == "__main__":
    typer.run(main)
