"""Counts drawn at random, for what is said of chance."""

import random


def poisson(dice: random.Random, mean: float) -> int:
    """A Poisson count: how many waits of mean 1 end within ``mean``."""
    count, left = 0, mean
    while (left := left - dice.expovariate(1.0)) > 0:
        count += 1
    return count
