"""The same steps in polars, lazily from the file to the tables but for the loop over piles."""

import sys
from datetime import timedelta
from pathlib import Path

import polars as pl

from benchmarks.contenders.common import NAMES, PILE, last_in_first_out


def main(log, folder):
    """Write the five tables into a folder, as Parquet."""
    source_lines = judged(pl.scan_parquet(log).rename(NAMES)).collect()
    source_lines.write_parquet(Path(folder, "source_lines.parquet"))
    returns = returns_of(source_lines)
    returns.write_parquet(Path(folder, "returns.parquet"))
    order_lines = order_lines_of(source_lines, returns)
    order_lines.write_parquet(Path(folder, "order_lines.parquet"))
    orders = orders_of(order_lines)
    orders.write_parquet(Path(folder, "orders.parquet"))
    last_ordered_at = source_lines["ordered_at"].max()
    customer_rfm_of(orders, last_ordered_at).write_parquet(Path(folder, "customer_rfm.parquet"))


def judged(lines):
    """Give each line its number, verdict and amount."""
    codes = pl.read_csv("seeds/service_codes.csv")
    prefixes = [
        pl.col("product_id").str.starts_with(code) for code in codes.filter("is_prefix")["code"]
    ]
    products = lines.select(pl.col("product_id").drop_nulls().unique()).collect()
    services = products.filter(
        pl.any_horizontal(pl.col("product_id").is_in(codes["code"].to_list()), *prefixes)
    )
    is_service = pl.col("product_id").is_in(services["product_id"].to_list())
    is_credit = pl.col("order_id").str.starts_with("C")
    units, price = pl.col("units"), pl.col("unit_price")
    is_invalid = pl.any_horizontal(
        pl.col("order_id", "product_id", "units", "unit_price", "ordered_at").is_null(),
        units == 0,
        units.abs() > 1_000_000,
        (price < 0) & ~is_service,
        is_credit & (units > 0),
    )
    verdict = (
        pl.when(is_invalid).then(pl.lit("invalid"))
        .when(~pl.struct(*NAMES.values()).is_first_distinct()).then(pl.lit("duplicate"))
        .when(is_credit).then(pl.lit("return"))
        .when(units < 0).then(pl.lit("stock_adjustment"))
        .when(is_service).then(pl.lit("service"))
        .when(price == 0).then(pl.lit("zero_price"))
        .otherwise(pl.lit("sale"))
    )  # fmt: skip
    return lines.with_row_index("line_id").with_columns(
        verdict=verdict.cast(pl.Categorical), amount=units * price
    )


def returns_of(lines):
    """Match credits with purchases; what is left of a credit has none."""
    is_credit = pl.col("verdict") == "return"
    credits_ = lines.filter(is_credit)
    steps = (
        lines.lazy()
        .filter(pl.col("verdict").is_in(["sale", "service", "zero_price", "return"]))
        .join(credits_.lazy().select(PILE).drop_nulls().unique().with_row_index("pile"), on=PILE)
        .sort("pile", "ordered_at", is_credit, "order_id", "units", "unit_price", "line_id")
        .select("pile", "line_id", "units", "unit_price")
        .collect()
    )
    taken = last_in_first_out(steps["pile"].to_list(), steps["units"].to_list())
    taken = pl.DataFrame(
        taken, schema={"credit": pl.Int64, "purchase": pl.Int64, "units": pl.Int64}, orient="row"
    )
    matches = taken.select(
        steps["line_id"].gather(taken["credit"]).alias("line_id"),
        steps["line_id"].gather(taken["purchase"]).alias("purchase_line_id"),
        pl.col("units"),
        (pl.col("units") * steps["unit_price"].gather(taken["purchase"])).alias("amount"),
    )
    left = -pl.col("units") - pl.col("matched").fill_null(0)
    matched = matches.group_by("line_id").agg(matched=pl.col("units").sum())
    unmatched = (
        credits_.join(matched, on="line_id", how="left")
        .filter(left > 0)
        .select("line_id", units=left, amount=left * pl.col("unit_price"))
    )
    return (
        pl.concat([matches, unmatched], how="diagonal")
        .join(credits_.select("line_id", *PILE, "ordered_at"), on="line_id")
        .rename({"line_id": "credit_line_id", "ordered_at": "credited_at"})
    )


def order_lines_of(lines, returns):
    """Sales net of what came back."""
    returned = (
        returns.lazy()
        .drop_nulls("purchase_line_id")
        .group_by(line_id="purchase_line_id")
        .agg(
            units_returned=pl.col("units").sum(),
            amount_returned=pl.col("amount").sum(),
            last_returned_at=pl.col("credited_at").max(),
        )
    )
    return (
        lines.lazy()
        .filter(pl.col("verdict") == "sale")
        .join(returned, on="line_id", how="left")
        .with_columns(
            units_returned=pl.col("units_returned").fill_null(0),
            net_amount=pl.col("amount") - pl.col("amount_returned").fill_null(0),
        )
        .drop("verdict", "description", "amount_returned")
        .rename({"amount": "gross_amount"})
        .collect(engine="streaming")
    )


def orders_of(order_lines):
    """Sum the lines of each order."""
    return (
        order_lines.lazy()
        .group_by("order_id", "customer_id")
        .agg(
            country=pl.col("country").min(),
            lines=pl.len(),
            products=pl.col("product_id").n_unique(),
            units=pl.col("units").sum(),
            units_returned=pl.col("units_returned").sum(),
            gross_amount=pl.col("gross_amount").sum(),
            net_amount=pl.col("net_amount").sum(),
            ordered_at=pl.col("ordered_at").min(),
            last_returned_at=pl.col("last_returned_at").max(),
        )
        .with_columns(is_fully_returned=pl.col("units") == pl.col("units_returned"))
        .collect(engine="streaming")
    )


def customer_rfm_of(orders, last_ordered_at):
    """Measure customers by what they kept, and score them from 1 to 5."""
    as_of = last_ordered_at.date() + timedelta(days=1)
    return (
        orders.filter(pl.col("customer_id").is_not_null() & ~pl.col("is_fully_returned"))
        .group_by("customer_id")
        .agg(
            recency_days=(as_of - pl.col("ordered_at").max().dt.date()).dt.total_days(),
            frequency_orders=pl.len(),
            monetary_amount=pl.col("net_amount").sum().round(2),
        )
        .with_columns(
            recency_score=scored(-pl.col("recency_days")),
            frequency_score=scored(pl.col("frequency_orders")),
            monetary_score=scored(pl.col("monetary_amount")),
        )
    )


def scored(values):
    """Say which fifth of the values lies below each; ties share a score."""
    return 1 + 5 * (values.rank("min").cast(pl.Int64) - 1) // pl.len()


if __name__ == "__main__":
    main(*sys.argv[1:])
