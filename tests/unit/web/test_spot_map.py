"""The map of white spots: municipalities lie where they lie, whole within the picture, and their names can be read."""

import dataclasses
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.web.referrals.spot_map import WIDTH, Dot, Spot, spot_map
from shared.places import Place, places
from tests.support.laws import examples


@st.composite
def municipalities(draw: st.DrawFn) -> list[Place]:
    """Any municipalities of Europe, with names of any length."""
    points = draw(st.lists(st.tuples(st.floats(36, 71), st.floats(-10, 30)), max_size=80))
    names = st.text("abc ", min_size=1, max_size=30)
    return [Place(f"{number:08}", draw(names), (), *point) for number, point in enumerate(points)]


@examples(50)
@given(municipalities())
def test_each_municipality_stands_in_the_picture_once_with_north_above(known: list[Place]) -> None:
    found = spot_map(known, {})
    assert sorted(dot.ags for dot in found.dots) == [one.ags for one in known]
    for dot in found.dots:
        assert dot.ring <= dot.x <= WIDTH - dot.ring
        assert dot.ring <= dot.y <= found.height - dot.ring
        assert (dot.label is None) == (len(known) > 60)
    at = {dot.ags: dot for dot in found.dots}
    for north, south in pairwise(sorted(known, key=lambda one: -one.latitude)):
        assert at[north.ags].y <= at[south.ags].y
    for west, east in pairwise(sorted(known, key=lambda one: one.longitude)):
        assert at[west.ags].x <= at[east.ags].x


def test_a_municipality_has_the_spot_that_was_given_for_it_and_others_have_none() -> None:
    spot = Spot("3", 2, is_ringed=True, said="drei")
    found = {dot.ags: dot.spot for dot in spot_map(places().items, {"14524330": spot}).dots}
    assert found.pop("14524330") == spot
    assert set(found.values()) == {Spot()}


def test_in_the_first_alliances_region_no_name_covers_a_dot_or_another_name() -> None:
    found = spot_map(places().items, {})
    boxes = [(dot, name_box(dot)) for dot in found.dots]
    for (one, left), (other, right) in combinations(boxes, 2):
        assert not overlap(left, right), (one.name, other.name)
    for one, box in boxes:
        assert (box[0] >= 0, box[2] <= WIDTH) == (True, True), one.name
        for other in found.dots:
            around = (other.x - other.radius, other.y - other.radius, other.x + other.radius, other.y + other.radius)
            assert not overlap(box, around), (one.name, other.name)


def test_a_picture_of_nothing_or_of_one_place_is_a_picture() -> None:
    assert spot_map([], {}).dots == ()
    [dot] = spot_map(places().items[:1], {}).dots
    assert (dot.x, dataclasses.asdict(dot)["name"]) == (WIDTH / 2, "Bernsdorf")


def name_box(dot: Dot) -> tuple[float, float, float, float]:
    """About where a name is written: letters are half as wide as high."""
    assert dot.label is not None
    width = 7 * len(dot.name)
    left = dot.label.x - {"start": 0.0, "middle": width / 2, "end": width}[dot.label.anchor]
    return left, dot.label.y - 10, left + width, dot.label.y + 3


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two boxes have something in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
