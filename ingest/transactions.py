"""Check transaction files and give the SQL that reads them.

Everything that can be wrong with a file is found here, before any table changes, and told in one
sentence: what was found, what was expected, which setting mends it.
"""

import difflib
import hashlib
import shutil
from dataclasses import dataclass, field

from ingest.checksums import sha256
from ingest.currencies import check_currencies
from ingest.databases import read_table, table_of
from ingest.deliveries import Delivery, deliveries_of, files_of, parquet, with_times_of_day
from ingest.errors import IngestError
from ingest.quoting import literal, quoted
from ingest.surveys import judge, note_on_offsets, note_on_statuses, survey

ALWAYS_NEEDED = ("quantity", "ordered_at", "unit_price", "line_total")


@dataclass(frozen=True)
class Settings:
    """How to find and read the transaction log.

    Attributes
    ----------
    transactions : str
        Path or glob of files in CSV, Parquet, lines of JSON or workbooks, relative to
        `project_folder`, or a table as `ingest.databases.table_of` reads it.
    columns : dict of str to (str or None)
        The log's name of each column that the models use; None where it has none.
    encoding, delimiter : str
        How CSV files are written.
    project_folder : str
        Folder that relative paths start from.
    scratch_folder : str
        Folder for UTF-8 copies of CSV files in another encoding, and for copies of
        sheets, lines of JSON and tables.
    readings : dict of str to str
        For `quantity`, `unit_price` and `ordered_at` the SQL that reads the value out of the
        text `<column>_text`, null where it cannot; the staging model uses the same SQL.
    as_of : str or None
        SQL date that lines have to be dated before, if any.
    max_invalid_share : float
        Share of rows, 0 to 1, that may have an unreadable value.
    sheets : list of str
        Sheets of a workbook to read; empty for all that have cells.
    decimal_separator : str
        What numbers are written with, so that those of a spreadsheet are written alike.
    credit_marker : str
        What marks a credit: `prefix`, `negative_quantity`, `negative_amount` or `status`.
    not_sold_statuses : list of str
        Statuses of what was never sold.
    time_zone : str or None
        Zone of the shop's clock, where the log's times are in UTC.
    says_offset : str
        SQL that tells whether the text `ordered_at_text` says how far from UTC it is.
    is_not_sold : str
        SQL that tells by the text `status_text` whether a row was never sold, so that it may lack
        the values of one that was.
    currency : str
        The currency that the tables are in.
    day_and_time : str or None
        SQL that reads `ordered_at` and `time` as one text, where the log has both.
    """

    transactions: str
    columns: dict
    encoding: str
    delimiter: str
    project_folder: str
    scratch_folder: str
    readings: dict
    as_of: str | None
    max_invalid_share: float
    sheets: list = field(default_factory=list)
    decimal_separator: str = "."
    credit_marker: str = "prefix"
    not_sold_statuses: list = field(default_factory=list)
    time_zone: str | None = None
    says_offset: str = "false"
    is_not_sold: str = "false"
    currency: str = "GBP"
    day_and_time: str | None = None


@dataclass
class Opened:
    """Checked files.

    Attributes
    ----------
    query : str
        SQL that reads them.
    is_parsed : bool
        Whether reading means parsing text, so that it pays to do it only once.
    fingerprint : str
        SHA-256 of the files' contents, whatever their names and order.
    warnings : list of str
        What the user should know about the files.
    """

    query: str = ""
    is_parsed: bool = False
    fingerprint: str = ""
    warnings: list = field(default_factory=list)


def open_transactions(settings):
    """Check all files of a log and give the query that reads them.

    Parameters
    ----------
    settings : Settings
        Where the files are and how they are written.

    Returns
    -------
    Opened
        A query with the log's own columns (those of `settings.columns`) and `source_file`.

    Raises
    ------
    IngestError
        If a file is missing, broken, empty, or lacks a column, or an amount has no rate.
    """
    _check_settings(settings)
    shutil.rmtree(settings.scratch_folder, ignore_errors=True)
    opened = Opened()
    queries, surveys, read = [], [], []
    if table := table_of(settings.transactions, settings.project_folder):
        paths = [read_table(table, settings)]
        deliveries = [Delivery(table.label, *parquet(paths[0]), is_parsed=True)]
    else:
        paths = files_of(settings.transactions, settings.project_folder)
        deliveries = deliveries_of(paths, settings, opened.warnings)
    for delivery in deliveries:
        opened.is_parsed |= delivery.is_parsed
        wanted = _wanted(delivery, settings, opened.warnings)
        if settings.day_and_time:
            day = settings.columns["ordered_at"]
            delivery = with_times_of_day(delivery, day, settings.day_and_time)
        columns = ", ".join(quoted(name) for name in wanted)
        queries.append(
            f"select {columns}, {literal(delivery.name)} as source_file from {delivery.relation}"
        )
        surveys.append(survey(delivery, settings))
        read.append(delivery)
    _refuse_times_beside_numbers(read, settings.columns["ordered_at"])
    _refuse_two_notations(read, settings)
    judge(surveys, queries, settings)
    if settings.time_zone is None:
        opened.warnings += note_on_offsets(surveys, settings)
    opened.warnings += note_on_statuses(surveys, settings)
    opened.query = " union all by name ".join(queries)
    check_currencies(f"({opened.query})", settings)
    opened.fingerprint = _fingerprint(paths)
    return opened


