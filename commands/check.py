"""`make check`: a page about an unknown log and the settings that it needs; nothing is changed.

A sample is read, its notation and the meaning of its columns are guessed, and a source file is
proposed, for the user to confirm.
"""

import argparse
import glob
import json
import os
import sys
from pathlib import Path

import yaml

from commands.sources import SOURCES, project_vars, read_source
from ingest import sniffing
from ingest.errors import IngestError
from ingest.sample import read_sample
from ingest.settings import problem_with_any

MOST_ROWS = 50_000
NEEDED = ("quantity", "ordered_at")


def main():
    """Print the page, or what is wrong and exit with 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("transactions", help="CSV, Parquet or spreadsheet file or glob")
    pattern = parser.parse_args().transactions
    paths = [pattern] if Path(pattern).is_file() else sorted(glob.glob(pattern, recursive=True))
    paths = [path for path in paths if Path(path).is_file()]
    if not paths:
        sys.exit(f"No file matches '{pattern}'; set TRANSACTIONS to a file or a glob.")
    try:
        print("\n".join(page(paths[0], read_sample(paths[0], MOST_ROWS))))
    except IngestError as error:
        sys.exit(str(error))
    if len(paths) > 1:
        print(f"\nOnly the first of {len(paths)} files was read.")


def page(path, sample):
    """Say what is in a log.

    Parameters
    ----------
    path : str
        The file.
    sample : ingest.sample.Sample
        Its first rows.

    Returns
    -------
    list of str
        Lines of text, the last of them a source file to propose.
    """
    log = Log(sample)
    megabytes = os.path.getsize(path) / 1e6
    return [
        f"{path}: {sample.kind}, {megabytes:,.1f} MB; {len(sample.rows):,} rows were read.",
        *_notation(sample),
        "",
        *_columns(log),
        "",
        *_findings(log),
        "",
        *_refusals(log),
        "",
        *_proposal(path, log),
    ]


class Log:
    """A sample with its meaning.

    Attributes
    ----------
    sample : ingest.sample.Sample
    columns : dict of str to (str or None)
        The log's name of each column that the models use.
    date_formats : list of (str or None)
        What the dates fit, None being ISO.
    separators : tuple of str
        The decimal and the thousands separator.
    quantities, dates : list
        The values of each row, None where they cannot be read.
    credit_settings : dict
        What marks a credit.
    """

    def __init__(self, sample):
        self.sample = sample
        self.columns = sniffing.columns_of(sample.names)
        self.price = "unit_price" if self.columns["unit_price"] else "line_total"
        self.date_formats = sniffing.date_formats_of([t for t in self.texts("ordered_at") if t])
        numbers = [*self.texts("quantity"), *self.texts(self.price)]
        self.separators = sniffing.separators_of([text for text in numbers if text])
        date_format = self.date_formats[0] if self.date_formats else None
        self.dates = [sniffing.date_of(text, date_format) for text in self.texts("ordered_at")]
        self.quantities = self.numbers("quantity")
        self.credit_settings = sniffing.credit_marker_of(
            self.texts("order_id"), self.quantities, self.texts("status")
        )

    def texts(self, column):
        """Texts of a column, empty ones where the log has none."""
        name = self.columns[column]
        if name is None:
            return [""] * len(self.sample.rows)
        place = self.sample.names.index(name)
        return [row[place] for row in self.sample.rows]

    def numbers(self, column):
        """Numbers of a column, None where they cannot be read."""
        return [sniffing.number_of(text, *self.separators) for text in self.texts(column)]

    def credits(self):
        """How many rows are credits."""
        marker = self.credit_settings["credit_marker"]
        if marker == "prefix":
            prefix = self.credit_settings["credit_prefix"]
            return sum(order.upper().startswith(prefix) for order in self.texts("order_id"))
        if marker == "status":
            refunds = self.credit_settings["credit_statuses"]
            return sum(status.lower() in refunds for status in self.texts("status"))
        return sum((quantity or 0) < 0 for quantity in self.quantities)

    def settings(self):
        """Give the settings of the log, as a source file has them."""
        settings = {f"{column}_column": name for column, name in self.columns.items()}
        if self.credit_settings["credit_marker"] != "status":
            settings["status_column"] = None
        written = {
            "decimal_separator": self.separators[0],
            "thousands_separator": self.separators[1],
            "timestamp_format": self.date_formats[0] if self.date_formats else None,
        }
        currencies = {text.upper() for text in self.texts("currency") if text}
        if len(currencies) == 1:
            written["currency"] = currencies.pop()
        return settings | self.sample.settings | written | self.credit_settings


def _notation(sample):
    if not sample.settings:
        return []
    delimiter = {"\t": "\\t"}.get(sample.settings["delimiter"], sample.settings["delimiter"])
    return [f"It is written in {sample.settings['encoding']} and split by '{delimiter}'."]


def _columns(log):
    meanings = {name: column for column, name in log.columns.items() if name}
    width = max(map(len, [*log.sample.names, "column"])) + 2
    lines = [f"{'column':<{width}}{'taken for':<14}{'empty':>7}  examples"]
    for place, name in enumerate(log.sample.names):
        texts = [row[place] for row in log.sample.rows]
        empty = sum(text == "" for text in texts) / len(texts)
        examples = ", ".join(list(dict.fromkeys(text for text in texts if text))[:3])
        meaning = meanings.get(name, "not used").replace("_", " ")
        lines.append(f"{name:<{width}}{meaning:<14}{empty:>7.1%}  {examples[:60]}")
    return lines


def _findings(log):
    rows = len(log.sample.rows)
    dates = [date for date in log.dates if date]
    customers = log.texts("customer_id")
    nobody = {"", *project_vars()["guest_markers"]}
    known = {text for text in customers if text.lower() not in nobody}
    guests = sum(text.lower() in nobody for text in customers) / rows
    copies = rows - len({tuple(row) for row in log.sample.rows})
    decimal, thousands = log.separators
    findings = {
        "dates": f"{min(dates):%Y-%m-%d} to {max(dates):%Y-%m-%d}" if dates else "none readable",
        "format": " or ".join(date_format or "ISO" for date_format in log.date_formats)
        or "none that is known",
        "numbers": f"decimal '{decimal}'"
        + (f", thousands '{thousands}'" if thousands else ", no thousands separator"),
        "customers": f"{len(known):,}; {guests:.1%} of the rows are guests'",
        "returns": f"{log.credits() / rows:.1%} of the rows, by "
        + log.credit_settings["credit_marker"].replace("_", " "),
        "duplicates": f"{copies:,} rows are copies of another ({copies / rows:.1%})",
    }
    currencies = sorted({text.upper() for text in log.texts("currency") if text})
    with_offset = sum(bool(sniffing.OFFSET.search(text)) for text in log.texts("ordered_at"))
    if with_offset:
        findings["times"] = (
            f"{with_offset / rows:.1%} say how far from UTC they are: set time_zone to the shop's "
            "zone, or they stay as written"
        )
    if currencies:
        findings["currencies"] = ", ".join(currencies)
    return [f"{name:<12}{finding}" for name, finding in findings.items()]


def _refusals(log):
    """Say what the build will refuse, whole or by the row, and which setting mends it."""
    problems = list(log.sample.problems)
    for column in NEEDED:
        if log.columns[column] is None:
            problems.append(f"No column is known for {column}: set {column}_column.")
    if log.columns[log.price] is None:
        problems.append("No column is known for prices: set unit_price_column.")
    if log.columns["order_id"] is None and log.columns["customer_id"] is None:
        problems.append("Nothing tells which lines are one order: set order_id_column.")
    values = {
        "quantity": log.quantities,
        "ordered_at": log.dates,
        log.price: log.numbers(log.price),
    }
    for column, read in values.items():
        unreadable = [
            text for text, value in zip(log.texts(column), read, strict=True) if value is None
        ]
        if log.columns[column] and unreadable:
            problems.append(
                f"{len(unreadable):,} rows have an unreadable {log.columns[column]}, such as "
                f"{next((text for text in unreadable if text), 'an empty one')!r}; "
                f"{_verdict(len(unreadable) / len(log.sample.rows), column)}"
            )
    if len(log.date_formats) > 1:
        problems.append("Day and month fit either way round: choose timestamp_format yourself.")
    currencies = {text.upper() for text in log.texts("currency") if text}
    if len(currencies) > 1:
        problems.append(
            f"Amounts in {len(currencies)} currencies are refused without rates: set currency to "
            "one of them and add rates of the others to seeds/currency_rates.csv."
        )
    settings = {name: value for name, value in log.settings().items() if value is not None}
    if problem := problem_with_any(settings):
        problems.append(problem)
    return problems or ["Nothing in these rows will be refused."]


def _verdict(share, column):
    if share <= project_vars()["max_invalid_share"]:
        return "these rows will be invalid."
    setting = "timestamp_format" if column == "ordered_at" else "decimal_separator"
    return f"the build will refuse the log: set {setting} or max_invalid_share."


def _proposal(path, log):
    settings = log.settings()
    columns = {name: value for name, value in settings.items() if name.endswith("_column")}
    for shipped in sorted(SOURCES.glob("*.yml")):
        source = read_source(shipped.stem)
        if {name: source.get(name) for name in columns} == columns:
            return [_command(shipped.stem, path, _beyond(source, settings))]
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True).rstrip()
    if len(log.date_formats) > 1:
        others = " or ".join(str(date_format) for date_format in log.date_formats[1:])
        text += f"\n# The timestamp_format may as well be {others}."
    return [
        "A source file to begin with: read it, save it as sources/mine.yml, and run",
        f"    make build SOURCE=mine TRANSACTIONS={path}",
        "",
        text,
    ]


def _beyond(source, settings):
    """How a log of a known source is written, where neither the source nor the default says so."""
    defaults = project_vars() | source
    written = (
        "encoding", "delimiter", "decimal_separator", "thousands_separator", "timestamp_format"
    )  # fmt: skip
    return {
        name: settings[name]
        for name in written
        if name in settings and settings[name] != defaults[name]
    }


def _command(source, path, settings):
    variables = f" VARS='{json.dumps(settings)}'" if settings else ""
    return (
        "Its columns are those of a source that is known:\n"
        f"    make build SOURCE={source} TRANSACTIONS={path}{variables}"
    )


if __name__ == "__main__":
    main()
