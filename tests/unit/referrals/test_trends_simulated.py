"""What the test of trends does, stated by a simulation: false alarms in quiet years, and how soon a rise is found.

Thirty-six areas and topics, all tested together, one week after the other, as the service does. The figures are
printed (``-s``) and stand in ``docs/decisions/0037-trends.md``.
"""

import random
from collections.abc import Callable, Iterator
from statistics import median
from typing import Final

import pytest

from services.referrals.domain.expectation import WINDOWS, discoveries, tails
from tests.unit.referrals.chance import poisson

CELLS: Final = 36
USUAL: Final = (2, 4, 8, 16)
FALSE_RATE: Final = 0.05
_BEFORE: Final = 60
Mean = Callable[[int], float]


def _scattered(dice: random.Random, mean: float, scatter: float) -> int:
    """A count whose variance is ``scatter`` times its mean."""
    if scatter == 1.0:
        return poisson(dice, mean)
    shape = mean / (scatter - 1)
    return poisson(dice, dice.gammavariate(shape, mean / shape))


def _found_by_week(seed: int, first: Mean, weeks: int, *, before: int = _BEFORE, scatter: float = 1) -> Iterator[bool]:
    """Week by week, whether the first cell stands out, whose mean in a week is ``first`` of it; others are as usual."""
    dice = random.Random(seed)
    cells: list[list[int]] = [[] for _ in range(CELLS)]
    for week in range(before + weeks):
        cells[0].append(_scattered(dice, first(week - before), scatter))
        for number in range(1, CELLS):
            cells[number].append(poisson(dice, USUAL[number % len(USUAL)]))
        if week >= before:
            likely = [one for counts in cells for one in tails(counts, 5)]
            yield bool(discoveries(likely, FALSE_RATE) & set(range(len(WINDOWS))))


def test_in_quiet_years_hardly_a_week_has_any_false_alarm() -> None:
    dice, weeks, alarms = random.Random(1), 520, 0
    cells = [[poisson(dice, USUAL[number % 4]) for _ in range(weeks + _BEFORE)] for number in range(CELLS)]
    for week in range(_BEFORE, weeks + _BEFORE):
        likely = [one for counts in cells for one in tails(counts[: week + 1], 5)]
        alarms += bool(discoveries(likely, FALSE_RATE))
    print(f"\nany false alarm in {alarms / weeks:.1%} of weeks")
    assert alarms / weeks <= 0.05


@pytest.mark.parametrize(("usual", "most"), [(16, 2), (8, 2), (4, 5)])
def test_a_doubled_rate_is_found_soon(usual: int, most: int) -> None:
    took = []
    for seed in range(41):
        found = _found_by_week(seed, lambda week: usual if week < 0 else 2 * usual, 20)
        took.append(next((week for week, is_found in enumerate(found, 1) if is_found), 99))
    print(f"\ntwice {usual} a week is found after a median of {median(took)} weeks")
    assert median(took) <= most


def test_a_season_that_comes_each_year_is_rarely_taken_for_a_rise() -> None:
    def with_advent(week: int) -> float:
        return 16 if week % 52 in range(46, 52) else 8

    years = [any(_found_by_week(seed, with_advent, 52, before=156)) for seed in range(20)]
    print(f"\na doubled rate in each Advent is told in {sum(years)} of {len(years)} years")
    assert sum(years) <= len(years) / 4


def test_a_rate_that_grows_slowly_is_told_within_the_year() -> None:
    took = []
    for seed in range(21):
        found = _found_by_week(seed, lambda week: 8 * (1 + max(0, week) / 52), 60)
        took.append(next((week for week, is_found in enumerate(found, 1) if is_found), 99))
    print(f"\na rate that doubles within a year is told after a median of {median(took)} weeks")
    assert 8 <= median(took) <= 40


def test_counts_that_scatter_are_not_taken_for_a_rise() -> None:
    weeks = [found for seed in range(20) for found in _found_by_week(seed, lambda _: 8, 52, scatter=1.6)]
    print(f"\nwith a variance of 1.6 times the mean {sum(weeks) / len(weeks):.1%} of a cell's weeks stand out")
    assert sum(weeks) / len(weeks) <= 0.02
