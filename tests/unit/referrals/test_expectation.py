"""What the past of a count lets expect: chance is not taken for a rise, and a rise is not taken for chance."""

import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain.expectation import discoveries, past_of, tails, upper_tail
from tests.support.laws import examples
from tests.unit.referrals.chance import poisson

_COUNTS = st.lists(st.integers(0, 40), min_size=16, max_size=70)


@given(
    st.integers(0, 200),
    st.floats(0.05, 100, allow_nan=False, allow_infinity=False),
    st.floats(1.01, 5, allow_nan=False, allow_infinity=False),
)
@examples(100)
def test_the_more_there_are_the_less_likely_they_are(number: int, mean: float, scatter: float) -> None:
    likely = [upper_tail(number + more, mean, mean * scatter) for more in (0, 1, 2)]
    assert 1 + 1e-9 >= likely[0] >= 0
    assert likely[0] >= likely[1] >= likely[2]
    assert upper_tail(0, mean, mean * scatter) == pytest.approx(1)


def test_the_tail_is_that_of_rates_drawn_at_random_and_counts_drawn_by_them() -> None:
    dice = random.Random(1)
    shape, scale = 12.0, 0.5  # a mean of 6 and a variance of 9
    drawn = [poisson(dice, dice.gammavariate(shape, scale)) for _ in range(40_000)]
    for number in (3, 6, 10, 14):
        share = sum(one >= number for one in drawn) / len(drawn)
        assert upper_tail(number, 6.0, 9.0) == pytest.approx(share, abs=0.01)


def test_large_numbers_lose_nothing() -> None:
    assert 0 < upper_tail(5_000, 4_000, 4_400) < 1e-30
    assert 0.9 < upper_tail(3_900, 4_000, 4_400) < 1
    assert upper_tail(10, 4_000, 4_400) == pytest.approx(1)


@given(_COUNTS, st.integers(1, 10))
@examples(100)
def test_more_in_the_last_week_never_makes_a_rise_less_clear(counts: list[int], more: int) -> None:
    before = tails(counts, 5)
    after = tails([*counts[:-1], counts[-1] + more], 5)
    assert all(late <= early + 1e-12 for early, late in zip(before, after, strict=True))


@given(_COUNTS)
@examples(100)
def test_fewer_than_five_never_stand_out(counts: list[int]) -> None:
    quiet = [*counts[:-4], 1, 1, 1, 1]
    assert tails(quiet, 5) == (1.0, 1.0, 1.0)


def test_a_past_that_scatters_lets_expect_more() -> None:
    even, uneven = [4, 6] * 26, [0, 10] * 26
    assert past_of(even).scatter == 1.0
    assert past_of(uneven).scatter > 2
    assert past_of(even).tail(15, 1) < past_of(uneven).tail(15, 1)


def test_a_season_that_stood_out_a_year_ago_is_what_is_usual_in_it() -> None:
    def counts(this_year: int, last_year: int) -> list[int]:
        return [8] * 52 + [8] * 48 + [last_year] * 8 + [8] * 48 + [this_year] * 4

    assert min(tails(counts(16, 16), 5)) > 0.05
    assert min(tails(counts(16, 8), 5)) < 0.001
    assert min(tails(counts(40, 16), 5)) < 0.001


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(0.001, 0.5))
@examples(100)
def test_what_is_found_is_as_benjamini_and_hochberg_define_it(likely: list[float], rate: float) -> None:
    found = discoveries(likely, rate)
    ascending = sorted(likely)
    most = max((at for at, one in enumerate(ascending, 1) if one <= rate * at / len(likely)), default=0)
    assert len(found) == most
    rest = [one for number, one in enumerate(likely) if number not in found]
    assert not found or not rest or max(likely[number] for number in found) <= min(rest)


def test_the_median_of_drawn_counts_is_no_rise() -> None:
    dice = random.Random(2)
    likely = [min(tails([poisson(dice, 8) for _ in range(60)], 5)) for _ in range(50)]
    assert median(likely) > 0.05
