"""Totals of what a contender wrote: `python -m benchmarks.totals FOLDER` prints them as JSON.

All contenders have to agree on them to the penny. Floats are rounded line by line before they are
summed, so that the sum itself is exact.
"""

import json
import sys
from pathlib import Path

import duckdb

from ingest.quoting import literal

TOTALS = {
    "lines by verdict": """
        select
            cast(verdict as varchar) as verdict, count(*),
            sum(cast(units as bigint)), pennies(amount)
        from source_lines group by all order by all
    """,
    "units of credits matched and left": """
        select
            purchase_line_id is not null as is_matched,
            sum(cast(units as bigint)), pennies(amount)
        from returns group by all order by all
    """,
    "order lines": """
        select
            count(*), sum(cast(units_returned as bigint)),
            pennies(gross_amount), pennies(net_amount)
        from order_lines
    """,
    "orders": """
        select
            count(*), count(*) filter (is_fully_returned), sum(products),
            pennies(net_amount)
        from orders
    """,
    "customers": """
        select
            count(*), sum(recency_days), sum(frequency_orders),
            pennies(monetary_amount),
            sum(recency_score), sum(frequency_score), sum(monetary_score)
        from customer_rfm
    """,
}
PENNIES = """
    create temp macro pennies(amount) as
    cast(round(sum(cast(amount as decimal(38, 6))), 2) as decimal(38, 2))
"""
TABLES = ["source_lines", "returns", "order_lines", "orders", "customer_rfm"]


def totals(folder):
    """Totals of the five tables of a folder.

    Parameters
    ----------
    folder : path
        Holds them as marts of a warehouse, as tables of `floor.duckdb`, or as Parquet files.

    Returns
    -------
    dict
        Rows of text by what they total.
    """
    files = [Path(folder, name) for name in ("warehouse.duckdb.marts", "floor.duckdb")]
    with duckdb.connect() as connection:
        if file := next(filter(Path.exists, files), None):
            connection.execute(f"attach {literal(file)} as written (read_only); use written")
        else:
            for table in TABLES:
                lines = connection.read_parquet(str(Path(folder, f"{table}.parquet")))
                lines.create_view(table)
        connection.execute(PENNIES)
        return {
            name: [[str(value) for value in row] for row in connection.execute(query).fetchall()]
            for name, query in TOTALS.items()
        }


if __name__ == "__main__":
    print(json.dumps(totals(sys.argv[1])))
