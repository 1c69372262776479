"""What a build will refuse an unknown log for, and which of its rows are invalid."""

import re
from collections import Counter
from functools import cache

from commands.sources import PROJECT, project_vars
from commands.terminal import count, cut
from ingest.currencies import read_first_days
from ingest.seeds import read_seed
from ingest.settings import problem_with_any
from ingest.transactions import ALWAYS_NEEDED

NEEDED = ("quantity", "ordered_at")
# What makes rows invalid that can be read, in words, and what mends it.
INVALID = {
    "missing_order_id": ("no order", "set order_id_column to what all rows have"),
    "missing_product_id": ("no product", "set product_id_column to what all rows have, or to null"),
    "date_outside_log": (
        "a date that a long silence parts from the others",
        "mend the dates, or set max_silent_days to more",
    ),
    "zero_quantity": ("a quantity of zero", "leave them out of the export"),
    "implausible_quantity": ("an implausible quantity", "set max_units_per_line to more"),
    "implausible_amount": ("an implausible amount", "check decimal_separator, or mend them"),
    "negative_unit_price": (
        "a negative price",
        "add codes that are no products, such as discounts, to seeds/service_codes.csv, or set "
        "credit_marker to negative_amount if it is of what was given back",
    ),
    "credit_with_positive_quantity": (
        "the mark of a credit and a positive quantity",
        "set credit_marker to what marks credits",
    ),
}


def refusals(log):
    """Say what the build will refuse a log for, and which setting mends it.

    Parameters
    ----------
    log : ingest.unknown_log.UnknownLog

    Returns
    -------
    list of str
        A sentence each.
    """
    refused = [problem for sample in log.samples for problem in sample.problems]
    aside = log.left_out()
    refused += [_without_columns(log, sample) for sample in log.others if sample not in aside]
    refused += _written_otherwise(log)
    for column in NEEDED:
        if log.columns[column] is None:
            refused.append(f"No column is known for {column}: set {column}_column.")
    if log.columns[log.price] is None:
        refused.append("No column is known for prices: set unit_price_column.")
    if log.columns["order_id"] is None and log.columns["customer_id"] is None:
        refused.append("Nothing tells which lines are one order: set order_id_column.")
    if has_many_invalid(log):
        refused += invalid_rows(log)
    refused += _currencies_refused(log)
    if empty := sum(not any(row) for sample in log.samples for row in sample.rows):
        refused.append(f"{count(empty, 'row is', 'rows are')} empty: remove what has no value.")
    settings = {name: value for name, value in log.settings().items() if value is not None}
    if problem := problem_with_any(settings):
        refused.append(problem)
    return refused


def _without_columns(log, sample):
    missing = {
        column: name for column, name in log.columns.items() if name and name not in sample.names
    }
    column = next(iter(missing))
    mending = "Rename them in it, or leave it out"
    if not set(missing) & set(ALWAYS_NEEDED):
        mending += f", or set {column}_column to null"
    return (
        f"{sample.name} has no column {', '.join(map(repr, missing.values()))}, as the others "
        f"have; its columns are {cut(', '.join(sample.names), 300)}. {mending}."
    )


def _written_otherwise(log):
    """Name files whose notation is not that of the most: a build reads all by one."""
    for setting, verb, value in (
        ("encoding", "written", "in {}"),
        ("delimiter", "split", "by '{}'"),
    ):
        usual = log.most(setting)
        for sample in log.samples:
            own = sample.settings.get(setting, usual)
            if own != usual:
                yield (
                    f"{sample.name} is {verb} {value.format(own)}, the others "
                    f"{value.format(usual)} (setting {setting}): export it like the others, or "
                    "leave it out."
                )
    for sample, date_format in log.dates_otherwise():
        yield (
            f"{sample.name} has dates as {date_format}, the others as {log.date_formats[0]} "
            "(setting timestamp_format): export it like the others, or leave it out."
        )
    for name, kinds in log.unlike_types():
        yield (
            f"{name} is a column of times in {kinds['times']} and of numbers in "
            f"{kinds['numbers']}: export both alike."
        )


