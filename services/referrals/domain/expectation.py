"""What the past of a weekly count lets expect, and how unlikely it is to see as much as there is (record 0037).

Counts of a week are taken as Poisson counts whose rate is known as well as the past tells it, so that the next ones
follow a negative binomial distribution (the posterior predictive distribution by Jeffreys' prior), made wider where the
past scatters more than chance. Where the same weeks of the year before stood out themselves, they are what is usual.
Several tests at a time are judged by Benjamini and Hochberg (1995).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p, sqrt
from typing import Final

WINDOWS: Final = (1, 2, 4)
"""The last weeks that are looked at together: a sudden rise shows in one, a slower one in four."""
_WIDEST: Final = WINDOWS[-1]
YEAR: Final = 52
_AROUND: Final = 1
"""So many weeks before and after those of a year ago are the same season."""
_LEAST_SPREAD: Final = 8
_BEYOND_CHANCE: Final = 1.645
"""Standard errors, for one in twenty: so far the scatter of a past may be above that of Poisson counts by chance."""
_STOOD_OUT: Final = 0.05
_NOTHING: Final = 1e-18


@dataclass(frozen=True, slots=True)
class Past:
    """Weeks of which something is expected. ``scatter``: their variance in relation to that of Poisson counts."""

    weeks: int
    total: int
    scatter: float = 1.0

    @property
    def usual(self) -> float:
        """So many a week."""
        return self.total / self.weeks

    def tail(self, number: int, weeks: int) -> float:
        """How likely it is that there are ``number`` or more within the next ``weeks``."""
        mean = weeks * (self.total + 0.5) / self.weeks
        return upper_tail(number, mean, mean * self.scatter * (1 + weeks / self.weeks))


def past_of(counts: Sequence[int]) -> Past:
    """What is expected by ``counts``, one a week; at least one."""
    return Past(len(counts), sum(counts), _scatter(counts))


def year_before(counts: Sequence[int]) -> Sequence[int]:
    """Of weekly counts, the latest last, the year before those that are looked at: what is usual."""
    return counts[:-_WIDEST][-YEAR:]


def tails(counts: Sequence[int], least: int) -> tuple[float, ...]:
    """How likely the last 1, 2 and 4 of ``counts`` are by what came before them; 1 where they are fewer than ``least``.

    ``counts``: one a week, the latest last, with at least one before the last four.
    """
    year = past_of(year_before(counts))
    found = []
    for weeks in WINDOWS:
        number = sum(counts[-weeks:])
        likely = 1.0 if number < least else year.tail(number, weeks)
        if likely < _STOOD_OUT and (season := _season(counts, weeks, year.scatter)) is not None:
            likely = max(likely, season.tail(number, weeks))
        found.append(likely)
    return tuple(found)


def discoveries(likely: Sequence[float], rate: float) -> set[int]:
    """Which of these are so unlikely that of all that are found no more than ``rate`` is found by chance."""
    ascending = sorted(range(len(likely)), key=likely.__getitem__)
    last = 0
    for place, number in enumerate(ascending, 1):
        if likely[number] <= rate * place / len(likely):
            last = place
    return set(ascending[:last])


def upper_tail(number: int, mean: float, variance: float) -> float:
    """How likely ``number`` or more is of a negative binomial count. ``mean``: above 0; ``variance``: above it."""
    success = mean / variance
    failures = mean * success / (1 - success)
    at_number = exp(
        lgamma(number + failures)
        - lgamma(failures)
        - lgamma(number + 1)
        + failures * log(success)
        + number * log1p(-success)
    )
    # From where the count is, away from the mean, so that what is added becomes less and less.
    if number > mean:
        return at_number + sum(
            _going(at_number, number, lambda count: (failures + count) / (count + 1) * (1 - success))
        )
    below = _going(at_number, number, lambda count: count / ((failures + count - 1) * (1 - success)), step=-1)
    return max(0.0, 1.0 - sum(below))


def _going(term: float, count: int, ratio: Callable[[int], float], step: int = 1) -> Iterator[float]:
    """The likelihoods of the counts above ``count``, or with ``step`` -1 below it, as far as they matter."""
    while term > _NOTHING and count + step >= 0:
        term *= ratio(count)
        count += step
        yield term


def _season(counts: Sequence[int], weeks: int, scatter: float) -> Past | None:
    """The weeks around the same ``weeks`` of the year before, where they stood out from the year before them."""
    last = len(counts) - 1 - YEAR
    first = last - (weeks - 1) - _AROUND
    if first < YEAR // 2:
        return None
    season, before = counts[first : last + _AROUND + 1], counts[:first][-YEAR:]
    stood_out = Past(len(before), sum(before), scatter).tail(sum(season), len(season)) < _STOOD_OUT
    return Past(len(season), sum(season), scatter) if stood_out else None


def _scatter(counts: Sequence[int]) -> float:
    """The variance of ``counts`` in relation to their mean, as far as chance does not make it; at least 1."""
    total, weeks = sum(counts), len(counts)
    if total == 0 or weeks < _LEAST_SPREAD:
        return 1.0
    mean = total / weeks
    variance = sum((count - mean) ** 2 for count in counts) / (weeks - 1)
    return max(1.0, variance / mean / (1 + _BEYOND_CHANCE * sqrt(2 / (weeks - 1))))
