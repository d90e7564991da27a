"""Charts: whatever the numbers are, the picture is well-formed, all of it is to be seen, and it can be read out."""

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.common.language import negotiate
from services.web.goals.charts import Series, chart, description
from tests.unit.web.test_safety import nasty

GERMAN = negotiate("de")
ENGLISH = negotiate("en")
SVG = "{http://www.w3.org/2000/svg}"

numbers = st.floats(allow_nan=False, allow_infinity=False)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
pairs = st.lists(st.tuples(days, numbers), max_size=8).map(sorted)


@st.composite
def histories(draw: st.DrawFn) -> Series:
    """Any indicator that a contract lets through."""
    return Series(
        title=draw(nasty),
        unit=draw(st.none() | nasty),
        values=draw(pairs),
        target=draw(numbers),
        due=draw(st.none() | days),
        baseline=draw(st.none() | numbers),
        former_targets=draw(pairs),
    )


def series(*values: float, **changed: Any) -> Series:
    """One value a month from January 2026, against a target of 40."""
    known = [(date(2026, 1 + month, 1), value) for month, value in enumerate(values)]
    return Series(**{"title": "Teilnahme", "unit": None, "values": known, "target": 40.0, **changed})


def drawn(given: Series) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart(given, GERMAN, "bild")))


def lines(picture: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [line for line in picture.iter(f"{SVG}line") if line.get("class") == name]


def height(element: ElementTree.Element, attribute: str) -> float:
    return float(element.get(attribute, "nan"))


def points(picture: ElementTree.Element) -> list[tuple[float, float]]:
    found = [(height(dot, "cx"), height(dot, "cy")) for dot in picture.iter(f"{SVG}circle")]
    for line in picture.iter(f"{SVG}line"):
        found += [(height(line, f"x{end}"), height(line, f"y{end}")) for end in (1, 2)]
    for path in picture.iter(f"{SVG}polyline"):
        found += [tuple(map(float, point.split(","))) for point in path.get("points", "").split()]  # type: ignore[misc]
    return found


@given(histories())
def test_every_point_lies_inside_the_picture(given: Series) -> None:
    picture = drawn(given)
    _, _, width, bottom = map(float, picture.get("viewBox", "").split())
    assert all(0 <= x <= width and 0 <= y <= bottom for x, y in points(picture))
    assert len(list(picture.iter(f"{SVG}circle"))) == len(given.values)


@given(histories())
def test_no_text_becomes_markup_and_nothing_is_styled_inline(given: Series) -> None:
    html = str(chart(given, GERMAN, given.title))
    picture = ElementTree.fromstring(html)
    kinds = {element.tag.removeprefix(SVG) for element in picture.iter()}
    assert kinds <= {"svg", "title", "desc", "rect", "line", "polyline", "circle", "text"}
    assert not re.search(r"<[^>]*\s(style|on\w+|href)=", html)


@given(st.lists(numbers, min_size=2, max_size=6), numbers)
def test_more_is_never_drawn_below_less(values: list[float], target: float) -> None:
    dots = [height(dot, "cy") for dot in drawn(series(*values, target=target)).iter(f"{SVG}circle")]
    shown = sorted(zip(values, dots, strict=True))
    assert all(after <= before for (_, before), (_, after) in pairwise(shown))


@pytest.mark.parametrize(
    ("values", "target", "is_below"), [((10.0, 20.0), 40.0, True), ((50.0, 60.0), 40.0, False), ((-5.0,), -2.0, True)]
)
def test_a_value_below_the_target_lies_below_its_line(values: tuple[float, ...], target: float, is_below: bool) -> None:
    picture = drawn(series(*values, target=target))
    (line,) = lines(picture, "target")
    latest = list(picture.iter(f"{SVG}circle"))[-1]
    assert (height(latest, "cy") > height(line, "y1")) is is_below


def test_one_value_is_a_dot_without_a_line() -> None:
    picture = drawn(series(12.0))
    assert len(list(picture.iter(f"{SVG}circle"))) == 1
    assert not list(picture.iter(f"{SVG}polyline"))


def test_without_values_there_is_the_target_alone_and_it_is_said() -> None:
    picture = drawn(series(due=date(2027, 12, 31), unit="Prozent"))
    assert not list(picture.iter(f"{SVG}circle"))
    assert len(lines(picture, "target")) == 1
    said = "Es gibt noch keinen Wert. Der Zielwert ist 40\u00a0Prozent bis 31. Dezember 2027."
    assert picture.findtext(f"{SVG}desc") == said


@pytest.mark.parametrize("value", [0.0, 40.0, -3.0])
def test_equal_values_are_a_level_line(value: float) -> None:
    picture = drawn(series(value, value, value, target=value, baseline=value))
    heights = {height(dot, "cy") for dot in picture.iter(f"{SVG}circle")}
    assert heights == {height(line, "y1") for line in lines(picture, "target")}
    assert len(heights) == 1


def test_the_axis_begins_at_zero_and_its_steps_are_round_numbers() -> None:
    labels = [text.text for text in drawn(series(1_100.0, 1_200.5)).iter(f"{SVG}text")]
    assert labels[:4] == ["0", "500", "1.000", "1.500"]


def test_former_targets_end_on_the_day_they_were_changed_where_the_next_begins() -> None:
    changed = [(date(2026, 2, 1), 20.0), (date(2026, 3, 1), 30.0)]
    picture = drawn(series(10.0, 15.0, 20.0, 25.0, former_targets=changed))
    first, second = lines(picture, "former")
    (present,) = lines(picture, "target")
    assert first.get("x2") == second.get("x1")
    assert second.get("x2") == present.get("x1")
    assert height(first, "y1") > height(second, "y1") > height(present, "y1")


def test_time_is_drawn_in_proportion() -> None:
    start = date(2026, 1, 1)
    values = [(start + timedelta(days=day), 1.0) for day in (0, 10, 100)]
    x = [height(dot, "cx") for dot in drawn(series(values=values)).iter(f"{SVG}circle")]
    assert (x[1] - x[0]) / (x[2] - x[0]) == pytest.approx(0.1, abs=0.01)


def test_a_picture_has_a_name_and_says_what_it_shows_in_the_language_of_the_reader() -> None:
    given = series(1_250.5, 2_000.0, unit="Gäste", baseline=0)
    picture = drawn(given)
    assert picture.get("role") == "img"
    for attribute, part in (("aria-labelledby", "title"), ("aria-describedby", "desc")):
        element = picture.find(f"{SVG}{part}")
        assert element is not None
        assert element.get("id") == picture.get(attribute)
        assert element.text
    assert description(given, GERMAN) == (
        "Von 1.250,5\u00a0Gäste am 1. Januar 2026 zu 2.000\u00a0Gäste am 1. Februar 2026."
        " Der Zielwert ist 40\u00a0Gäste."
    )
    assert description(series(3.0), ENGLISH) == "3 on 1 January 2026. The target is 40."


def test_labels_of_lines_that_lie_close_do_not_cover_each_other() -> None:
    picture = drawn(series(30.0, baseline=39.0))
    heights = sorted(
        height(text, "y")
        for text in picture.iter(f"{SVG}text")
        if text.get("class") in ("label target", "label baseline")
    )
    assert heights[1] - heights[0] >= 13
