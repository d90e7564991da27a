"""Rounds in pairs: the product and the bare loop one right after the other, and what their ratios say together.

Machines are shared, and faster in one minute than in the next. So only the two rounds of a pair are compared, each
after the other, and the median of those ratios is told: a slow minute changes one of them, and not the result.
"""

from collections.abc import Awaitable, Callable
from statistics import median, quantiles
from typing import Any, TypeAlias

Pairs: TypeAlias = list[tuple[float, float]]
"""How much a second, of ours and of the bare loop."""
Round: TypeAlias = Callable[[], Awaitable[float]]


async def in_pairs(ours: Round, bare: Round, rounds: int) -> Pairs:
    """``rounds`` of each; every second pair the other way round, so that the same is not always the first."""
    pairs: Pairs = []
    for number in range(rounds):
        if number % 2:
            second = await bare()
            pairs.append((await ours(), second))
        else:
            first = await ours()
            pairs.append((first, await bare()))
    return pairs


def summary(pairs: Pairs, unit: str) -> dict[str, Any]:
    """The median of the ratios, between what half of them lie, the medians of both, and every round; ``unit``: of what
    so many are done a second."""
    low, middle, high = quantiles((ours / bare for ours, bare in pairs), n=4, method="inclusive")
    return {
        "ratio": round(middle, 3),
        "half_between": [round(low, 3), round(high, 3)],
        f"{unit}_per_second": round(median(ours for ours, _ in pairs)),
        "bare_per_second": round(median(bare for _, bare in pairs)),
        "rounds": [[round(ours), round(bare)] for ours, bare in pairs],
    }
