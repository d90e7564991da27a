"""White spots on a map: each municipality where it lies, with a sign that needs no colour. Pure functions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt
from typing import Final

from shared.places import Place

WIDTH: Final = 720.0
_TALLEST: Final = 860.0
_MARGIN: Final = 48.0
_RADIUS: Final = 14.0
_LABELLED: Final = 60
"""So many municipalities can have their names beside them; where there are more, dots are smaller and bare."""
_LINE: Final = 17.0
_SIGN: Final = 7.6
"""About how high a line of text and how wide a letter is, in units of the picture."""
_GAP: Final = 5.0
_RING: Final = 4.5
"""How far the second ring is from the dot."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """What a municipality is marked with. ``sign``: in its dot; ``shade``: 0 none to 3 most; ``is_ringed``: at least
    five people found nobody; ``said``: the same in words, empty where there is no white spot."""

    sign: str = ""
    shade: int = 0
    is_ringed: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """Where the name of a municipality is written, and where it is anchored: start, middle or end."""

    x: float
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A municipality in the picture. ``ring``: the radius of a second ring; ``label``: None where its name does not
    stand beside it."""

    ags: str
    name: str
    x: float
    y: float
    radius: float
    ring: float
    spot: Spot
    label: Label | None


@dataclass(frozen=True, slots=True)
class SpotMap:
    """A picture of ``width`` × ``height``; north is up."""

    width: float
    height: float
    dots: tuple[Dot, ...]


def spot_map(known: Sequence[Place], spots: Mapping[str, Spot]) -> SpotMap:
    """The municipalities that are known, each with its spot; ``spots``: by key."""
    points, height = _projected(known)
    radius = _RADIUS * min(1.0, sqrt(_LABELLED / max(1, len(known))))
    labels = _labels(known, points, radius + _RING, height) if len(known) <= _LABELLED else {}
    dots = tuple(
        Dot(
            ags=place.ags,
            name=place.name,
            x=points[place.ags][0],
            y=points[place.ags][1],
            radius=round(radius, 1),
            ring=round(radius + _RING, 1),
            spot=spots.get(place.ags, Spot()),
            label=labels.get(place.ags),
        )
        for place in sorted(known, key=lambda one: (one.name, one.ags))
    )
    return SpotMap(WIDTH, height, dots)


def _projected(known: Sequence[Place]) -> tuple[dict[str, tuple[float, float]], float]:
    """Where each municipality lies in the picture, and how high that is; the same scale both ways."""
    if not known:
        return {}, 2 * _MARGIN
    west, east = min(one.longitude for one in known), max(one.longitude for one in known)
    south, north = min(one.latitude for one in known), max(one.latitude for one in known)
    narrower = cos(radians((south + north) / 2))
    across, down = (east - west) * narrower, north - south
    inner = WIDTH - 2 * _MARGIN
    scale = min(inner / across if across else inner, (_TALLEST - 2 * _MARGIN) / down if down else inner)
    left = (WIDTH - across * scale) / 2
    points = {
        one.ags: (
            round(left + (one.longitude - west) * narrower * scale, 1),
            round(_MARGIN + (north - one.latitude) * scale, 1),
        )
        for one in known
    }
    return points, round(2 * _MARGIN + down * scale, 1)


def _labels(
    known: Sequence[Place], points: Mapping[str, tuple[float, float]], radius: float, height: float
) -> dict[str, Label]:
    """Beside each dot its name, where it covers least of dots and of other names."""
    taken: list[Box] = [(x - radius, y - radius, x + radius, y + radius) for x, y in points.values()]
    found: dict[str, Label] = {}
    # Long names find room the hardest.
    for place in sorted(known, key=lambda one: (-len(one.name), one.ags)):
        x, y = points[place.ags]
        around = _around(x, y, radius, _SIGN * len(place.name))
        label, box = min(around, key=lambda one: _covered(one[1], taken, height))
        found[place.ags] = label
        taken.append(box)
    return found


def _around(x: float, y: float, radius: float, width: float) -> Iterator[tuple[Label, Box]]:
    """The places for a name around a dot, the best first: below, above, to the right, to the left."""
    far = radius + _GAP
    for anchor, at_x, bottom in (
        ("middle", x, y + far + _LINE),
        ("middle", x, y - far),
        ("start", x + far, y + _LINE / 2),
        ("end", x - far, y + _LINE / 2),
    ):
        left = at_x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        # Letters stand on a line that lies a little above the bottom of their box.
        label = Label(round(at_x, 1), round(bottom - _LINE / 4, 1), anchor)
        yield label, (left, bottom - _LINE, left + width, bottom)


def _covered(box: Box, taken: Iterable[Box], height: float) -> float:
    """How much of what is there already a box covers; what lies outside of the picture counts too."""
    left, top, right, bottom = box
    within = _common(box, (0.0, 0.0, WIDTH, height))
    outside = (right - left) * (bottom - top) - within
    return outside + sum(_common(box, other) for other in taken)


def _common(one: Box, other: Box) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0
