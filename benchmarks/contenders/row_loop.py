"""The notebooks' own loop over rows, timed on some of them.

`python -m benchmarks.contenders.row_loop FOLDER` reads what the pandas contender wrote and prints
the seconds that the loop over all lines would take.
"""

import sys
import time
from pathlib import Path

import pandas as pd

VISITED_CREDITS = 20
VISITED_PURCHASES = 2000


def row_loop(lines, visited=None):
    """Match credits as widely copied notebooks do: filter the whole frame for each credit.

    The treatment of F. Daniel, "Customer Segmentation" (Kaggle, 2017): look for earlier purchases
    of the customer and product; with one take it, with several take the latest that is large
    enough. (It matches less than the ledger does; here only its time counts.)

    Parameters
    ----------
    lines : DataFrame
        Lines of known customers in the order of time.
    visited : DataFrame, optional
        Those that the loop goes over, all without it.

    Returns
    -------
    DataFrame
        The lines with the units that were given back of each.
    """
    lines = lines.assign(QuantityCanceled=0.0)
    for _, credit in (lines if visited is None else visited).iterrows():
        if credit["units"] > 0:
            continue
        earlier = lines[
            (lines["customer_id"] == credit["customer_id"])
            & (lines["product_id"] == credit["product_id"])
            & (lines["ordered_at"] < credit["ordered_at"])
            & (lines["units"] > 0)
        ]
        if len(earlier) == 1:
            lines.loc[earlier.index[0], "QuantityCanceled"] = -credit["units"]
        elif len(earlier) > 1:
            for purchase in pd.Index(earlier.index).sort_values(ascending=False):
                if earlier.loc[purchase, "units"] < -credit["units"]:
                    continue
                lines.loc[purchase, "QuantityCanceled"] = -credit["units"]
                break
    return lines


def extrapolated(lines):
    """Seconds that `row_loop` would take for all lines, by those for some credits and purchases."""
    seconds = 0
    for rows, visited in {
        (lines["units"] < 0).sum(): lines[lines["units"] < 0].head(VISITED_CREDITS),
        (lines["units"] > 0).sum(): lines[lines["units"] > 0].head(VISITED_PURCHASES),
    }.items():
        start = time.perf_counter()
        row_loop(lines, visited)
        seconds += (time.perf_counter() - start) / len(visited) * rows
    return seconds


def main(folder):
    """Print the seconds."""
    lines = pd.read_parquet(
        Path(folder, "source_lines.parquet"),
        columns=["customer_id", "product_id", "units", "ordered_at", "verdict"],
    )
    in_ledger = lines.pop("verdict").isin(["sale", "service", "zero_price", "return"])
    lines = lines[in_ledger & lines["customer_id"].notna()]
    print(extrapolated(lines.sort_values("ordered_at", ignore_index=True)))


if __name__ == "__main__":
    main(*sys.argv[1:])
