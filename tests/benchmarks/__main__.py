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
from tests.benchmarks import activity, at_rest, chart, ingest, listing, page, replay, routing, stream, visible

ROOT = Path(".local/bench")
RESULT = Path(".local/bench.json")
CHART = Path(".local/bench.svg")
AT_LEAST = {"ingest": 0.7, "list": 0.8, "page": 0.5, "activity": 0.2, "replay": 0.5, "routing": 100}
AT_MOST_MS = {"visible, idle": (20, 50), "visible, half": (150, 350)}
"""Milliseconds, the median and the 99th of a hundred, on a quiet machine with two cores."""
AT_MOST_MB = {"service": 120, "everything": 720}
"""Everything was to stay below 650 with four services and the pages; each further service takes about 70."""
AT_MOST_KB = 60
"""Compressed, of a page with all that belongs to it."""
AT_MOST_INDEX = {"built_s": 20, "megabytes": 400}
"""Of the index of 100,000 networks in 10,775 municipalities."""
AT_MOST_CPU = 1.0
"""Of a core, in percent, that a service uses at rest."""


def main(
    strict: bool = typer.Option(False, "--strict", help="Exit with 1 where a bound is missed."),
) -> None:
    """Measure the product against bare loops in the same run; about seven minutes on two cores."""
    console = Console()
    began = time.monotonic()
    Platform(ROOT).down()
    shutil.rmtree(ROOT, ignore_errors=True)
    services = dict.fromkeys(("events", "members", "referrals", "gateway", "web"), 1)
    platform = Platform(ROOT, brokers=1, services=services, free_ports=True)
    try:
        platform.up(console.print)
        results: dict[str, Any] = {"at_rest": at_rest.measure(platform)}
        # They read facts, too: what others do meanwhile is not what is measured next.
        platform.stop("members-1")
        platform.stop("referrals-1")
        console.print("… ingest")
        results["ingest"] = asyncio.run(ingest.measure(platform))
        console.print("… list")
        results["list"] = asyncio.run(listing.measure(platform))
        console.print("… page")
        results["page"] = asyncio.run(page.measure(platform))
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
    console.print("… routing")
    results["routing"] = routing.measure()
    RESULT.write_text(json.dumps(results, indent=1) + "\n")
    CHART.write_text(chart.svg(results), encoding="utf-8")
    missed = _show(console, results)
    console.print(f"\nWritten to {RESULT} and {CHART} after {time.monotonic() - began:.0f} s.")
    raise typer.Exit(int(strict and missed))


def _show(console: Console, results: dict[str, Any]) -> bool:
    """Show the figures as tables; whether one of them misses its bound."""
    missed = [_show_ratios(console, results), _show_delays(console, results), _show_rest(console, results["at_rest"])]
    return any(missed)


def _show_ratios(console: Console, results: dict[str, Any]) -> bool:
    lists = {"list": results["list"]} | {f"list, {n}": one for n, one in results["list"]["variants"].items()}
    table = Table("bench", "ratio", "at least", "unit", "ours", "bare", box=None)
    missed = False
    for name, result, what in (
        ("ingest", results["ingest"], "events"),
        *((name, one, "requests") for name, one in lists.items()),
        ("page", results["page"], "requests"),
        ("page, If-None-Match", results["page"]["variants"]["If-None-Match"], "requests"),
        ("activity", results["activity"], "members"),
        ("replay", results["replay"], "facts"),
        ("routing", results["routing"]["district"], "decisions"),
        ("routing, country", results["routing"]["country"], "decisions"),
    ):
        bound = AT_LEAST.get(name, 0)
        missed |= result["ratio"] < bound
        ratio = _coloured(f"{result['ratio']:.2f}", result["ratio"] >= bound)
        table.add_row(name, ratio, str(bound or ""), f"{what}/s", *_pair(result, what))
    console.print(table)
    size = results["page"]["kilobytes"]
    console.print(f"page, all told: {_coloured(f'{size} KB', size <= AT_MOST_KB)}, at most {AT_MOST_KB} KB")
    index = results["routing"]["country"]
    fits = all(index[name] <= most for name, most in AT_MOST_INDEX.items())
    shown = f"{index['megabytes']} MB, built in {index['built_s']} s"
    console.print(f"index of 100,000 networks: {_coloured(shown, fits)}, at most {AT_MOST_INDEX}", highlight=False)
    return missed or size > AT_MOST_KB or not fits


def _show_delays(console: Console, results: dict[str, Any]) -> bool:
    table = Table("delay", "ratio", "unit", "ours", "at most", "bare", box=None)
    missed = False
    delays = {f"visible, {load}": results["visible"][load] for load in ("idle", "half")}
    for name, result in (delays | {"stream": results["stream"]}).items():
        for mark, bound in zip(("p50", "p99"), AT_MOST_MS.get(name, (None, None)), strict=True):
            ours, bare = result[f"{mark}_ms"], result[f"bare_{mark}_ms"]
            holds = bound is None or ours <= bound
            missed |= not holds
            shown = _coloured(str(ours), holds)
            table.add_row(f"{name}, {mark}", f"{ours / bare:.1f}", "ms", shown, str(bound or ""), str(bare))
    console.print(table)
    return missed


def _show_rest(console: Console, at_rest: dict[str, Any]) -> bool:
    table = Table("at rest", "MB", "at most", "% of a core", "at most", box=None)
    missed = False
    for name, size in (at_rest["services_mb"] | {"everything": at_rest["everything_mb"]}).items():
        most, busy = AT_MOST_MB.get(name, AT_MOST_MB["service"]), at_rest["services_cpu_percent"].get(name)
        fits, rests = size <= most, busy is None or busy <= AT_MOST_CPU
        missed |= not (fits and rests)
        cpu = ("", "") if busy is None else (_coloured(str(busy), rests), str(AT_MOST_CPU))
        table.add_row(name, _coloured(str(size), fits), str(most), *cpu)
    console.print(table)
    return missed


def _coloured(text: str, holds: bool) -> str:
    return f"[{'green' if holds else 'red'}]{text}[/]"


def _pair(result: dict[str, Any], what: str) -> tuple[str, str]:
    return str(result[f"{what}_per_second"]), str(result["bare_per_second"])


if __name__ == "__main__":
    typer.run(main)
