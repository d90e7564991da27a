"""Charts of indicators as SVG: from numbers to a picture, for pages, papers and other sites.

Colours are attributes, fit for white paper; the pages' stylesheet knows the classes and has its own for dark rooms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor
from typing import Final

from markupsafe import Markup

from services.web.common import svg
from shared.language import Language

WIDTH: Final = 360
_TOP, _BOTTOM, _HEIGHT = 26, 160, 188
_WIDEST_LABEL: Final = 120.0
_LINE: Final = 15.0
"""How far apart two lines of text are."""
_LARGEST: Final = 1e15
"""Beyond this nobody reads a picture, and figures lose their last digits."""


@dataclass(frozen=True, slots=True)
class Series:
    """What is known of an indicator. ``values``: what it was on which day, oldest first; ``target``: by ``due``.

    ``former_targets``: each with the day up to which it was the target, oldest first.
    """

    title: str
    unit: str | None
    values: Sequence[tuple[date, float]]
    target: float
    due: date | None = None
    baseline: float | None = None
    former_targets: Sequence[tuple[date, float]] = ()


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where days and numbers lie in the picture."""

    left: float
    right: float
    first: int
    last: int
    step: float
    ticks: range

    def x(self, day: date) -> float:
        """How far to the right a day is."""
        if self.first == self.last:
            return (self.left + self.right) / 2
        return round(
            self.left + (self.right - self.left) * (day.toordinal() - self.first) / (self.last - self.first), 1
        )

    def y(self, value: float) -> float:
        """How far down a number is."""
        lowest, highest = self.ticks[0] * self.step, self.ticks[-1] * self.step
        return round(_BOTTOM - (_BOTTOM - _TOP) * (_drawable(value) - lowest) / (highest - lowest), 1)


def chart(series: Series, language: Language, id_: str) -> Markup:
    """The history of ``series`` against its target, a whole ``<svg>``; ``id_`` is unique on its page.

    The number axis begins at zero, so that no small change looks like a large one.
    """
    plot = _plot(series, language)
    parts = [
        *_axes(series, plot, language),
        *_targets(series, plot),
        *_history(series, plot),
        *_labels(series, plot, language),
    ]
    return svg.picture(id_, (WIDTH, _HEIGHT), series.title, description(series, language), parts)


def description(series: Series, language: Language) -> str:
    """What the picture shows, for those who do not see it."""
    target = measured(series.target, series.unit, language)
    if series.due:
        target = language.gettext("{target} by {date}", target=target, date=language.date_range(series.due, series.due))
    if not series.values:
        return language.gettext("There is no value yet. The target is {target}.", target=target)
    (first_day, first), (last_day, last) = series.values[0], series.values[-1]
    known = {
        "last": measured(last, series.unit, language),
        "last_day": language.date_range(last_day, last_day),
        "target": target,
    }
    if len(series.values) == 1:
        return language.gettext("{last} on {last_day}. The target is {target}.", **known)
    return language.gettext(
        "From {first} on {first_day} to {last} on {last_day}. The target is {target}.",
        first=measured(first, series.unit, language),
        first_day=language.date_range(first_day, first_day),
        **known,
    )


def measured(value: float, unit: str | None, language: Language) -> str:
    """``1.250 Personen``; number and unit stay on one line."""
    return f"{language.number(value)}\u00a0{unit}" if unit else language.number(value)


def _plot(series: Series, language: Language) -> _Plot:
    numbers = [_drawable(number) for number in _numbers(series)]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    if high - low < 1e-9:
        low, high = 0.0, 1.0
    step = svg.round_step((high - low) / 3)
    ticks = range(floor(low / step), max(ceil(high / step), floor(low / step) + 1) + 1)
    widest = max(len(svg.tick_label(step, tick, language)) for tick in ticks)
    margin = max(len(label) for label, _ in _marks(series, language))
    days = [day.toordinal() for day in _days(series)]
    return _Plot(
        left=round(min(_WIDEST_LABEL, widest * svg.SIGN + 10), 1),
        right=round(WIDTH - min(_WIDEST_LABEL, margin * svg.SIGN + 12), 1),
        first=min(days, default=0),
        last=max(days, default=0),
        step=step,
        ticks=ticks,
    )


