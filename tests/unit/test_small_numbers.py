"""No number that is shown is about fewer than five people, nor is any difference of two that are."""

from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.referrals.small_numbers import ALL, hidden, within
from shared.discretion import SHOWN_FROM
from tests.support.laws import examples

DISTRICTS = ("14524", "14521", "14625")
MUNICIPALITIES = [f"{district}{number:03}" for district in DISTRICTS for number in (10, 20, 30, 40)]
NUMBERS = st.one_of(st.just(0), st.integers(1, 7), st.integers(8, 60))


def summed(numbers: dict[str, int]) -> dict[str, int]:
    """The numbers of municipalities with those of their districts and of all."""
    found: Counter[str] = Counter()
    for ags, number in numbers.items():
        for area in within(ags):
            found[area] += number
    return dict(found)


@examples(1_000)
@given(st.dictionaries(st.sampled_from(MUNICIPALITIES), NUMBERS, min_size=1))
def test_what_a_sum_leaves_for_its_hidden_parts_is_that_of_several_areas_and_at_least_five_people(
    numbers: dict[str, int],
) -> None:
    everything = summed(numbers)
    gone = hidden(everything)
    assert not [area for area, number in everything.items() if 0 < number < SHOWN_FROM and area not in gone]
    leaves = {
        district: [ags for ags in numbers if ags.startswith(district) and ags in gone]
        for district in everything
        if len(district) == 5
    }
    # What somebody can find who subtracts: of each shown district its hidden parts, of all those of hidden districts.
    rests = [parts for district, parts in leaves.items() if district not in gone]
    if ALL not in gone:
        rests.append(list(chain.from_iterable(parts for district, parts in leaves.items() if district in gone)))
        # The same with districts as what is hidden.
        of_districts = [district for district in leaves if district in gone]
        assert len(of_districts) != 1
        assert not of_districts or sum(everything[one] for one in of_districts) >= SHOWN_FROM
    for rest in rests:
        assert not rest or (len(rest) >= 2 and sum(everything[ags] for ags in rest) >= SHOWN_FROM)
    # A hidden sum is not that of parts that are all shown.
    assert not [one for one, parts in leaves.items() if one in gone and not parts]
    assert ALL not in gone or everything[ALL] < SHOWN_FROM


@given(st.dictionaries(st.sampled_from(MUNICIPALITIES), st.one_of(st.just(0), st.integers(5, 60))))
def test_where_no_number_is_small_all_are_shown(numbers: dict[str, int]) -> None:
    assert hidden(summed(numbers)) == set()


@pytest.mark.parametrize(
    ("numbers", "gone"),
    [
        ({"10": 3, "20": 7, "30": 20}, {"14524010", "14524020"}),
        ({"10": 3, "20": 3, "30": 20}, {"14524010", "14524020"}),
        ({"10": 1, "20": 2, "30": 20, "40": 6}, {"14524010", "14524020", "14524040"}),
        ({"10": 0, "20": 0, "30": 20}, set()),
        ({"10": 4}, {"14524010", "14524", ALL}),
        ({"10": 5}, set()),
    ],
)
def test_beside_a_small_number_the_next_larger_one_is_hidden(numbers: dict[str, int], gone: set[str]) -> None:
    assert hidden(summed({f"145240{key}": number for key, number in numbers.items()})) == gone


def test_a_small_district_takes_another_one_with_it_and_a_municipality_of_that() -> None:
    numbers = summed({"14524010": 3, "14521010": 9, "14521020": 12, "14625010": 40})
    assert hidden(numbers) == {"14524010", "14524", "14521", "14521010"}