def _check_settings(settings):
    columns = settings.columns
    if columns["order_id"] is None and columns["customer_id"] is None:
        raise IngestError(
            "The settings order_id_column and customer_id_column are both null, so that nothing "
            "tells which lines are one order; set one of them to the log's name for it."
        )
    if columns["order_id"] is None and settings.credit_marker == "prefix":
        raise IngestError(
            "The setting order_id_column is null, so that no order can have the credit_prefix; set "
            "credit_marker to negative_quantity, negative_amount or status."
        )
    if (columns["unit_price"] is None) == (columns["line_total"] is None):
        raise IngestError(
            f"The settings unit_price_column and line_total_column are {columns['unit_price']!r} "
            f"and {columns['line_total']!r}; expected one name and one null: set unit_price_column "
            "to the price of one unit, or line_total_column to the amount of the whole line."
        )
    is_asked_for = settings.credit_marker == "status" or bool(settings.not_sold_statuses)
    if is_asked_for != (columns["status"] is not None):
        raise IngestError(
            f"The settings credit_marker, not_sold_statuses and status_column are "
            f"{settings.credit_marker!r}, {settings.not_sold_statuses} and {columns['status']!r}, "
            "which do not belong together: set status_column to the log's column, and "
            "credit_marker to status or not_sold_statuses to some of its values; or status_column "
            "to null."
        )


def _fingerprint(paths):
    contents = sorted(map(sha256, paths))
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def _wanted(delivery, settings, warnings):
    names = list(delivery.types)
    missing = {
        column: name
        for column, name in settings.columns.items()
        if name is not None and name not in names
    }
    if missing:
        column, name = next(iter(missing.items()))
        likely = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        raise IngestError(
            f"{delivery.name} has no column {', '.join(repr(name) for name in missing.values())}; "
            f"its columns are {', '.join(names)}. Set {column}_column to the one that holds it"
            f"{f', perhaps {likely[0]!r}' if likely else ''}"
            f"{', or to null if the log has none' if column not in ALWAYS_NEEDED else ''}"
            f"{', or sheets to those that hold the log' if delivery.is_sheet else ''}."
        )
    wanted = [name for name in settings.columns.values() if name is not None]
    extra = [name for name in names if name not in wanted]
    if extra:
        warnings.append(f"{delivery.name} has columns that are not used: {', '.join(extra)}.")
    return list(dict.fromkeys(wanted))


def _refuse_times_beside_numbers(deliveries, name):
    """Refuse files whose points in time are of types that no column of one table can have."""
    kinds = {}
    for delivery in deliveries:
        data_type = delivery.types[name]
        if data_type != "VARCHAR":
            is_time = data_type.startswith(("DATE", "TIME"))
            kinds.setdefault(is_time, f"{delivery.name} has {name} as {data_type}")
    if len(kinds) > 1:
        raise IngestError(f"{kinds[True]}, and {kinds[False]}; deliver both alike.")


def _refuse_two_notations(deliveries, settings):
    """Refuse numbers beside texts with a decimal comma: together they would be read as texts."""
    if settings.decimal_separator == ".":
        return
    for column, name in settings.columns.items():
        if column not in settings.readings or column == "ordered_at":
            continue
        texts = [delivery for delivery in deliveries if delivery.types[name] == "VARCHAR"]
        broken = [
            delivery
            for delivery in deliveries
            if delivery.types[name].startswith(("DECIMAL", "DOUBLE", "FLOAT"))
        ]
        if texts and broken:
            raise IngestError(
                f"{broken[0].name} has {name} as numbers ({broken[0].types[name]}), and "
                f"{texts[0].name} as texts with '{settings.decimal_separator}' (setting "
                "decimal_separator); deliver both as texts or both as numbers."
            )