def _currencies_refused(log):
    named = [text != "" for text in log.currencies_of_sold()]
    if any(named) and not all(named):
        yield (
            f"{count(named.count(False), 'row has', 'rows have')} no {log.columns['currency']}: "
            "fill it in, or set currency_column to null if all amounts are in one currency."
        )
    currencies, own = log.currencies(), project_vars()["currency"]
    if len(currencies) > 1 and not set(currencies) <= {own, *read_first_days(PROJECT, own)}:
        others = [currency for currency in currencies if not re.fullmatch("[A-Z]{3}", currency)]
        codes = f", and write {cut(' and '.join(others))} as ISO 4217 codes" if others else ""
        yield (
            f"Amounts in {len(currencies)} currencies are refused without rates: set "
            "currency to one of them and add rates of the others to seeds/currency_rates.csv"
            f"{codes}."
        )


def has_many_invalid(log):
    """Tell whether so many rows are invalid that a build refuses the log.

    Parameters
    ----------
    log : ingest.unknown_log.UnknownLog

    Returns
    -------
    bool
    """
    return log.share(_invalid_reasons(log)) > project_vars()["max_invalid_share"]


@cache
def _invalid_reasons(log):
    return log.invalid_reasons(guest_markers(log), service_codes(log), project_vars())


def invalid_rows(log):
    """Say which rows are invalid, why, and what mends them.

    Parameters
    ----------
    log : ingest.unknown_log.UnknownLog

    Returns
    -------
    list of str
        A sentence for each reason.
    """
    return [*_unreadable(log), *_invalid(log)]


def _unreadable(log):
    """Say what cannot be read."""
    told = {sample.name for sample, _ in log.dates_otherwise()}
    values = {"quantity": log.quantities, "ordered_at": log.dates, log.price: log.prices}
    for column, read in values.items():
        flags = [
            value is None and was_sold for value, was_sold in zip(read, log.was_sold, strict=True)
        ]
        names = log.names_of(flags)
        if log.columns[column] is None or set(names) <= (told if column == "ordered_at" else set()):
            continue
        unreadable = [text for text, flag in zip(log.texts(column), flags, strict=True) if flag]
        example = next((repr(text) for text in unreadable if text), "an empty one")
        is_of_few = len(names) <= min(3, len(log.samples) - 1)
        mending = (
            "set timestamp_format to how they are written"
            if column == "ordered_at"
            else "numbers may have separators and, where they are prices, one currency_sign"
        )
        yield (
            f"{count(len(unreadable), 'row has', 'rows have')} an unreadable "
            f"{log.columns[column]}, such as {example}"
            f"{', all in ' + ' and '.join(names) if is_of_few else ''}; "
            f"{_verdict(log, mending, is_of_few)}"
        )


def _invalid(log):
    """Say what can be read and is invalid all the same."""
    reasons = _invalid_reasons(log)
    shown = {
        log.columns[column]: log.texts(column)
        for column in ("order_id", "product_id", "quantity", log.price, "ordered_at")
        if log.columns[column]
    }
    for reason, rows in Counter(reasons).most_common():
        if reason in INVALID:
            what, mending = INVALID[reason]
            place = reasons.index(reason)
            example = ", ".join(f"{name} {texts[place]!r}" for name, texts in shown.items())
            yield (
                f"{count(rows, 'row has', 'rows have')} {what} ({reason})"
                f"{', such as ' + example if example else ''}; "
                f"{_verdict(log, mending)}"
            )


def _verdict(log, mending, is_of_few=False):
    if not has_many_invalid(log):
        return "such rows will be invalid."
    if is_of_few:
        return "export these files like the others, or leave them out."
    return f"the build will refuse the log: {mending}, or set max_invalid_share."


def guest_markers(log):
    """Give what stands for nobody where customers have their ids.

    Parameters
    ----------
    log : ingest.unknown_log.UnknownLog

    Returns
    -------
    list of str
        The usual markers, and those that this log seems to have.
    """
    usual = project_vars()["guest_markers"]
    return usual + [marker for marker in log.guest_markers if marker not in usual]


def service_codes(log):
    """Find the products of a log that stand for services.

    Parameters
    ----------
    log : ingest.unknown_log.UnknownLog

    Returns
    -------
    set of str
        Codes, by seeds/service_codes.csv.
    """
    seed = [row for _, row in read_seed(PROJECT, "service_codes")]
    codes = {row["code"].upper() for row in seed}
    prefixes = tuple(row["code"].upper() for row in seed if row["is_prefix"].lower() == "true")
    return {code for code in set(log.products) if code in codes or code.startswith(prefixes)}
