"""A simulated year as a picture: promises kept, load and waiting over its days, as plain SVG."""

from calendar import month_abbr
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from tests.benchmarks.chart import BARE, INK, OURS, WIDTH
from tests.simulation.options import BEGINS, ENDS

_LEFT: Final = 44
_HEIGHT: Final = 110
_GAP: Final = 46

_MONTHS: Final = 12
_DAYS: Final = (ENDS - BEGINS).days

Line = tuple[str, Sequence[float | None], str]


def svg(year: dict[str, Any]) -> str:
    """``year``: as ``Figures.as_json`` gives it."""
    months, days = year["months"], year["days"]
    panels = (
        (
            "Promises kept, of those given in a month, in percent",
            [
                ("networks", [_percent(one["kept"]) for one in months], OURS),
                ("office", [_percent(one["kept_by_office"]) for one in months], BARE),
            ],
            100.0,
            _MONTHS,
        ),
        (
            "Load: of the room of networks that can be asked, in percent",
            [("taken", [_percent(one["open"] / one["room"] if one["room"] else None) for one in days], OURS)],
            100.0,
            _DAYS,
        ),
        (
            "Waiting, requests",
            [
                ("for a network that fits", [one["waiting"] for one in days], OURS),
                ("for the office", [one["with_office"] for one in days], BARE),
            ],
            max((max(one["waiting"], one["with_office"]) for one in days), default=0) or 1.0,
            _DAYS,
        ),
    )
    drawn = [_panel(*panel, number * (_HEIGHT + _GAP)) for number, panel in enumerate(panels)]
    height = len(panels) * (_HEIGHT + _GAP)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img"'
        f' viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13" fill="{INK}">'
        f"<title>A simulated year of requests for help</title>{''.join(drawn)}</svg>\n"
    )


def _panel(title: str, lines: Sequence[Line], most: float, places: int, top: int) -> str:
    """``places``: how many values a line has at the end of the year."""
    floor, width = top + 28 + _HEIGHT, WIDTH - _LEFT - 10
    parts = [f'<text x="0" y="{top + 16}" font-weight="600">{escape(title)}</text>']
    for share in (0, 0.5, 1):
        y = floor - share * _HEIGHT
        parts.append(
            f'<path d="M{_LEFT} {y:.0f}h{width}" stroke="{INK}" stroke-opacity="0.25"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.0f}" font-size="10" text-anchor="end">{most * share:.0f}</text>'
        )
    for month in range(1, _MONTHS + 1):
        x = _LEFT + (month - 0.5) / _MONTHS * width
        parts.append(
            f'<text x="{x:.0f}" y="{floor + 13}" font-size="10" text-anchor="middle">{month_abbr[month]}</text>'
        )
    for number, (name, values, colour) in enumerate(lines):
        step = width / places
        points = [
            f"{_LEFT + (place + 0.5) * step:.1f},{floor - min(value, most) / most * _HEIGHT:.1f}"
            for place, value in enumerate(values)
            if value is not None
        ]
        parts.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if len(lines) > 1:
            x = WIDTH - 10 - 165 * (len(lines) - number)
            parts.append(
                f'<rect x="{x}" y="{top + 6}" width="11" height="11" rx="2" fill="{colour}"/>'
                f'<text x="{x + 17}" y="{top + 16}">{escape(name)}</text>'
            )
    return "".join(parts)


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100
