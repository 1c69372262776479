"""What segments did next: means with bootstrap intervals."""

import numpy as np
import pandas as pd

RESAMPLES = 1000
LEVELS = [0.025, 0.975]
# Means over a segment, and what they are of.
MEASURES = {"mean_net_amount": "next_net_amount", "repeat_rate": "has_ordered_again"}
COLUMNS = ["segment_key", "customers"] + [
    f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")
]


def intervals(customers, random_seed):
    """Mean next revenue and repeat rate of each segment, with 95 % bootstrap intervals.

    Parameters
    ----------
    customers : pandas.DataFrame
        One row per customer, in an order that does not vary; a sample where a segment has many:
        `segment_key`, `next_net_amount` (currency) and `has_ordered_again`, and of the whole
        segment `customers`, `mean_net_amount` and `repeat_rate`.
    random_seed : int
        Seed of the resamples.

    Returns
    -------
    pandas.DataFrame, one row per segment
        `segment_key`, `customers`, and for `mean_net_amount` and `repeat_rate` the value and the
        ends `_low` and `_high` of its percentile interval over 1,000 resamples (Efron and
        Tibshirani 1993, An Introduction to the Bootstrap, chapter 13). The interval of a sample is
        laid around the whole segment's value, and is narrower by the square root of the share that
        was drawn.

    Examples
    --------
    >>> customers = pd.DataFrame({
    ...     "segment_key": "regulars", "next_net_amount": [10.0, 10.0],
    ...     "has_ordered_again": [True, True], "customers": 2, "mean_net_amount": 10.0,
    ...     "repeat_rate": 1.0,
    ... })
    >>> intervals(customers, random_seed=0)[["segment_key", "mean_net_amount_low"]]
      segment_key  mean_net_amount_low
    0    regulars                 10.0
    """
    random = np.random.default_rng(random_seed)
    rows = []
    for segment_key, members in customers.groupby("segment_key", sort=True):
        segment = members.iloc[0]
        row = {"segment_key": segment_key, "customers": segment["customers"]}
        values = members[[*MEASURES.values()]].to_numpy(float)
        draws = (random.integers(len(values), size=len(values)) for _ in range(RESAMPLES))
        means = np.array([values[drawn].mean(axis=0) for drawn in draws])
        for column, measure in enumerate(MEASURES):
            ends = np.quantile(means[:, column], LEVELS)
            value = values[:, column].mean()
            if len(members) < segment["customers"]:
                narrower = np.sqrt(len(members) / segment["customers"])
                ends = segment[measure] + narrower * (ends - value)
                value = segment[measure]
            row[measure] = value
            row[f"{measure}_low"], row[f"{measure}_high"] = ends
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)
