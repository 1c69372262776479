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

import yaml

from commands.doubts import doubts
from commands.refusals import (
    guest_markers,
    has_many_invalid,
    invalid_rows,
    refusals,
    service_codes,
)
from commands.sources import SOURCES, project_vars, read_source
from commands.terminal import count, cut, lines_written_out, reader_may_leave
from ingest import sniffing
from ingest.errors import IngestError
from ingest.sample import read_samples
from ingest.unknown_log import UnknownLog

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
        refused, notes = unreadable + refusals(log), _notes(log, unopened)
    except IngestError as error:
        sys.exit(lines_written_out(str(error)))
    with reader_may_leave():
        print(lines_written_out("\n".join(page(transactions, log, refused, notes))))
    if refused:
        sys.exit(1)


def page(transactions, log, refused, notes):
    """Say what is in a log.

    Parameters
    ----------
    transactions : str
        What the user calls the log.
    log : ingest.unknown_log.UnknownLog
    refused, notes : list of str
        Sentences about what the build refuses it for, and about what it does not.

    Returns
    -------
    list of str
        Lines of text, the last of them a source file to propose.
    """
    verdict = ["The build will refuse this log:", *_some(refused)] if refused else []
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


def _some(lines, end="."):
    more = len(lines) - MOST_SHOWN
    return lines if more <= 1 else [*lines[:MOST_SHOWN], f"… and {more} more{end}"]


def _heading(transactions, log):
    paths = list(dict.fromkeys(sample.path for sample in log.samples))
    kinds = list(dict.fromkeys(sample.kind for sample in log.samples))
    sheets = [sample.sheet for sample in log.samples + log.others if sample.sheet]
    what = ", ".join(kinds)
    if len(paths) > 1:
        what = f"{len(paths)} files ({what})"
    if len(sheets) > len(paths):
        what += f" with the sheets {', '.join(_some(list(dict.fromkeys(sheets)), end=''))}"
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
    settings = log.settings().items()
    meanings = {
        value: name.removesuffix("_column") for name, value in settings if name.endswith("_column")
    }
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
    nobody = {"", *guest_markers(log)}
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
    if log.not_sold:
        not_sold = 1 - log.share(log.was_sold)
        findings["not sold"] = f"{not_sold:.1%} of the rows, by {cut(', '.join(log.not_sold))}"
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
    services = service_codes(log)
    codes = Counter(product for product in log.products if product in services)
    if not codes:
        return ""
    names = dict(zip(log.products, log.texts("description"), strict=True))
    named = [
        f"{cut(code)} ({count(rows, 'row', 'rows')}, {cut(names[code]) or 'no description'})"
        for code, rows in codes.most_common()
    ]
    named = "; ".join(_some(named, end=""))
    return f"{named}: no products, by seeds/service_codes.csv; strike there what the shop sells"


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
    notes += [note for sample in log.samples + log.others for note in sample.notes]
    notes += [f"{sample.name} has other columns and is left out." for sample in log.left_out()]
    notes += doubts(log, guest_markers(log))
    if not has_many_invalid(log):
        notes += invalid_rows(log)
    return notes


def _proposal(transactions, log):
    settings = log.settings()
    columns = {name: value for name, value in settings.items() if name.endswith("_column")}
    for shipped in sorted(SOURCES.glob("*.yml")):
        source = read_source(shipped.stem)
        if {name: source.get(name) for name in columns} == columns:
            return [
                "Its columns are those of a source that is known:",
                _command(shipped.stem, transactions, _beyond(source, settings, log)),
                *_zone(source),
            ]
    if guest_markers(log) != project_vars()["guest_markers"]:
        settings["guest_markers"] = guest_markers(log)
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
    names = [*NOTATION, "currency", "sheets"]
    # The usual mark would find credits where there are none.
    prefix = usual["credit_prefix"].upper()
    if any(log.credits()) or any(o.upper().startswith(prefix) for o in log.texts("order_id")):
        names += CREDITS
    beyond = {
        name: settings[name] for name in names if name in settings and settings[name] != usual[name]
    }
    customers = {customer.lower() for customer in log.customers}
    nobody = [marker for marker in guest_markers(log) if marker in customers]
    for name, found in {"guest_markers": nobody, "not_sold_statuses": log.not_sold}.items():
        if missing := [value for value in found if value not in usual[name]]:
            beyond[name] = usual[name] + missing
    return beyond


def _zone(source):
    """Say by what clock a source has the times."""
    if zone := source.get("time_zone"):
        yield (
            f"It takes times to be in UTC and shows them by the clock of {zone}: set time_zone to "
            "the shop's zone, or to null where they are by its clock already."
        )


def _command(source, transactions, settings):
    variables = f" VARS={shlex.quote(json.dumps(settings))}" if settings else ""
    return f"    make build SOURCE={source} TRANSACTIONS={shlex.quote(transactions)}{variables}"


if __name__ == "__main__":
    main()
