"""Which worries become more, as the office sees it: in words, as a picture, and as a table of weeks."""

from datetime import date
from typing import Any

import pytest

from services.web.common.language import negotiate
from services.web.referrals import concern_pages
from services.web.referrals.trend_charts import WeekBar, chart, description
from tests.unit.web.parsed import Page
from tests.unit.web.samples_referrals import FRAME, trend

GERMAN = negotiate("de")


def page(*trends: dict[str, Any]) -> Page:
    """The page of these trends."""
    return Page(concern_pages.render_trends(trends, FRAME, GERMAN))


def test_what_rises_is_said_with_since_when_and_how_far() -> None:
    text = page(trend()).one("main").text
    assert "Demokratie · Zwickau" in text
    assert "nimmt zu" in text
    assert "seit 16. November 2026, etwa 2,5-mal so viele wie üblich" in text
    assert "nimmt zu" not in page(trend(rising=False, since=None, times=None)).one("main").text


@pytest.mark.parametrize(
    ("area", "others", "said"),
    [
        (None, [], "überall"),
        (None, ["14524330"], "alle anderen Orte"),
        ("14524", [], "andere Orte des Landkreises"),
    ],
)
def test_an_area_without_a_name_is_said_in_words(area: str | None, others: list[str], said: str) -> None:
    nameless = trend(area={"code": area, "name": None})
    assert f"Demokratie · {said}" in page(nameless, *(trend() for _ in others)).one("main").text


def test_a_week_under_five_is_never_a_number() -> None:
    html = concern_pages.render_trends([trend()], FRAME, GERMAN)
    assert html.count("<td>weniger als fünf</td>") == 1
    assert html.count('class="unknown"') == 1
    assert html.count('class="rise"') == 1


def test_a_picture_says_the_same_to_those_who_do_not_see_it() -> None:
    weeks = [WeekBar(date(2026, 11, 16), 19, 7.4)]
    said = description(weeks, GERMAN)
    assert said == "In der Woche ab 16. November 2026 haben 19 geschrieben, üblich sind 7,4."
    assert said in chart("Demokratie", weeks, GERMAN, "one")
    few = [WeekBar(date(2026, 11, 16), None, None)]
    assert description(few, GERMAN) == "In der Woche ab 16. November 2026 haben weniger als fünf geschrieben."


def test_without_any_trend_the_page_says_so() -> None:
    assert "noch kein Thema" in page().one("main").text
