"""What segments did next: means with bootstrap intervals."""

import numpy as np
import pandas as pd

RESAMPLES = 1000
LEVELS = [0.025, 0.975]
MEASURES = {"net_amount": "next_net_amount", "repeat_rate": "has_ordered_again"}
COLUMNS = ["segment_key", "customers"] + [
    f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")
]


def intervals(customers, random_seed):
    """Mean next revenue and repeat rate of each segment, with 95 % bootstrap intervals.

    Parameters
    ----------
    customers : pandas.DataFrame
        `segment_key`, `next_net_amount` (currency) and `has_ordered_again`, one row per customer,
        in an order that does not vary.
    random_seed : int
        Seed of the resamples.

    Returns
    -------
    pandas.DataFrame, one row per segment
        `segment_key`, `customers`, and for `net_amount` (mean per customer) and `repeat_rate` the
        value and the ends `_low` and `_high` of its percentile interval over 1,000 resamples
        (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13).

    Examples
    --------
    >>> customers = pd.DataFrame({
    ...     "segment_key": "regulars", "next_net_amount": [10.0, 10.0],
    ...     "has_ordered_again": [True, True],
    ... })
    >>> intervals(customers, random_seed=0)[["segment_key", "net_amount_low", "repeat_rate_high"]]
      segment_key  net_amount_low  repeat_rate_high
    0    regulars            10.0               1.0
    """
    random = np.random.default_rng(random_seed)
    rows = []
    for segment_key, members in customers.groupby("segment_key", sort=True):
        row = {"segment_key": segment_key, "customers": len(members)}
        values = members[list(MEASURES.values())].to_numpy(float)
        draws = (random.integers(len(values), size=len(values)) for _ in range(RESAMPLES))
        means = np.array([values[drawn].mean(axis=0) for drawn in draws])
        for column, measure in enumerate(MEASURES):
            low, high = np.quantile(means[:, column], LEVELS)
            row[measure] = values[:, column].mean()
            row[f"{measure}_low"], row[f"{measure}_high"] = low, high
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)
