"""Write the transaction log of a synthetic gift shop.

The columns are those of the public data set "Online Retail" (UCI Machine Learning
Repository, https://doi.org/10.24432/C5BW33); the shop, its customers and its products are
made up. 59,000 lines tell fourteen months, of 1,200 customers with planted archetypes, 600
products in eight themes, and all that is wrong with real logs:

==========================================================================  ========
What                                                                        Lines
==========================================================================  ========
Guests: no customer                                                         11,400
Exact copies of a line (two of them now and then)                           610
Credit notes for products: prefix C, negative quantity                      970
- a whole line returned                                                     350
- a part of a line                                                          190
- an order in full: 15, five of them the customer's latest                  123
- several purchases of the product at once                                  60
- more than the customer bought                                             40
- one purchase credited in full twice                                       32
- before the customer bought the product                                    25
- of what a customer with other orders never bought                         25
- of all that a customer ever bought: 6 customers                           32
- of customers with nothing but credit notes: 8 customers                   22
- of guests                                                                 60
- of 12,960 pieces, twelve minutes after they were ordered                  1
Stock written off: no prefix, negative quantity, no customer, price 0,
a reason or nothing for a description                                       300
Stock found again: the same with a positive quantity                        25
Free samples: products at price 0 for known customers                       54
Service codes                                                               750
- POST, postage abroad                                                      465
- DOT, postage of the web shop                                              112
- M or m, entered by hand, 18 of them as credit                             61
- D, discounts, only as credit                                              25
- C2, carriage to EIRE and the Channel Islands                              22
- S, samples, only as credit                                                16
- BANK CHARGES, some of them as credit                                      14
- gift_0001_20 and gift_0001_30, vouchers                                   14
- AMAZONFEE, only as credit                                                 12
- B, bad debt: prefix A, one of them with a negative price                  3
Blanks around a description                                                 290
Blanks around a stock code                                                  45
Blanks around a customer, or ``17850.0``                                    65
Stock codes with a small letter: 85061b beside 85061B                       480
Second spellings of a description: 56 products                              1,200
Descriptions with commas, quotes, ``<`` or ``&``                            2,600
Descriptions with letters beyond ASCII                                      700
Customers who order from a second country: 4 customers                      170
Prices with three decimals                                                  14
Quantities of 600 and more                                                  10
Invoices whose lines cross a minute: 62 invoices                            420
Invalid: quantity 0 (5), no date (4), no price (3), no stock code (3)       15
==========================================================================  ========

Run as ``python -m sample.generate [--seed SEED] [--output PATH]``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

import duckdb

from sample.catalogue import catalogue
from sample.credits import credit_notes
from sample.customers import ARCHETYPES, customers, guest_orders, orders_of
from sample.dirt import (
    bookkeeping,
    cancelled_order,
    lines_of,
    misspelled,
    stock_adjustments,
    with_charges,
    with_free_samples,
    with_invalid_lines,
    with_large_quantities,
    with_repeated_lines,
    with_third_decimals,
)
from sample.draws import stream, whole
from sample.shop import Invoice, Line

SEED = 20101201
OUTPUT = Path("sample/transactions.parquet")
FIRST_INVOICE_NUMBER = 536365

COLUMNS = {
    "InvoiceNo": "varchar",
    "StockCode": "varchar",
    "Description": "varchar",
    "Quantity": "integer",
    "InvoiceDate": "timestamp",
    "UnitPrice": "decimal(12, 3)",
    "CustomerID": "varchar",
    "Country": "varchar",
}


def transactions(seed: int = SEED) -> list[Line]:
    """Write the lines of the log, oldest invoice first.

    Parameters
    ----------
    seed
        The same seed gives the same lines on each version of Python.

    Returns
    -------
    list of Line
        Tuples in the order of `COLUMNS`, the lines of an invoice side by side.
    """
    random = stream(seed)
    people = customers(random)
    shelves = catalogue(random)
    orders = [
        *(order for person in people for order in orders_of(random, shelves, person)),
        *guest_orders(random, shelves),
    ]
    orders = with_large_quantities(random, people, orders)
    orders = with_third_decimals(random, orders)
    invoices = [
        *with_charges(random, with_free_samples(random, shelves, orders)),
        *credit_notes(random, shelves, people, orders),
        *cancelled_order(random, shelves, people),
        *stock_adjustments(random, shelves),
        *bookkeeping(random, people),
    ]
    lines = [misspelled(random, line) for line in _numbered(random, invoices)]
    return list(with_repeated_lines(random, with_invalid_lines(random, lines)))


def archetypes(seed: int = SEED) -> dict[str, str]:
    """Tell the planted archetype of each customer who has a purchase left.

    Returns
    -------
    dict
        Customer's identifier to archetype; without those who returned everything and those
        who have only credit notes.

    Examples
    --------
    >>> planted = archetypes()
    >>> len(planted), sorted(set(planted.values()))
    (1200, ['champions', 'lapsed', 'newcomers', 'regulars'])
    """
    return {
        person.customer_id: person.archetype
        for person in customers(stream(seed))
        if person.archetype in ARCHETYPES
    }


def themes(seed: int = SEED) -> dict[str, str]:
    """Tell the planted theme of each product.

    Returns
    -------
    dict
        Product code in upper case to theme.

    Examples
    --------
    >>> planted = themes()
    >>> len(planted), len(set(planted.values()))
    (600, 8)
    """
    random = stream(seed)
    customers(random)
    return {
        product.code.upper(): theme
        for theme, shelf in catalogue(random).items()
        for product in shelf.products
    }


def write(lines: list[Line], output: Path) -> None:
    """Write the lines to a Parquet file."""
    values = dict(zip(COLUMNS, map(list, zip(*lines, strict=True)), strict=True))
    columns = ", ".join(
        f'unnest(cast(${name} as {kind}[])) as "{name}"' for name, kind in COLUMNS.items()
    )
    with duckdb.connect() as connection:
        table = connection.sql(f"select {columns}", params=values)
        table.write_parquet(str(output), compression="zstd")


def main() -> None:
    """Write the log of the seed to the output that the command line names."""
    parser = argparse.ArgumentParser(description="Write a synthetic transaction log.")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="default: %(default)s")
    arguments = parser.parse_args()
    write(transactions(arguments.seed), arguments.output)


def _numbered(random: Random, invoices: list[Invoice]) -> list[Line]:
    """Write the lines of all invoices, numbered with gaps by their time."""
    lines = []
    number = FIRST_INVOICE_NUMBER
    for invoice in sorted(invoices, key=lambda invoice: invoice.issued_at):
        lines.extend(lines_of(random, invoice, number))
        number += whole(random, 1, 3)
    return lines


if __name__ == "__main__":
    main()
