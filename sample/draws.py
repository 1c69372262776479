"""Draws from a distribution, all made of ``Random.random()``.

The other methods of ``random.Random`` have changed their streams between versions of
Python; ``random()`` has not, so a seed means the same log on each version.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int) -> Random:
    """Start the stream that all draws of a log are taken from."""
    return Random(seed)  # noqa: S311 - has to be repeatable, not secret


def happens(random: Random, probability: float) -> bool:
    """Draw whether an event of the given probability happens."""
    return random.random() < probability


def between(random: Random, low: float, high: float) -> float:
    """Draw a number between two bounds, each part equally likely."""
    return low + (high - low) * random.random()


def whole(random: Random, low: int, high: int) -> int:
    """Draw a whole number between two bounds, both included.

    Examples
    --------
    >>> draws = Random(1)
    >>> sorted({whole(draws, 2, 4) for _ in range(100)})
    [2, 3, 4]
    """
    return low + int(random.random() * (high - low + 1))


def log_normal(random: Random, median: float, spread: float) -> float:
    """Draw a positive number whose logarithm is normal (Box and Muller, 1958).

    Parameters
    ----------
    median
        Half of the draws are below it.
    spread
        Standard deviation of the natural logarithm.
    """
    radius = math.sqrt(-2 * math.log(1 - random.random()))
    return median * math.exp(spread * radius * math.cos(math.tau * random.random()))


def exponential(random: Random, mean: float) -> float:
    """Draw a waiting time of the given mean."""
    return -mean * math.log(1 - random.random())


def pick(random: Random, options: Sequence[T]) -> T:
    """Draw one of the options, each equally likely."""
    return options[int(random.random() * len(options))]


def pick_weighted(random: Random, options: Sequence[T], weights: Sequence[float]) -> T:
    """Draw one of the options, each as likely as its weight is large."""
    return pick_cumulative(random, options, list(accumulate(weights)))


def pick_cumulative(random: Random, options: Sequence[T], cumulative: Sequence[float]) -> T:
    """Draw one of the options by running totals of their weights, summed beforehand."""
    return options[bisect(cumulative, random.random() * cumulative[-1])]


def shuffled(random: Random, items: Iterable[T]) -> list[T]:
    """Put the items into a drawn order.

    Examples
    --------
    >>> sorted(shuffled(Random(1), "cab"))
    ['a', 'b', 'c']
    """
    keyed = [(random.random(), position, item) for position, item in enumerate(items)]
    return [item for _, _, item in sorted(keyed, key=lambda entry: entry[:2])]
