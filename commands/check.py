"""`make check`: a page about an unknown log and the settings that it needs; nothing is changed.

Samples of all its files, sheets or tables are read, their notation and the meaning of their columns
are guessed, and a source file is proposed, for the user to confirm.
"""

import argparse
import json
import os
import re
import shlex
import sys
from collections import Counter
from functools import cache

import yaml

from commands.doubts import doubts
from commands.sources import PROJECT, SOURCES, project_vars, read_source
from commands.terminal import count, cut, lines_written_out
from ingest import sniffing
from ingest.errors import IngestError
from ingest.sample import read_samples
from ingest.seeds import read_seed
from ingest.settings import problem_with_any
from ingest.transactions import ALWAYS_NEEDED
from ingest.unknown_log import UnknownLog

NEEDED = ("quantity", "ordered_at")
# Of files and of what is wrong with them the page shows so many.
MOST_SHOWN = 12
NOTATION = (
    "encoding",
    "delimiter",
    "decimal_separator",
    "thousands_separator",
    "currency_sign",
    "timestamp_format",
)
CREDITS = ("credit_marker", "credit_prefix", "credit_statuses")
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
        "add codes that are no products, such as discounts, to seeds/service_codes.csv, and export "
        "credits with a negative quantity and a positive price",
    ),
    "credit_with_positive_quantity": (
        "the mark of a credit and a positive quantity",
        "set credit_marker to what marks credits",
    ),
}


