"""Where member organisations can be asked; pure functions over their areas and the places that are known."""

from collections.abc import Iterable
from typing import Any

from shared.circle import Circle
from shared.places import DISTRICT, Place, Places


def covered(area: dict[str, Any], places: Places) -> list[str]:
    """The keys in which an area is found: municipalities, those within its circles, districts; sorted.

    A circle holds a municipality whose middle lies in it, and the one around which it is drawn.
    """
    keys = {*area.get("municipalities", ()), *area.get("districts", ())}
    for around in area.get("around", ()):
        keys.add(around["ags"])
        if middle := places.by_ags(around["ags"]):
            keys.update(place.ags for place in _within(middle, around["radius_km"], places.items))
    return sorted(keys)


def keys_of(ags: str) -> list[str]:
    """Under which keys an area that includes the municipality ``ags`` is found: its own, and its district's."""
    return [ags, ags[:DISTRICT]]


def _within(middle: Place, radius_km: float, places: Iterable[Place]) -> list[Place]:
    circle = Circle(middle.latitude, middle.longitude, radius_km)
    return [place for place in places if circle.holds(place.latitude, place.longitude)]
