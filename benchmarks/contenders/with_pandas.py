"""The steps of widely copied notebooks in pandas, vectorised but for a loop over small piles."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.contenders.common import NAMES, PILE, last_in_first_out


def main(log, folder):
    """Write the five tables into a folder, as Parquet."""
    source_lines = judged(pd.read_parquet(log).rename(columns=NAMES))
    returns = returns_of(source_lines)
    order_lines = order_lines_of(source_lines, returns)
    orders = orders_of(order_lines)
    customer_rfm = customer_rfm_of(orders, source_lines["ordered_at"].max())
    source_lines.to_parquet(Path(folder, "source_lines.parquet"))
    returns.to_parquet(Path(folder, "returns.parquet"))
    order_lines.to_parquet(Path(folder, "order_lines.parquet"))
    orders.to_parquet(Path(folder, "orders.parquet"))
    customer_rfm.to_parquet(Path(folder, "customer_rfm.parquet"))


def judged(lines):
    """Give each line its verdict and amount."""
    codes = pd.read_csv("seeds/service_codes.csv")
    prefixes = tuple(codes.loc[codes["is_prefix"], "code"])
    products = pd.Series(lines["product_id"].dropna().unique())
    services = products[products.isin(codes["code"]) | products.str.startswith(prefixes)]
    is_service = lines["product_id"].isin(services)
    is_credit = lines["order_id"].str.startswith("C").fillna(False).astype(bool)
    units, price = lines["units"], lines["unit_price"]
    is_invalid = (
        lines[["order_id", "product_id", "units", "unit_price", "ordered_at"]].isna().any(axis=1)
        | (units == 0)
        | (units.abs() > 1_000_000)
        | ((price < 0) & ~is_service)
        | (is_credit & (units > 0))
    )
    verdicts = {
        "invalid": is_invalid,
        "duplicate": lines.duplicated(),
        "return": is_credit,
        "stock_adjustment": units < 0,
        "service": is_service,
        "zero_price": price == 0,
    }
    codes = np.select(list(verdicts.values()), range(len(verdicts)), default=len(verdicts))
    lines["verdict"] = pd.Categorical.from_codes(codes, [*verdicts, "sale"])
    lines["amount"] = units * price
    return lines


def returns_of(lines):
    """Match credits with purchases; what is left of a credit has none."""
    lines = (
        lines[
            [
                "customer_id",
                "product_id",
                "order_id",
                "units",
                "unit_price",
                "ordered_at",
                "verdict",
            ]
        ]
        .rename_axis("line_id")
        .reset_index()
    )
    lines["is_credit"] = lines["verdict"] == "return"
    credits_ = lines[lines["is_credit"]]
    in_ledger = lines["verdict"].isin(["sale", "service", "zero_price", "return"])
    piles = credits_[PILE].dropna().drop_duplicates().reset_index(drop=True)
    steps = lines[in_ledger & lines["customer_id"].notna()].merge(
        piles.rename_axis("pile").reset_index(), on=PILE
    )
    steps = steps.sort_values(
        ["pile", "ordered_at", "is_credit", "order_id", "units", "unit_price", "line_id"]
    )
    taken = last_in_first_out(steps["pile"].to_list(), steps["units"].to_list())
    credit, purchase, units = np.array(taken, dtype=int).reshape(-1, 3).T
    matches = pd.DataFrame(
        {
            "line_id": steps["line_id"].to_numpy()[credit],
            "purchase_line_id": steps["line_id"].to_numpy()[purchase],
            "units": units,
            "amount": units * steps["unit_price"].to_numpy()[purchase],
        }
    )
    matched = matches.groupby("line_id")["units"].sum()
    unmatched = credits_.set_index("line_id")
    left = -unmatched["units"] - matched.reindex(unmatched.index).fillna(0).astype(int)
    unmatched = pd.DataFrame({"units": left, "amount": left * unmatched["unit_price"]})
    pieces = pd.concat([matches, unmatched[left > 0].reset_index()])
    return pieces.merge(credits_[["line_id", *PILE, "ordered_at"]], on="line_id").rename(
        columns={"line_id": "credit_line_id", "ordered_at": "credited_at"}
    )


def order_lines_of(lines, returns):
    """Sales net of what came back."""
    returned = returns.groupby("purchase_line_id").agg(
        units_returned=("units", "sum"),
        amount_returned=("amount", "sum"),
        last_returned_at=("credited_at", "max"),
    )
    sales = lines[lines["verdict"] == "sale"].drop(columns=["verdict", "description"])
    sales = sales.join(returned)
    sales["units_returned"] = sales["units_returned"].fillna(0).astype(int)
    sales["net_amount"] = sales["amount"] - sales.pop("amount_returned").fillna(0)
    return sales.rename(columns={"amount": "gross_amount"})


def orders_of(order_lines):
    """Sum the lines of each order."""
    orders = order_lines.groupby(["order_id", "customer_id"], dropna=False).agg(
        country=("country", "min"),
        lines=("units", "size"),
        products=("product_id", "nunique"),
        units=("units", "sum"),
        units_returned=("units_returned", "sum"),
        gross_amount=("gross_amount", "sum"),
        net_amount=("net_amount", "sum"),
        ordered_at=("ordered_at", "min"),
        last_returned_at=("last_returned_at", "max"),
    )
    orders["is_fully_returned"] = orders["units"] == orders["units_returned"]
    return orders.reset_index()


def customer_rfm_of(orders, last_ordered_at):
    """Measure customers by what they kept, and score them from 1 to 5."""
    kept = orders[orders["customer_id"].notna() & ~orders["is_fully_returned"]]
    customers = kept.groupby("customer_id").agg(
        last_kept_at=("ordered_at", "max"),
        frequency_orders=("order_id", "size"),
        monetary_amount=("net_amount", "sum"),
    )
    as_of = last_ordered_at.normalize() + pd.Timedelta(days=1)
    customers["recency_days"] = (as_of - customers.pop("last_kept_at").dt.normalize()).dt.days
    customers["monetary_amount"] = customers["monetary_amount"].round(2)
    customers["recency_score"] = scored(-customers["recency_days"])
    customers["frequency_score"] = scored(customers["frequency_orders"])
    customers["monetary_score"] = scored(customers["monetary_amount"])
    return customers.reset_index()


def scored(values):
    """Say which fifth of the values lies below each; ties share a score."""
    return 1 + (5 * (values.rank(method="min") - 1) // len(values)).astype(int)


if __name__ == "__main__":
    main(*sys.argv[1:])
