"""Small logs, and how a build opens them."""

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb

from ingest.transactions import Settings, open_transactions
from tests.builds import PROJECT

HEADER = [
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
    "CustomerID", "Country",
]  # fmt: skip

# The log's name of each column that the models use.
COLUMNS = dict(
    zip(
        ("order_id", "product_id", "description", "quantity", "ordered_at", "unit_price",
         "customer_id", "country"),
        HEADER, strict=True,
    )
) | {"line_total": None, "status": None, "currency": None}  # fmt: skip

READINGS = {
    "quantity": "try_cast(quantity_text as decimal(18, 3))",
    "unit_price": "try_cast(unit_price_text as decimal(18, 4))",
    "ordered_at": "try_cast(ordered_at_text as timestamp)",
}


def rows_of_a_log(orders=60):
    """A small valid log: ten customers, three lines an order, a return now and then."""
    rows = []
    for order in range(orders):
        day = f"2011-{1 + order % 12:02}-{1 + order % 28:02} 10:00:00"
        customer = 17850 + order % 10
        for line in range(3):
            product = f"{85000 + (order + line) % 7}A"
            name = f"GIFT {(order + line) % 7}"
            price = f"{1 + line}.{order % 10}5"
            rows.append(
                [f"{536365 + order}", product, name, str(2 + line), day, price, str(customer), "UK"]
            )
        if order % 9 == 8:
            rows.append([f"C{536365 + order}", *rows[-1][1:3], "-1", *rows[-1][4:]])
    return rows


def write_log(path, rows=None, header=HEADER, encoding="utf-8", delimiter=",", end="\n"):
    """Write a log as CSV and give its path."""
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows_of_a_log() if rows is None else rows)
    return path


def write_parquet_of(log, path, **columns):
    """Write a log in CSV as Parquet, texts but for columns with an expression of their own."""
    replaced = ", ".join(f"{expression} as {column}" for column, expression in columns.items())
    texts = f"from read_csv('{log}', all_varchar = true)"
    duckdb.execute(f"copy (select * replace ({replaced}) {texts}) to '{path}' (format parquet)")
    return path


def cdnow_log(path):
    """Two hundred customers with a row for each order, and a few returns."""
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "date", "quantity", "amount"])
        for number in range(600):
            customer, month, day = number % 200, 1 + number * 7 % 12, 1 + number * 5 % 28
            units = -1 if number % 50 == 49 else 1 + number % 3
            amount = units * Decimal(f"{10 + number % 9}.77")
            writer.writerow([f"{customer:05}", f"1997{month:02}{day:02}", units, amount])
    return path


def write_rates(project, rows, header="currency,valid_from,rate\n"):
    """Write the rates of other currencies into a copy of the project, or of its seeds alone."""
    if not (project / "seeds").exists():
        shutil.copytree(PROJECT / "seeds", project / "seeds")
    (project / "seeds" / "currency_rates.csv").write_text(header + rows)


def opened(path, **changes):
    """Open a log as a build does, with other settings where named."""
    settings = {
        "transactions": str(path),
        "columns": COLUMNS,
        "encoding": "utf-8",
        "delimiter": ",",
        "project_folder": str(Path(path).parent),
        "scratch_folder": str(Path(path).parent / "scratch"),
        "readings": READINGS,
        "as_of": None,
        "max_invalid_share": 0.01,
    }
    return open_transactions(Settings(**(settings | changes)))


def rows_read(path, **changes):
    """The rows that an opened log's query gives, without the file's name."""
    query = opened(path, **changes).query
    return duckdb.execute(f"select * exclude (source_file) from ({query}) order by all").fetchall()
