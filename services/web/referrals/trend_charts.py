"""The weeks of a trend as a picture: a bar for each, and what was usual as a line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from markupsafe import Markup

from services.web.common import svg
from shared.language import Language

WIDTH: Final = 360
_HEIGHT, _TOP, _BOTTOM, _LEFT = 168, 12, 140, 34
_WEEK_DAYS: Final = 7
_SHOWN: Final = 53
_TICKS: Final = 3


@dataclass(frozen=True, slots=True)
class WeekBar:
    """A week from ``monday`` on. ``number`` None: fewer than five; ``usual`` None: not known; ``rises``: it is one in
    which more have written than chance explains."""

    monday: date
    number: int | None
    usual: float | None
    rises: bool = False


def chart(title: str, weeks: Sequence[WeekBar], language: Language, id_: str) -> Markup:
    """The last year of a trend, a whole ``<svg>``; ``id_`` is unique on its page. ``weeks``: at least one, the latest
    last."""
    most = max([5.0, *(float(one.number or 0) for one in weeks), *(one.usual or 0 for one in weeks)])
    step = max(1.0, svg.round_step(most / _TICKS))
    highest = ceil(most / step) * step
    first = weeks[-1].monday.toordinal() - _WEEK_DAYS * (_SHOWN - 1)
    slot = (WIDTH - _LEFT) / _SHOWN

    def x(monday: date) -> float:
        return round(_LEFT + slot * (monday.toordinal() - first) / _WEEK_DAYS, 1)

    def y(value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * value / highest, 1)

    parts = []
    for tick in range(round(highest / step) + 1):
        name, colour = ("zero", "#8a969b") if tick == 0 else ("grid", "#ddd4c4")
        parts.append(svg.line(name, _LEFT, y(tick * step), WIDTH, colour))
        number = svg.tick_label(step, tick, language)
        parts.append(svg.label("axis", _LEFT - 6, y(tick * step) + 4.5, number, "end", "#52626a"))
    for one in weeks:
        parts += _week(one, x(one.monday), slot, y)
    months = (date.fromordinal(first), "start", _LEFT), (weeks[-1].monday, "end", WIDTH)
    parts += [svg.label("axis", at, _BOTTOM + 20, language.month(day), side, "#52626a") for day, side, at in months]
    return svg.picture(id_, (WIDTH, _HEIGHT), title, description(weeks, language), parts)


def description(weeks: Sequence[WeekBar], language: Language) -> str:
    """What the picture shows, for those who do not see it."""
    last = weeks[-1]
    number = language.gettext("fewer than five") if last.number is None else language.number(last.number)
    known = {"date": language.date_range(last.monday, last.monday), "number": number}
    if last.usual is None:
        return language.gettext("In the week from {date} on {number} have written.", **known)
    usual = language.number(last.usual)
    return language.gettext(
        "In the week from {date} on {number} have written, where {usual} are usual.", **known, usual=usual
    )


def _week(one: WeekBar, x: float, slot: float, y: Callable[[float], float]) -> list[Markup]:
    parts = []
    if one.number is None:
        parts.append(
            Markup('<circle class="unknown" cx="{}" cy="{}" r="1.4" fill="#8a969b"/>').format(
                round(x + slot / 2, 1), _BOTTOM - 4
            )
        )
    else:
        name, colour = ("rise", "#b0560f") if one.rises else ("bar", "#0b5d70")
        parts.append(
            Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" fill="{}"/>').format(
                name, x, y(one.number), round(slot - 1.2, 1), round(_BOTTOM - y(one.number), 1), colour
            )
        )
    if one.usual is not None:
        parts.append(svg.line("usual", x, y(one.usual), round(x + slot, 1), "#1d2b30", width=1.5))
    return parts
