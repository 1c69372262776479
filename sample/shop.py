"""The shop's calendar, and the shape of its invoices and of its log's lines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from sample.draws import happens, whole

FIRST_DATE = date(2022, 11, 1)
LAST_DATE = date(2023, 12, 31)
LAST_DAY = (LAST_DATE - FIRST_DATE).days
HOLIDAYS = (
    date(2022, 12, 25),
    date(2022, 12, 26),
    date(2023, 1, 1),
    date(2023, 12, 25),
    date(2023, 12, 26),
)

OPEN_WEEKEND_SHARE = 0.12

HOME = "United Kingdom"


class Item(NamedTuple):
    """What one line of an invoice is about; the price is in GBP a unit."""

    code: str
    description: str | None
    quantity: int
    price: Decimal


class Invoice(NamedTuple):
    """An invoice before it gets its number; the prefix tells credit notes apart."""

    prefix: str
    issued_at: datetime
    customer_id: str | None
    country: str
    items: tuple[Item, ...]


class Line(NamedTuple):
    """A line of the log, in the order of the columns of the data set."""

    invoice_number: str
    stock_code: str | None
    description: str | None
    quantity: int
    invoiced_at: datetime | None
    unit_price: Decimal | None
    customer_id: str | None
    country: str


def date_of(day: int) -> date:
    """Return the date of a day counted from the log's first date."""
    return FIRST_DATE + timedelta(days=day)


def open_date(random: Random, day: int) -> date:
    """Return the date of a day, or an earlier one if the shop is shut or quiet.

    It is quiet at weekends, except on the log's last day, the Sunday before New Year.
    """
    wanted = date_of(day)
    days_after_friday = wanted.weekday() - 4
    is_weekend = days_after_friday > 0 and wanted != LAST_DATE
    if is_weekend and not happens(random, OPEN_WEEKEND_SHARE):
        wanted -= timedelta(days=days_after_friday + whole(random, 0, 4))
    while wanted in HOLIDAYS:
        wanted -= timedelta(days=1)
    return max(wanted, FIRST_DATE)


def moment(random: Random, on: date) -> datetime:
    """Draw a minute between 8:00 and 18:00, most of them about noon."""
    hours = 8 + 5 * (random.random() + random.random())
    return datetime.combine(on, time(int(hours), whole(random, 0, 59)))
