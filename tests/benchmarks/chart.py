"""The figures as a picture for the README: bars beside those of the bare loops, as plain SVG."""

from collections.abc import Sequence
from html import escape
from math import log10
from typing import Any, Final

WIDTH: Final = 760
_LABEL: Final = 250
_ROW: Final = 17
OURS, BARE, INK = "#0d6b80", "#e0a030", "#6a7680"

Bar = tuple[str, float, float]


def svg(results: dict[str, Any]) -> str:
    """Throughput as a share of the bare loop's, and delays on a logarithmic scale; ``results`` as in bench.json."""
    shares = [("ingest", results["ingest"]["ratio"])]
    shares += [(f"list, {name}" if name != "plain" else "list", one["ratio"]) for name, one in _lists(results).items()]
    shares += [(name, results[name]["ratio"]) for name in ("page", "activity", "replay", "referral")]
    throughput = [(name, share, 1.0) for name, share in shares]
    delays: list[Bar] = []
    for load, title in (("idle", "visible, idle"), ("half", "visible, half the maximum")):
        for mark in ("p50", "p99"):
            one = results["visible"][load]
            delays.append((f"{title}, {mark}", one[f"{mark}_ms"], one[f"bare_{mark}_ms"]))
    for mark in ("p50", "p99"):
        one = results["stream"]
        delays.append((f"stream, {one['clients']} clients, {mark}", one[f"{mark}_ms"], one[f"bare_{mark}_ms"]))
    longest = max(max(ours, bare) for _, ours, bare in delays)
    widest = max(1.0, *(share for _, share in shares))
    first, height = _panel("Throughput, as a share of the bare loop’s", throughput, 30, lambda v: v / widest, "{:.0%}")
    second, height = _panel(
        "Delay in milliseconds, logarithmic", delays, height + 26, lambda v: log10(v + 1) / log10(longest + 1), "{:.0f}"
    )
    legend = "".join(
        f'<rect x="{x}" y="8" width="11" height="11" rx="2" fill="{colour}"/><text x="{x + 17}" y="18">{name}</text>'
        for x, colour, name in ((0, OURS, "Bündnisbus"), (120, BARE, "bare loop, same work, no guarantees"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height + 6}" role="img"'
        f' viewBox="0 0 {WIDTH} {height + 6}" font-family="system-ui, sans-serif" font-size="13" fill="{INK}">'
        f"<title>Figures of make bench</title>{legend}{first}{second}</svg>\n"
    )


def _lists(results: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"plain": results["list"], **results["list"].get("variants", {})}


def _panel(title: str, bars: Sequence[Bar], top: int, scale: Any, shown: str) -> tuple[str, int]:
    """The panel and where it ends. ``scale`` gives a value's share of the full width."""
    room = WIDTH - _LABEL - 60
    parts = [f'<text x="0" y="{top + 14}" font-weight="600">{escape(title)}</text>']
    y = top + 24
    for name, ours, bare in bars:
        parts.append(f'<text x="0" y="{y + 17}">{escape(name)}</text>')
        for offset, value, colour in ((0, ours, OURS), (11, bare, BARE)):
            width = max(2.0, scale(value) * room)
            parts.append(
                f'<rect x="{_LABEL}" y="{y + offset}" width="{width:.0f}" height="10" rx="2" fill="{colour}"/>'
                f'<text x="{_LABEL + width + 5:.0f}" y="{y + offset + 9}" font-size="10">{shown.format(value)}</text>'
            )
        y += 2 * _ROW - 4
    return "".join(parts), y