def main():
    """Print the page, and exit with 1 if a build would refuse the log, or say why it has none."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("transactions", help="file or glob, or a table")
    transactions = parser.parse_args().transactions
    if not transactions:
        sys.exit("No log is named: make check TRANSACTIONS=path/to/log.csv")
    try:
        samples, unreadable, unopened = read_samples(transactions)
        log = UnknownLog(samples)
        refusals, notes = unreadable + _refusals(log), _notes(log, unopened)
    except IngestError as error:
        sys.exit(lines_written_out(str(error)))
    print(lines_written_out("\n".join(page(transactions, log, refusals, notes))))
    if refusals:
        sys.exit(1)


def page(transactions, log, refusals, notes):
    """Say what is in a log.

    Parameters
    ----------
    transactions : str
        What the user calls the log.
    log : ingest.unknown_log.UnknownLog
    refusals, notes : list of str
        Sentences about what the build refuses it for, and about what it does not.

    Returns
    -------
    list of str
        Lines of text, the last of them a source file to propose.
    """
    verdict = ["The build will refuse this log:", *_some(refusals)] if refusals else []
    verdict += _some(notes)
    return [
        *_heading(transactions, log),
        "",
        *_deliveries(log),
        *_columns(log),
        "",
        *_findings(log),
        "",
        *(verdict or ["Nothing in these rows will be refused."]),
        "",
        *_proposal(transactions, log),
    ]


def _some(lines):
    more = len(lines) - MOST_SHOWN
    return lines if more <= 1 else [*lines[:MOST_SHOWN], f"… and {more} more."]


def _heading(transactions, log):
    paths = list(dict.fromkeys(sample.path for sample in log.samples))
    kinds = list(dict.fromkeys(sample.kind for sample in log.samples))
    sheets = [sample.sheet for sample in log.samples + log.others if sample.sheet]
    what = ", ".join(kinds)
    if len(paths) > 1:
        what = f"{len(paths)} files ({what})"
    if len(sheets) > len(paths):
        what += f" with the sheets {', '.join(_some(list(dict.fromkeys(sheets))))}"
    if size := sum(sample.size for sample in log.samples):
        what += f", {size / 1e6:,.1f} MB"
    total = _number(
        sum(sample.total for sample in log.samples),
        all(sample.is_counted for sample in log.samples),
    )
    read = (
        f"all {total} rows were read"
        if log.is_whole
        else f"{total} rows, of which {log.rows_read:,} were read, the first and the last"
        + (" of each" if len(log.samples) > 1 else "")
    )
    name = paths[0] if len(paths) == 1 else transactions
    heading = [f"{name}: {'; '.join(filter(None, (what, read)))}."]
    if delimiter := log.most("delimiter"):
        written = log.most("encoding") or "utf-8"
        shown = {"\t": "\\t"}.get(delimiter, delimiter)
        them = "They are" if len(paths) > 1 else "It is"
        heading.append(f"{them} written in {written} and split by '{shown}'.")
    return heading


def _number(number, is_counted):
    """Write a number, to three digits where it is an estimate."""
    return f"{number:,}" if is_counted else f"about {round(number, 3 - len(str(number))):,}"


def _deliveries(log):
    """Say what each file or sheet has, if there are several."""
    if len(log.samples) == 1:
        return []
    folder = os.path.commonpath([os.path.dirname(sample.path) for sample in log.samples])
    names = [
        sample.name.removeprefix(folder).lstrip("/") if folder else sample.name
        for sample in log.samples
    ]
    width = max(map(len, names[:MOST_SHOWN])) + 2
    lines = []
    for name, sample, days in zip(names, log.samples, log.days(), strict=True):
        rows = _number(sample.total, sample.is_counted)
        dates = f"{days[0]:%Y-%m-%d} to {days[1]:%Y-%m-%d}" if days else "none readable"
        lines.append(f"{name:<{width}}{rows:>14}  {dates}")
    return [f"{'file':<{width}}{'rows':>14}  dates", *_some(lines), ""]


def _columns(log):
    meanings = {name: column for column, name in log.columns.items() if name}
    width = max(len(cut(name)) for name in [*log.names, "column"]) + 2
    lines = [f"{'column':<{width}}{'taken for':<14}{'empty':>7}  examples"]
    for name in log.names:
        texts = log.texts_named(name)
        empty = log.share(text == "" for text in texts)
        examples = ", ".join(list(dict.fromkeys(text for text in texts if text))[:3])
        meaning = meanings.get(name, "not used").replace("_", " ")
        lines.append(f"{cut(name):<{width}}{meaning:<14}{empty:>7.1%}  {cut(examples)}")
    return lines


def _findings(log):
    dates = [date for date in log.dates if date]
    nobody = {"", *_guest_markers(log)}
    known = {text for text in log.customers if text.lower() not in nobody}
    guests = log.share(text.lower() in nobody for text in log.customers)
    decimal, thousands = log.separators
    findings = {
        "dates": f"{min(dates):%Y-%m-%d} to {max(dates):%Y-%m-%d}" if dates else "none readable",
        "format": " or ".join(date_format or "ISO" for date_format in log.date_formats)
        or "none that is known",
        "numbers": f"decimal '{decimal}'"
        + (f", thousands {thousands!r}" if thousands else ", no thousands separator")
        + (f", prices with '{cut(log.currency_sign)}'" if log.currency_sign else ""),
        "customers": f"{len(known):,}{'' if log.is_whole else ' in these rows'}; "
        f"{guests:.1%} of the rows are guests'",
        "returns": f"{log.share(log.credits()):.1%} of the rows, by "
        + log.credit_settings["credit_marker"].replace("_", " "),
        "duplicates": _duplicates(log),
    }
    with_offset = log.share(sniffing.OFFSET.search(text) for text in log.texts("ordered_at"))
    if with_offset:
        findings["times"] = (
            f"{with_offset:.1%} say how far from UTC they are: set time_zone to the shop's "
            "zone, or they stay as written"
        )
    elif log.date_formats[:1] in (["unix"], ["unix_ms"]):
        findings["times"] = "are in UTC: set time_zone to the shop's zone, or they stay so"
    findings["currencies"] = ", ".join(log.currencies()) or _guess_of_currency(log)
    if services := _services(log):
        findings["services"] = services
    return [f"{name:<12}{finding}" for name, finding in findings.items()]


def _currency(log):
    return log.settings().get("currency", project_vars()["currency"])


def _guess_of_currency(log):
    sign = f"{cut(log.currency_sign)} stands for several" if log.currency_sign else "none is named"
    return f"{sign}: {_currency(log)} is a guess, set currency to the shop's"


def _services(log):
    """Name codes of services that the log has: another shop may sell products by them."""
    services = _service_codes(log)
    codes = Counter(product for product in log.products if product in services)
    if not codes:
        return ""
    names = dict(zip(log.products, log.texts("description"), strict=True))
    named = [
        f"{cut(code)} ({count(rows, 'row', 'rows')}, {cut(names[code]) or 'no description'})"
        for code, rows in codes.most_common()
    ]
    return (
        f"{'; '.join(_some(named))}: no products, by seeds/service_codes.csv; strike there what "
        "the shop sells"
    )


def _service_codes(log):
    """Find the products of a log that stand for services."""
    seed = [row for _, row in read_seed(PROJECT, "service_codes")]
    codes = {row["code"].upper() for row in seed}
    prefixes = tuple(row["code"].upper() for row in seed if row["is_prefix"].lower() == "true")
    return {code for code in set(log.products) if code in codes or code.startswith(prefixes)}


def _guest_markers(log):
    usual = project_vars()["guest_markers"]
    return usual + [marker for marker in log.guest_markers if marker not in usual]


def _duplicates(log):
    again, copies = log.copies()
    least, of_those = ("", "") if log.is_whole else ("at least ", " of those read")
    text = (
        f"{least}{count(copies, 'row is a copy', 'rows are copies')} of another "
        f"({copies / log.rows_read:.1%}{of_those})"
    )
    if again:
        were = count(again, "was", "were")
        text += f"; {least}{were} delivered by an earlier file too, and count once"
    return text


def _notes(log, unopened):
    """Say what the user should know, and the build does not refuse."""
    notes = [f"{path} was not opened, to save time." for path in unopened]
    notes += [f"{sample.name} has other columns and is left out." for sample in log.left_out()]
    notes += doubts(log, _guest_markers(log))
    if not _has_many_invalid(log):
        notes += [*_unreadable(log), *_invalid(log)]
    return notes


def _most_invalid():
    return project_vars()["max_invalid_share"]


@cache
def _invalid_reasons(log):
    return log.invalid_reasons(_guest_markers(log), _service_codes(log), project_vars())


def _has_many_invalid(log):
    return log.share(_invalid_reasons(log)) > _most_invalid()


def _unreadable(log):
    """Say what cannot be read."""
    told = {sample.name for sample, _ in log.dates_otherwise()}
    values = {"quantity": log.quantities, "ordered_at": log.dates, log.price: log.prices}
    for column, read in values.items():
        flags = [value is None for value in read]
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
    if not _has_many_invalid(log):
        return "such rows will be invalid."
    if is_of_few:
        return "export these files like the others, or leave them out."
    return f"the build will refuse the log: {mending}, or set max_invalid_share."


def _refusals(log):
    """Say what the build will refuse the log for, and which setting mends it."""
    refusals = [problem for sample in log.samples for problem in sample.problems]
    aside = log.left_out()
    refusals += [_without_columns(log, sample) for sample in log.others if sample not in aside]
    refusals += _written_otherwise(log)
    for column in NEEDED:
        if log.columns[column] is None:
            refusals.append(f"No column is known for {column}: set {column}_column.")
    if log.columns[log.price] is None:
        refusals.append("No column is known for prices: set unit_price_column.")
    if log.columns["order_id"] is None and log.columns["customer_id"] is None:
        refusals.append("Nothing tells which lines are one order: set order_id_column.")
    if _has_many_invalid(log):
        refusals += [*_unreadable(log), *_invalid(log)]
    refusals += _currencies_refused(log)
    if empty := sum(not any(row) for sample in log.samples for row in sample.rows):
        refusals.append(f"{count(empty, 'row is', 'rows are')} empty: remove what has no value.")
    settings = {name: value for name, value in log.settings().items() if value is not None}
    if problem := problem_with_any(settings):
        refusals.append(problem)
    return refusals


def _currencies_refused(log):
    named = [text != "" for text in log.texts("currency")]
    if any(named) and not all(named):
        yield (
            f"{count(named.count(False), 'row has', 'rows have')} no {log.columns['currency']}: "
            "fill it in, or set currency_column to null if all amounts are in one currency."
        )
    if len(currencies := log.currencies()) > 1:
        others = [currency for currency in currencies if not re.fullmatch("[A-Z]{3}", currency)]
        codes = f", and write {cut(' and '.join(others))} as ISO 4217 codes" if others else ""
        yield (
            f"Amounts in {len(currencies)} currencies are refused without rates: set "
            "currency to one of them and add rates of the others to seeds/currency_rates.csv"
            f"{codes}."
        )


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


def _proposal(transactions, log):
    settings = log.settings()
    if _guest_markers(log) != project_vars()["guest_markers"]:
        settings["guest_markers"] = _guest_markers(log)
    columns = {name: value for name, value in settings.items() if name.endswith("_column")}
    for shipped in sorted(SOURCES.glob("*.yml")):
        source = read_source(shipped.stem)
        if {name: source.get(name) for name in columns} == columns:
            return [
                "Its columns are those of a source that is known:",
                _command(shipped.stem, transactions, _beyond(source, settings, log)),
            ]
    if log.most("delimiter") is None:
        defaults = project_vars()
        settings = {
            name: value
            for name, value in settings.items()
            if name not in NOTATION or value != defaults[name]
        }
    settings.setdefault("currency", project_vars()["currency"])
    # Blanks of other widths are written out: nobody could tell them apart.
    is_legible = settings.get("thousands_separator", "").isascii()
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=is_legible).rstrip()
    if len(log.date_formats) > 1:
        others = " or ".join(str(date_format) for date_format in log.date_formats[1:])
        text += f"\n# The timestamp_format may as well be {others}."
    if not log.currencies():
        text = re.sub(
            "^currency: .*$", r"\g<0> # a guess: set the shop's", text, flags=re.MULTILINE
        )
    return [
        "A source file to begin with: read it, save it as sources/mine.yml, and run",
        _command("mine", transactions, {}),
        "",
        text,
    ]


def _beyond(source, settings, log):
    """Give what a log needs beside a known source, where neither it nor the default says so."""
    usual = project_vars() | source
    names = [*NOTATION, "currency", "sheets", "guest_markers"]
    # The usual mark would find credits where there are none.
    prefix = usual["credit_prefix"].upper()
    if any(log.credits()) or any(o.upper().startswith(prefix) for o in log.texts("order_id")):
        names += CREDITS
    return {
        name: settings[name] for name in names if name in settings and settings[name] != usual[name]
    }


def _command(source, transactions, settings):
    variables = f" VARS={shlex.quote(json.dumps(settings))}" if settings else ""
    return f"    make build SOURCE={source} TRANSACTIONS={shlex.quote(transactions)}{variables}"


if __name__ == "__main__":
    main()
