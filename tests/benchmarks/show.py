"""What was measured as tables, beside what it is held to."""

from typing import Any

from rich.console import Console
from rich.table import Table

AT_LEAST = {
    "ingest": 0.7,
    "list": 0.8,
    "page": 0.5,
    "activity": 0.2,
    "replay": 0.5,
    "referral": 0.6,
    "routing": 100,
    "routing, country": 100,
}
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
_UNITS = {
    "ingest": "events",
    "list": "requests",
    "page": "requests",
    "activity": "members",
    "replay": "facts",
    "referral": "commands",
    "routing": "decisions",
}


def in_short(result: dict[str, Any]) -> str:
    """What can be said before everything is measured."""
    if "half_between" not in result:
        return "  done"
    return f"  ratio {result['ratio']}, half of {len(result['rounds'])} pairs between {_between(result)}"


def show(console: Console, results: dict[str, Any]) -> bool:
    """Show the figures that are there; whether one of them misses its bound."""
    missed = [_show_ratios(console, results)]
    if "page" in results:
        missed.append(_show_page(console, results["page"]))
    if "routing" in results:
        missed.append(_show_routing(console, results["routing"]))
    if {"visible", "stream"} & results.keys():
        missed.append(_show_delays(console, results))
    if "at_rest" in results:
        missed.append(_show_rest(console, results["at_rest"]))
    return any(missed)


def _show_ratios(console: Console, results: dict[str, Any]) -> bool:
    table = Table("bench", "ratio", "half of them", "at least", "unit", "ours", "bare", box=None)
    missed = False
    for name, unit in _UNITS.items():
        for title, result in _with_variants(name, results.get(name)):
            bound = AT_LEAST.get(title, 0)
            missed |= result["ratio"] < bound
            ratio = _coloured(f"{result['ratio']:.2f}", result["ratio"] >= bound)
            ours, bare = result[f"{unit}_per_second"], result["bare_per_second"]
            table.add_row(title, ratio, _between(result), str(bound or ""), f"{unit}/s", str(ours), str(bare))
    console.print(table)
    return missed


def _with_variants(name: str, result: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    if result is None:
        return []
    return [(name, result), *((f"{name}, {variant}", one) for variant, one in result.get("variants", {}).items())]


def _show_page(console: Console, page: dict[str, Any]) -> bool:
    size = page["kilobytes"]
    console.print(f"page, all told: {_coloured(f'{size} KB', size <= AT_MOST_KB)}, at most {AT_MOST_KB} KB")
    return bool(size > AT_MOST_KB)


def _show_routing(console: Console, district: dict[str, Any]) -> bool:
    country = district["variants"]["country"]
    fits = all(country[name] <= most for name, most in AT_MOST_INDEX.items())
    shown = f"{country['megabytes']} MB, built in {country['built_s']} s"
    console.print(f"index of 100,000 networks: {_coloured(shown, fits)}, at most {AT_MOST_INDEX}", highlight=False)
    for name, one in (("routing", district), ("routing, country", country)):
        if "sql_per_second" in one:
            console.print(f"{name}: {one['sql_per_second']} decisions/s by SQL, of which it is {one['to_sql']} times")
    return not fits


def _show_delays(console: Console, results: dict[str, Any]) -> bool:
    table = Table("delay", "ratio", "unit", "ours", "at most", "bare", box=None)
    missed = False
    delays = {f"visible, {load}": one for load, one in results.get("visible", {}).items() if isinstance(one, dict)}
    delays |= {"stream": results["stream"]} if "stream" in results else {}
    for name, result in delays.items():
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


def _between(result: dict[str, Any]) -> str:
    low, high = result["half_between"]
    return f"{low:.2f} to {high:.2f}"


def _coloured(text: str, holds: bool) -> str:
    return f"[{'green' if holds else 'red'}]{text}[/]"
