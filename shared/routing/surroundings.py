"""Which municipalities lie around another one, found by a grid, as there may be ten thousand."""

from collections import defaultdict
from functools import lru_cache
from math import floor
from typing import Final

from shared.circle import Circle
from shared.places import Place, Places

_CELL: Final = 0.25
"""Degrees."""


class Surroundings:
    """The municipalities of ``places`` by where they lie."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._cells: defaultdict[tuple[int, int], list[Place]] = defaultdict(list)
        for place in places.items:
            self._cells[_cell(place.latitude, place.longitude)].append(place)
        self.neighbours = lru_cache(maxsize=20_000)(self._neighbours)
        """As ``_neighbours``, remembered."""

    def within(self, ags: str, radius_km: float) -> list[str]:
        """Keys of the municipalities whose middle lies in the circle around that of ``ags``, which is among them."""
        return [ags, *(key for key, _ in self._distances(ags, radius_km))]

    def distance_km(self, ags: str, other: str) -> float | None:
        """From middle to middle; None where one of them is not known."""
        one, two = self._places.by_ags(ags), self._places.by_ags(other)
        if one is None or two is None:
            return None
        return Circle(one.latitude, one.longitude, 0).distance_km(two.latitude, two.longitude)

    def _neighbours(self, ags: str, radius_km: float) -> tuple[tuple[str, float], ...]:
        """Keys and kilometres of the municipalities around ``ags``, the nearest first."""
        return tuple(sorted(self._distances(ags, radius_km), key=lambda found: (found[1], found[0])))

    def _distances(self, ags: str, radius_km: float) -> list[tuple[str, float]]:
        middle = self._places.by_ags(ags)
        if middle is None:
            return []
        circle = Circle(middle.latitude, middle.longitude, radius_km)
        south, north, west, east = circle.box()
        (first_row, first_column), (last_row, last_column) = _cell(south, west), _cell(north, east)
        found = []
        for row in range(first_row, last_row + 1):
            for column in range(first_column, last_column + 1):
                for place in self._cells.get((row, column), ()):
                    distance = circle.distance_km(place.latitude, place.longitude)
                    if distance <= radius_km and place.ags != ags:
                        found.append((place.ags, distance))
        return found


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return floor(latitude / _CELL), floor(longitude / _CELL)
