"""How rounds of a benchmark are compared."""

from functools import partial

from tests.benchmarks.pairs import in_pairs, summary


def test_a_slow_minute_of_the_machine_does_not_change_the_ratio() -> None:
    quiet, slow = (80.0, 100.0), (8.0, 10.0)
    found = summary([quiet, quiet, slow, quiet, slow], "events")
    assert found["ratio"] == 0.8
    assert found["half_between"] == [0.8, 0.8]
    assert found["events_per_second"] == 80
    assert found["rounds"][2] == [8, 10]


async def test_each_of_two_is_as_often_the_first_of_a_pair() -> None:
    order: list[str] = []

    async def measured(name: str, rate: float) -> float:
        order.append(name)
        return rate

    pairs = await in_pairs(partial(measured, "ours", 2.0), partial(measured, "bare", 1.0), 4)
    assert pairs == [(2.0, 1.0)] * 4
    assert order == ["ours", "bare", "bare", "ours"] * 2
