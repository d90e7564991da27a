"""Which worries become more: counted where a rise can be told from chance, told from five on, and told when over."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import trends
from services.referrals.domain.state import State, StoredTrend
from services.referrals.domain.trends import Cell, WeekCount
from shared.contracts.referrals.trends import TREND_COUNTED, TREND_EASED, TREND_ROSE
from tests.support.laws import examples
from tests.unit.referrals.alliance import GLAUCHAU, RULES, WERDAU, ZWICKAU

MONDAY = date(2026, 11, 23)
ELSEWHERE = "09162000"
_TOPICS, _PLACES = ("demokratie", "integration"), (ZWICKAU, WERDAU, GLAUCHAU, ELSEWHERE)


def weeks(number: int) -> list[date]:
    """So many Mondays, the latest last."""
    return [MONDAY - timedelta(weeks=number - 1 - one) for one in range(number)]


def counts(by_place: Mapping[str, Sequence[int]], topic: str = "demokratie") -> list[WeekCount]:
    """Counts of the last weeks, by municipality."""
    return [
        WeekCount(monday, topic, ags, number)
        for ags, numbers in by_place.items()
        for monday, number in zip(weeks(len(numbers)), numbers, strict=True)
    ]


class Story:
    """A cell's weeks, one after the other, as the timer sees them."""

    def __init__(self, past: Sequence[int], cell: Cell = ("demokratie", ZWICKAU)) -> None:
        self.cell = cell
        self.counts = list(past)
        self.told: list[tuple[str, StoredTrend]] = []

    def goes_on(self, *numbers: int) -> "Story":
        """With these weeks."""
        for number in numbers:
            self.counts.append(number)
            self._assess({self.cell: self.counts})
        return self

    def is_counted_with_others(self) -> "Story":
        """As it has become too small."""
        self._assess({("demokratie", None): self.counts})
        return self

    @property
    def last(self) -> tuple[str, StoredTrend]:
        """What was told last of the cell."""
        return [one for one in self.told if one[1].area == self.cell[1]][-1]

    def _assess(self, cells: Mapping[Cell, Sequence[int]]) -> None:
        monday = MONDAY + timedelta(weeks=len(self.counts))
        facts: dict[Any, Any] = {(StoredTrend, fact.id): fact for _, fact in self.told}
        state = State(datetime(2026, 11, 30, 1, tzinfo=UTC), RULES, facts)
        for decision in trends.assess(state, monday, cells):
            self.told += [(new.kind, new.fact) for new in decision.facts]


def test_a_place_with_few_worries_is_counted_with_its_district_and_that_with_everywhere() -> None:
    many, few, two = [9] * 60, [1] * 60, [2] * 60
    cells = trends.cells_of(
        weeks(60), counts({ZWICKAU: many, WERDAU: few, GLAUCHAU: two, ELSEWHERE: few}), RULES.trends
    )
    assert cells == {
        ("demokratie", ZWICKAU): many,
        ("demokratie", GLAUCHAU): two,
        ("demokratie", None): [2] * 60,
    }
    more = trends.cells_of(weeks(60), counts({ZWICKAU: many, WERDAU: few, "14524010": few}), RULES.trends)
    assert more[("demokratie", "14524")] == [2] * 60


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(_TOPICS), st.sampled_from(_PLACES)),
        st.lists(st.integers(0, 9), min_size=30, max_size=30),
    )
)
@examples(50)
def test_no_worry_is_lost_or_counted_in_two_areas(numbers: dict[tuple[str, str], list[int]]) -> None:
    given_ = [one for (topic, ags), all_ in numbers.items() for one in counts({ags: all_}, topic)]
    cells = trends.cells_of(weeks(30), given_, RULES.trends)
    for topic in _TOPICS:
        together = [
            sum(all_) for all_ in zip(*(found for (one, _), found in cells.items() if one == topic), strict=True)
        ]
        expected = [
            sum(all_) for all_ in zip(*(all_ for (one, _), all_ in numbers.items() if one == topic), strict=True)
        ]
        assert together == expected


def test_a_rise_is_told_once_and_its_end_after_four_quiet_weeks() -> None:
    story = Story([6, 8, 7, 9, 8, 7] * 9).goes_on(8, 20)
    kind, trend = story.last
    assert (kind, trend.rising, trend.window, trend.times) == (TREND_ROSE, True, 1, 2.5)
    assert trend.since == trend.weeks[-1].week
    story.goes_on(21)
    assert (story.last[0], story.last[1].since) == (TREND_COUNTED, trend.since)
    story.goes_on(7, 7, 7, 7, 7, 7, 7)
    kinds = [kind for kind, _ in story.told]
    assert kinds.count(TREND_ROSE) == kinds.count(TREND_EASED) == 1
    assert (story.last[1].rising, story.last[1].since, story.last[1].times) == (False, None, None)


def test_nothing_is_said_before_there_is_a_past() -> None:
    story = Story([]).goes_on(*[1] * 10, 30)
    assert story.last[0] == TREND_COUNTED
    assert not story.last[1].rising


def test_no_week_under_five_is_told_and_nothing_at_all_of_what_is_always_under_five() -> None:
    story = Story([3, 4] * 30).goes_on(4, 3, 2)
    assert story.told == []
    shown = Story([4, 5] * 30).goes_on(4, 6, 3).last[1]
    assert [one.number for one in shown.weeks] == [6, None]


def test_what_was_told_of_a_week_is_never_counted_again_and_a_year_is_kept() -> None:
    story = Story([8] * 10).goes_on(*[8] * 60)
    assert len(story.last[1].weeks) == 53
    first = story.told[0][1].weeks[0]
    assert story.told[10][1].weeks[0] == first


def test_where_an_area_is_counted_with_others_its_rise_is_over() -> None:
    story = Story([8] * 40).goes_on(30)
    assert story.last[1].rising
    story.is_counted_with_others()
    assert (story.last[0], story.last[1].rising) == (TREND_EASED, False)


def test_a_week_goes_from_monday_to_monday_where_the_alliance_lives() -> None:
    week = trends.week_of(datetime(2026, 3, 29, 21, 59, tzinfo=UTC), RULES.zone)
    assert week.monday == date(2026, 3, 23)
    assert (week.start.astimezone(UTC).hour, week.end.astimezone(UTC).hour) == (23, 22)
    assert trends.week_of(datetime(2026, 3, 29, 22, tzinfo=UTC), RULES.zone).monday == date(2026, 3, 30)
    assert not trends.is_over(week, week.end)
    assert trends.is_over(week, week.end + timedelta(hours=1))
    assert trends.counts_once_since(week, RULES.zone).date() == date(2026, 3, 2)
