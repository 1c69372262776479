"""Check that every amount of a log can be converted to the one currency of the tables."""

import re
from datetime import date
from decimal import Decimal

import duckdb

from ingest.errors import IngestError
from ingest.quoting import literal, quoted
from ingest.seeds import read_seed
from ingest.sniffing import BLANKS

RATES = "seeds/currency_rates.csv"

# What the seed's decimal(18, 10) holds.
SMALLEST_RATE, RATES_END = Decimal("1e-10"), Decimal("1e8")


def check_currencies(relation, settings):
    """Refuse a log with amounts that are in another currency and have no rate on their day.

    What was never sold may lack both, and so may what is dated from `as_of` on.

    Parameters
    ----------
    relation : str
        SQL that reads the log's own columns.
    settings : ingest.transactions.Settings
        Which column has the currency, and which currency the tables are in.

    Raises
    ------
    IngestError
        If a row has no currency or no rate, or if the rates cannot be used.
    """
    name = settings.columns["currency"]
    if name is None:
        return
    first_days = read_first_days(settings.project_folder, settings.currency)
    texts = ", ".join(
        f"cast({quoted(of_log)} as varchar) as {column}_text"
        for column in ("currency", "ordered_at", "status")
        if (of_log := settings.columns[column]) is not None
    )
    with duckdb.connect() as connection:
        found = connection.execute(
            f"""
            with texts as (select {texts} from {relation}),
            dated as (
                select
                    nullif(upper(trim(currency_text, {literal(BLANKS)})), '') as currency,
                    {settings.readings["ordered_at"]} as ordered_at
                from texts
                where not {settings.is_not_sold}
            ),
            rates as (
                select
                    unnest(cast($currencies as varchar[])) as currency,
                    unnest(cast($days as date[])) as first_day
            )
            select
                dated.currency,
                count(*) filter (where first_day is null or ordered_at < first_day),
                cast(min(ordered_at) as date),
                any_value(first_day)
            from dated left join rates on dated.currency = rates.currency
            {f"where ordered_at is null or ordered_at < {settings.as_of}" if settings.as_of else ""}
            group by dated.currency order by 2 desc, 1
            """,
            {"currencies": list(first_days), "days": list(first_days.values())},
        ).fetchall()
    unrated = [row for row in found if row[0] != settings.currency and row[1]]
    if unrated:
        raise _refusal(unrated, len(found) == 1, settings)


def read_first_days(project_folder, own_currency):
    """Read from which day each currency has a rate.

    Parameters
    ----------
    project_folder : path
        Where the seeds are.
    own_currency : str
        The currency of the tables.

    Returns
    -------
    dict of str to datetime.date

    Raises
    ------
    IngestError
        If the file cannot be read, or a row cannot be used or contradicts another.
    """
    days = {}
    for line, row in read_seed(project_folder, "currency_rates"):
        if problem := _problem_with(row, own_currency, days):
            raise IngestError(f"{RATES}, line {line}: {problem}.")
        first_day = date.fromisoformat(row["valid_from"])
        days.setdefault(row["currency"].strip().upper(), set()).add(first_day)
    return {currency: min(of_currency) for currency, of_currency in days.items()}


def _problem_with(row, own_currency, days):
    """Say what is wrong with a row of the rates, given the days of the rows above it."""
    currency, valid_from, rate = row["currency"].strip().upper(), row["valid_from"], row["rate"]
    if not re.fullmatch("[A-Z]{3}", currency):
        return f"the currency is {row['currency']!r}; expected an ISO 4217 code such as EUR"
    if not _is_day(valid_from):
        return f"the day is {valid_from!r}; expected one such as 2011-10-31"
    is_number = re.fullmatch(r"[0-9]+(\.[0-9]+)?", rate)
    if not (is_number and SMALLEST_RATE <= Decimal(rate) < RATES_END):
        return f"the rate is {rate!r}; expected a positive number such as 0.8574"
    if currency == own_currency and Decimal(rate) != 1:
        return (
            f"the rate of {currency} is {rate}, but amounts are in {currency} (setting currency); "
            "expected 1, or no row for it"
        )
    if date.fromisoformat(valid_from) in days.get(currency, ()):
        return f"{currency} has a rate from {valid_from} already; remove one of the two"
    return None


def _is_day(text):
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refusal(unrated, is_all, settings):
    """Say which rows have no currency or no rate, by currency, and what to do."""
    column = f"(column {settings.columns['currency']})"
    own = f"{settings.currency} (setting currency)"
    for currency, count, *_ in unrated:
        if currency is None:
            return IngestError(
                f"{count:,} rows of {settings.transactions} have no currency {column}; expected a "
                f"code in every row: fill it in where amounts are in {own} too."
            )
    first = unrated[:5]
    rows = ", ".join(
        f"{count:,} rows in {currency}"
        + (f" before its first rate of {first_day}" if first_day else ", which has no rate")
        for currency, count, _, first_day in first
    )
    wanted = ", ".join(f"{currency} from {day or 'any day'}" for currency, _, day, _ in first)
    others = ", …" if len(unrated) > len(first) else ""
    instead = (
        f"set currency to {first[0][0]}" if is_all else "deliver each currency as a log of its own"
    )
    return IngestError(
        f"{settings.transactions} has {rows}{others} {column}; expected {own} or a rate to it: add "
        f"rates of {wanted}{others} to {RATES}, or {instead}."
    )