def _axes(series: Series, plot: _Plot, language: Language) -> list[Markup]:
    parts = []
    for tick in plot.ticks:
        y = plot.y(tick * plot.step)
        name, colour = ("zero", "#8a969b") if tick == 0 else ("grid", "#ddd4c4")
        parts.append(svg.line(name, plot.left, y, plot.right, colour))
        parts.append(
            svg.label("axis", plot.left - 6, y + 4.5, svg.tick_label(plot.step, tick, language), "end", "#52626a")
        )
    if series.unit:
        parts.append(svg.label("axis", 0, 12, series.unit, "start", "#52626a"))
    days = _days(series)
    if days:
        first, last = language.month(min(days)), language.month(max(days))
        if first == last:
            middle = (plot.left + plot.right) / 2
            parts.append(svg.label("axis", middle, _BOTTOM + 21, first, "middle", "#52626a"))
        else:
            parts.append(svg.label("axis", plot.left, _BOTTOM + 21, first, "start", "#52626a"))
            parts.append(svg.label("axis", plot.right, _BOTTOM + 21, last, "end", "#52626a"))
    return parts


def _targets(series: Series, plot: _Plot) -> list[Markup]:
    parts, start = [], plot.left
    for until, target in series.former_targets:
        parts.append(svg.line("former", start, plot.y(target), plot.x(until), "#8a969b", dashes="2 4", width=2))
        start = plot.x(until)
    if series.baseline is not None:
        parts.append(svg.line("baseline", plot.left, plot.y(series.baseline), plot.right, "#8a969b", width=1.5))
    return [*parts, svg.line("target", start, plot.y(series.target), plot.right, "#b0560f", dashes="7 4", width=2.5)]


def _history(series: Series, plot: _Plot) -> list[Markup]:
    points = [(plot.x(day), plot.y(value)) for day, value in series.values]
    if not points:
        return []
    path = " ".join(f"{x},{y}" for x, y in points)
    line = Markup('<polyline class="history" points="{}" fill="none" stroke="#0b5d70" stroke-width="3"/>').format(path)
    dot = Markup('<circle class="value" cx="{}" cy="{}" r="{}" fill="#0b5d70"/>')
    dots = [dot.format(x, y, 5 if number == len(points) else 3) for number, (x, y) in enumerate(points, 1)]
    return [*([line] if len(points) > 1 else []), *dots]


def _labels(series: Series, plot: _Plot, language: Language) -> list[Markup]:
    """What the lines are, beside them; where they lie close, one below the other."""
    parts, lowest = [], -_LINE
    marks = sorted(
        (plot.y(value), name, text) for (text, value), name in zip(_marks(series, language), _MARKS, strict=False)
    )
    for y, name, text in marks:
        lowest = max(y + 4.5, lowest + _LINE)
        parts.append(svg.label(name, plot.right + 6, lowest, text, "start", _MARKS[name]))
    if series.values:
        day, value = series.values[-1]
        x, y = plot.x(day), plot.y(value)
        text, half = language.number(value), len(language.number(value)) * svg.SIGN / 2
        x = min(max(x, half), WIDTH - half)
        parts.append(svg.label("latest", x, y - 9, text, "middle", "#0b5d70"))
    return parts


_MARKS: Final = {"target": "#8f4407", "baseline": "#52626a"}


def _marks(series: Series, language: Language) -> list[tuple[str, float]]:
    """The lines that carry a label, in the order of ``_MARKS``."""
    number = language.number
    marks = [(language.gettext("Target {value}", value=number(series.target)), series.target)]
    if series.baseline is not None:
        marks.append((language.gettext("Start {value}", value=number(series.baseline)), series.baseline))
    return marks


def _numbers(series: Series) -> list[float]:
    given = [value for _, value in series.values] + [target for _, target in series.former_targets]
    return [*given, series.target, *([] if series.baseline is None else [series.baseline])]


def _days(series: Series) -> list[date]:
    given = [day for day, _ in series.values] + [until for until, _ in series.former_targets]
    return [*given, *([series.due] if series.due else [])]


def _drawable(value: float) -> float:
    return max(-_LARGEST, min(_LARGEST, value))
