"""Parts of pictures as SVG: what charts are put together from.

Colours are attributes, fit for white paper; the pages' stylesheet knows the classes and has its own for dark rooms.
"""

import re
from collections.abc import Iterable
from math import floor, log10
from typing import Final

from markupsafe import Markup, escape

from shared.language import Language

SIGN: Final = 7.2
"""About how wide a figure or letter is, in units of the picture."""
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def picture(id_: str, size: tuple[int, int], title: str, description: str, parts: Iterable[Markup]) -> Markup:
    """A whole ``<svg>`` of ``size``, width and height; ``id_`` is unique on its page, ``description`` for those who do
    not see it."""
    width, height = size
    ground = Markup('<rect class="ground" width="{}" height="{}" fill="#ffffff"/>').format(width, height)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{id}-title"'
        ' aria-describedby="{id}-desc" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">'
        '<title id="{id}-title">{title}</title><desc id="{id}-desc">{desc}</desc>{parts}</svg>'
    ).format(
        id=_id(id_),
        width=width,
        height=height,
        title=_text(title),
        desc=_text(description),
        parts=Markup("").join([ground, *parts]),
    )


def line(name: str, x1: float, y: float, x2: float, colour: str, *, dashes: str = "", width: float = 1) -> Markup:
    """A level line of the class ``name``."""
    dashed = Markup(' stroke-dasharray="{}"').format(dashes) if dashes else Markup("")
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}"{}/>').format(
        name, x1, y, x2, y, colour, width, dashed
    )


def label(name: str, x: float, y: float, text: str, anchor: str, colour: str) -> Markup:
    """A line of text; ``anchor``: which part of it stands at ``x``, start, middle or end."""
    return Markup('<text class="label {}" x="{}" y="{}" text-anchor="{}" fill="{}">{}</text>').format(
        name, round(x, 1), round(y, 1), anchor, colour, _text(text)
    )


def round_step(raw: float) -> float:
    """The next round number, 1, 2 or 5 times a power of ten."""
    power: float = 10.0 ** floor(log10(raw))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= raw * 0.999)


def tick_label(step: float, tick: int, language: Language) -> str:
    """The number at a mark of an axis, ``tick`` steps from zero."""
    return language.number(round(step * tick, 9))


def _text(text: str) -> Markup:
    return escape(_NOT_IN_XML.sub(" ", text))


def _id(text: str) -> str:
    """``text`` as an id, which holds no white space."""
    return re.sub(r"[^A-Za-z0-9-]", "-", text)
