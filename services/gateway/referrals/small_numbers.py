"""No figure is about fewer than five people, nor can one be found as the difference of two that are shown.

Areas are named by their official keys: a municipality by eight digits, its district by the first five of them, all
areas together by none.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from shared.discretion import SHOWN_FROM
from shared.places import DISTRICT

ALL: Final = ""


def within(ags: str) -> tuple[str, str, str]:
    """The keys of the areas that a municipality is part of: its own, its district's, that of all."""
    return ags, ags[:DISTRICT], ALL


def hidden(numbers: Mapping[str, int]) -> set[str]:
    """The areas whose number of people is not to be shown. ``numbers``: of municipalities, of districts and of all,
    each the sum of its parts.

    These are the small ones, and of the others the smallest that have to go with them: what a sum that is shown leaves
    for its hidden parts is that of two areas at least, and of five people at least.
    """
    found = {area for area, number in numbers.items() if 0 < number < SHOWN_FROM}
    districts = [area for area in numbers if len(area) == DISTRICT]
    parts = {
        district: [area for area in numbers if area != district and area[:DISTRICT] == district]
        for district in districts
    }
    for district in districts:
        if district not in found:
            found |= _companions(parts[district], found, numbers)
    if ALL not in found:
        companions = _companions(districts, found, numbers)
        found |= companions
        for district in companions:
            # Else its number would be the sum of those of its municipalities.
            if found.isdisjoint(parts[district]):
                found.add(_smallest(parts[district], found, numbers)[0])
    return found


def _companions(parts: Iterable[str], found: set[str], numbers: Mapping[str, int]) -> set[str]:
    """Which other parts of a sum that is shown are hidden besides those in ``found``; none where none of them is."""
    of_sum = list(parts)
    gone = [area for area in of_sum if area in found]
    if not gone:
        return set()
    added: list[str] = []
    others = iter(_smallest(of_sum, found, numbers))
    while len(gone) + len(added) < 2 or sum(numbers[area] for area in (*gone, *added)) < SHOWN_FROM:
        added.append(next(others))
    return set(added)


def _smallest(areas: Iterable[str], found: set[str], numbers: Mapping[str, int]) -> list[str]:
    """The areas that have a number which is shown and is not nought, the smallest first."""
    return sorted(
        (area for area in areas if numbers[area] and area not in found), key=lambda area: (numbers[area], area)
    )
