"""Check transaction files and give the SQL that reads them.

Everything that can be wrong with a file is found here, before any table changes, and told in one
sentence: what was found, what was expected, which setting mends it.
"""

import codecs
import csv
import difflib
import glob
import gzip
import hashlib
import re
import shutil
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingest.checksums import sha256
from ingest.currencies import check_currencies
from ingest.databases import read_table, table_of
from ingest.errors import IngestError, refuse_other_kinds
from ingest.headers import names_of
from ingest.quoting import literal, quoted
from ingest.sniffing import WRITTEN_DATE_FORMATS
from ingest.spreadsheets import is_workbook, read_sheets

ALWAYS_NEEDED = ("quantity", "ordered_at", "unit_price", "line_total")

ZONED = "TIMESTAMP WITH TIME ZONE"

# Types of Parquet columns whose values cannot be misread: only a missing one is unreadable.
EXACT_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL")
EXACT_TIMES = ("DATE", "TIMESTAMP")

# What reading a file ends in that is no whole gzip stream, or that the disk does not give.
UNREADABLE = (OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class Settings:
    """How to find and read the transaction log.

    Attributes
    ----------
    transactions : str
        Path or glob of CSV, Parquet or spreadsheet files, relative to `project_folder`, or a table
        as `ingest.databases.table_of` reads it.
    columns : dict of str to (str or None)
        The log's name of each column that the models use; None where it has none.
    encoding, delimiter : str
        How CSV files are written.
    project_folder : str
        Folder that relative paths start from.
    scratch_folder : str
        Folder for UTF-8 copies of CSV files in another encoding, and for copies of
        sheets and tables.
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
        What marks a credit: `prefix`, `negative_quantity` or `status`.
    time_zone : str or None
        Zone of the shop's clock, where the log's times are in UTC.
    says_offset : str
        SQL that tells whether the text `ordered_at_text` says how far from UTC it is.
    currency : str
        The currency that the tables are in.
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
    time_zone: str | None = None
    says_offset: str = "false"
    currency: str = "GBP"


@dataclass
class Delivery:
    """One file, or one sheet of a workbook.

    Attributes
    ----------
    name : str
        What messages and `source_file` call it.
    relation : str
        SQL that it is read by.
    types : dict of str to str
        SQL type of each column in the file.
    is_parsed : bool
        Whether reading means parsing text, or a copy that does not stay.
    is_sheet : bool
        Whether it is a sheet of a workbook.
    """

    name: str
    relation: str
    types: dict
    is_parsed: bool
    is_sheet: bool = False


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
        deliveries = [Delivery(table.label, *_parquet(paths[0]), is_parsed=True)]
    else:
        paths = files_of(settings.transactions, settings.project_folder)
        deliveries = _deliveries(paths, settings, opened.warnings)
    for delivery in deliveries:
        opened.is_parsed |= delivery.is_parsed
        wanted = _wanted(delivery, settings, opened.warnings)
        columns = ", ".join(quoted(name) for name in wanted)
        queries.append(
            f"select {columns}, {literal(delivery.name)} as source_file from {delivery.relation}"
        )
        surveys.append(_survey(delivery, settings))
        read.append(delivery)
    _refuse_two_notations(read, settings)
    _judge(surveys, queries, settings)
    if settings.time_zone is None:
        opened.warnings += _note_on_offsets(surveys, settings)
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
            "credit_marker to negative_quantity or status."
        )
    if (columns["unit_price"] is None) == (columns["line_total"] is None):
        raise IngestError(
            f"The settings unit_price_column and line_total_column are {columns['unit_price']!r} "
            f"and {columns['line_total']!r}; expected one name and one null: set unit_price_column "
            "to the price of one unit, or line_total_column to the amount of the whole line."
        )
    if (settings.credit_marker == "status") != (columns["status"] is not None):
        raise IngestError(
            f"The settings credit_marker and status_column are {settings.credit_marker!r} and "
            f"{columns['status']!r}, which do not belong together: set credit_marker to status and "
            "status_column to the log's column, or status_column to null."
        )


def _fingerprint(paths):
    contents = sorted(map(sha256, paths))
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def files_of(transactions, folder):
    """Find the files of a log.

    Parameters
    ----------
    transactions : str
        Path or glob.
    folder : path
        That a relative one starts from.

    Returns
    -------
    list of str
        Paths in order.

    Raises
    ------
    IngestError
        If there is none.
    """
    # A name with brackets in it is taken at its word before it is taken for a glob.
    path = Path(folder) / transactions
    if path.is_file():
        return [str(path)]
    if path.is_dir():
        raise IngestError(
            f"{transactions} is a folder; set transactions to a glob of its files, such as "
            f"'{transactions}/*.csv'."
        )
    pattern = str(Path(glob.escape(str(folder))) / transactions)
    found = sorted(path for path in glob.glob(pattern, recursive=True) if Path(path).is_file())
    if not found:
        raise IngestError(
            f"No file matches '{transactions}' in {Path(folder).resolve()}; "
            "set transactions to a CSV, Parquet or spreadsheet file or a glob, or to a table as "
            "kind:path:table, such as sqlite:shop.db:lines."
        )
    return found


def _deliveries(paths, settings, warnings):
    for path in paths:
        with open(path, "rb") as file:
            start = file.read(4)
        if start == b"PAR1" or path.endswith((".parquet", ".pq")):
            yield Delivery(path, *_parquet(path), is_parsed=False)
        elif is_workbook(start):
            for label, names, copy in read_sheets(path, settings):
                types = dict.fromkeys(names, "VARCHAR")
                relation = f"read_parquet({literal(glob.escape(copy))})"
                yield Delivery(label, relation, types, is_parsed=True, is_sheet=True)
        else:
            refuse_other_kinds(path, start)
            yield Delivery(path, *_csv(path, settings, warnings), is_parsed=True)


def _parquet(path):
    relation = f"read_parquet({literal(glob.escape(path))})"
    try:
        with duckdb.connect() as connection:
            described = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise IngestError(
            f"{path} is not a whole Parquet file ({_first_sentence(error)}); "
            "it may be cut off: deliver it again or set transactions to another file."
        ) from error
    types = {column[0]: column[1] for column in described}
    # In UTC, since a session would show them by the clock of its own zone.
    in_utc = [
        f"timezone('UTC', {quoted(name)}) as {quoted(name)}"
        for name, data_type in types.items()
        if data_type == ZONED
    ]
    if in_utc:
        relation = f"(select * replace ({', '.join(in_utc)}) from {relation})"
    return relation, types


def _csv(path, settings, warnings):
    header = _header(path, settings)
    if not _ends_with_line_break(path):
        warnings.append(
            f"{path} does not end with a line break: if it was cut off, its last line may be "
            "incomplete."
        )
    if not _is_utf8(settings.encoding):
        path = _utf8_copy(path, settings)
    columns = ", ".join(f"{literal(name)}: 'varchar'" for name in header)
    # Without detection nothing is guessed: columns go by the file's own header, all of them text.
    relation = (
        f"read_csv({literal(glob.escape(path))}, columns = {{{columns}}}, header = true, "
        f"delim = {literal(settings.delimiter)}, quote = '\"', escape = '\"', "
        "auto_detect = false, strict_mode = true, null_padding = false)"
    )
    return relation, dict.fromkeys(header, "VARCHAR")


def _header(path, settings):
    try:
        with _opened(path, settings) as file:
            header = next(csv.reader(file, delimiter=settings.delimiter), None)
            has_two_line_breaks = isinstance(file.newlines, tuple)
    except UnicodeError as error:
        raise _wrong_encoding(path, settings, 1) from error
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    except csv.Error as error:
        raise IngestError(
            f"The header of {path} cannot be read ({error}); expected column names split by "
            f"'{settings.delimiter}' (setting delimiter)."
        ) from error
    if header is None:
        raise IngestError(
            f"No data: {path} is empty; set transactions to a file with a header and rows."
        )
    if not header:
        raise IngestError(
            f"The first line of {path} is empty; expected the header there: remove what stands "
            "before it."
        )
    if len(header) == 1:
        for delimiter in ";\t|,":
            if delimiter in header[0]:
                raise IngestError(
                    f"The header of {path} is one column, '{header[0].strip()}', when split by "
                    f"'{settings.delimiter}'; set delimiter to '{delimiter}'."
                )
    broken = [name for name in header if "\n" in name or "\r" in name]
    if broken and has_two_line_breaks:
        # DuckDB would take the rows for a part of the header.
        raise IngestError(
            f"The header of {path} has a line break in {broken[0]!r} unlike those between "
            "the rows; expected each name on one line: write it on one, or export the file again."
        )
    return names_of(header, path)


def _ends_with_line_break(path):
    if path.endswith(".gz"):
        return True  # A gzip stream that was cut off is refused when it is read.
    with open(path, "rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 4))
        return b"\n" in file.read() or b"\r" in file.read()


def _utf8_copy(path, settings):
    if _is_really_utf8(path):
        raise IngestError(
            f"{path} is UTF-8, which the setting encoding calls {settings.encoding}; set encoding "
            "to utf-8."
        )
    copy = Path(settings.scratch_folder) / f"{hashlib.sha256(path.encode()).hexdigest()}.csv"
    copy.parent.mkdir(parents=True, exist_ok=True)
    lines = 1
    try:
        with (
            _opened(path, settings) as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            while chunk := source.read(1 << 20):
                target.write(chunk)
                lines += chunk.count("\n")
    except UnicodeError as error:
        raise _wrong_encoding(path, settings, lines) from error
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    return str(copy)


def _is_really_utf8(path):
    """Whether a file has letters beyond ASCII, all of them written in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
            while chunk := file.read(1 << 20):
                is_ascii &= decoder.decode(chunk).isascii()
    except UnicodeDecodeError:
        return False
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    return not is_ascii


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


def _survey(delivery, settings):
    """Read a file to its end, so that what is wrong with it is found now, and count values."""
    readings = dict(settings.readings)
    for column in readings:
        data_type = delivery.types[settings.columns[column]]
        if data_type.startswith(EXACT_TIMES if column == "ordered_at" else EXACT_NUMBERS):
            readings[column] = column
        elif data_type == "DOUBLE" and column != "ordered_at":
            # Hardly ever does one have to be written out to be read.
            as_it_is, by_text = (
                f"try_cast({name} as decimal(18, 4))" for name in (column, f"{column}_text")
            )
            readings[column] = f"coalesce({as_it_is}, {by_text})"
    in_time = f"< {settings.as_of}" if settings.as_of else "is not null"
    counts = [
        "count(*) as source_rows",
        f"count(*) filter (where {readings['ordered_at']} {in_time}) as in_time",
    ]
    is_zoned = delivery.types[settings.columns["ordered_at"]] == ZONED
    counts.append(f"count(*) filter (where year({readings['ordered_at']}) < 100) as ancient")
    says_offset = "true" if is_zoned else settings.says_offset
    counts.append(f"count(*) filter (where {says_offset}) as with_offset")
    for column, reading in readings.items():
        unreadable = f"filter (where {reading} is null)"
        counts.append(f"count(*) {unreadable} as unreadable_{column}")
        counts.append(f"min({column}_text) {unreadable} as example_{column}")
    try:
        with duckdb.connect() as connection:
            if "read_csv" in delivery.relation:
                # Only columns that are read are checked, so all of them are read once.
                connection.execute(f"select count(columns(*)) from {delivery.relation}")
            cursor = connection.execute(
                f"select {', '.join(counts)} from ({_texts(delivery.relation, settings)})"
            )
            names = [column[0] for column in cursor.description]
            return dict(zip(names, cursor.fetchall()[0], strict=True))
    except duckdb.Error as error:
        raise _broken(delivery.name, settings, str(error)) from error


def _texts(relation, settings):
    columns = ", ".join(
        f"{name} as {column}, cast({name} as varchar) as {column}_text"
        for column in settings.readings
        for name in [quoted(settings.columns[column])]
    )
    return f"select {columns} from {relation}"


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


def _judge(surveys, queries, settings):
    """Refuse a log without rows, without readable values, or without rows in time."""

    def total(name):
        return sum(survey[name] for survey in surveys)

    rows = total("source_rows")
    if rows == 0:
        raise IngestError(
            f"No data: {settings.transactions} has a header but not a single row; "
            "set transactions to files with rows."
        )
    for column in settings.readings:
        unreadable = total(f"unreadable_{column}")
        if unreadable <= settings.max_invalid_share * rows:
            continue
        examples = [survey[f"example_{column}"] for survey in surveys]
        example = next((text for text in examples if text), "an empty value")
        advice = (
            _date_advice(queries, settings)
            if column == "ordered_at"
            else "Set decimal_separator, thousands_separator and, for prices, currency_sign to "
            "what the log uses."
        )
        raise IngestError(
            f"{unreadable:,} of {rows:,} rows of {settings.transactions} have a "
            f"{settings.columns[column]} that cannot be read, such as {example!r}; at most "
            f"{settings.max_invalid_share:.1%} may (setting max_invalid_share). {advice}"
        )
    if total("ancient") > settings.max_invalid_share * rows:
        raise IngestError(
            f"{total('ancient'):,} of {rows:,} rows of {settings.transactions} are dated before "
            "the year 100; expected years of four digits: set timestamp_format with %y, for two, "
            "in the place of %Y."
        )
    if total("in_time") == 0:
        raise IngestError(
            f"Not one of the {rows:,} rows of {settings.transactions} is dated before the "
            "setting as_of; set as_of to a later day, or to null for the day after the last line."
        )


def _note_on_offsets(surveys, settings):
    rows = sum(survey["with_offset"] for survey in surveys)
    if rows:
        yield (
            f"{rows:,} rows of {settings.transactions} say how far from UTC their "
            f"{settings.columns['ordered_at']} is, which the setting time_zone, being null, leaves "
            "aside: set it to the shop's zone, such as Europe/London, to have them by its clock."
        )


def _date_advice(queries, settings):
    """Say which formats the unreadable dates fit; it is for the user to choose between two."""
    relation = f"({' union all by name '.join(queries)})"
    # Two digits are no year of four.
    fits = ", ".join(
        f"count(*) filter (where year(try_strptime(ordered_at_text, '{date_format}')) > 99)"
        for date_format in WRITTEN_DATE_FORMATS
    )
    with duckdb.connect() as connection:
        dates, *counts = connection.execute(
            f"select count(*), {fits} from (select * from ({_texts(relation, settings)}) "
            f"where {settings.readings['ordered_at']} is null and ordered_at_text is not null "
            "limit 10000)"
        ).fetchall()[0]
    fitting = [
        f"'{date_format}'"
        for date_format, count in zip(WRITTEN_DATE_FORMATS, counts, strict=True)
        if count >= 0.99 * max(dates, 1)
    ]
    if len(fitting) == 1:
        return f"Set timestamp_format to {fitting[0]}."
    if fitting:
        return (
            f"Day and month fit either way round: set timestamp_format to {' or '.join(fitting)}."
        )
    return "Expected ISO dates, or set timestamp_format to the log's own, such as '%d/%m/%Y %H:%M'."


def _broken(path, settings, message):
    line = re.search(r"CSV Error on Line: (\d+)", message)
    place = f"{path}, line {line[1]}" if line else path
    if "unicode" in message.lower():
        return _wrong_encoding(path, settings, line[1] if line else "?")
    if "unterminated quote" in message:
        return IngestError(
            f'{place}: a quote opens and never closes; expected every " inside a quoted text '
            "to be doubled. The file may be cut off: mend the line or deliver it again."
        )
    if shape := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return IngestError(
            f"{place}: {shape[2]} columns where the header has {shape[1]}; the file may be cut "
            f"off, or a text holds the delimiter '{settings.delimiter}' without quotes (setting "
            "delimiter)."
        )
    if "invalid state" in message:
        return IngestError(
            f"{path} mixes line breaks or quotes in a way that CSV does not allow; expected one "
            "kind of line break and doubled quotes: export it again."
        )
    return IngestError(f"{place} cannot be read: {_first_sentence(message)}")


def _opened(path, settings):
    opener = gzip.open if path.endswith(".gz") else open
    encoding = "utf-8-sig" if _is_utf8(settings.encoding) else settings.encoding
    return opener(path, "rt", encoding=encoding, newline="")


def _is_utf8(encoding):
    try:
        "".encode(encoding)  # a codec such as hex is none of text
        return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    except LookupError:
        raise IngestError(
            f"The setting encoding is '{encoding}', which is not known; expected a name such as "
            "utf-8, cp1252, latin-1 or utf-16."
        ) from None


def _unreadable(path, error):
    return IngestError(
        f"{path} cannot be read ({error}); expected a whole file: deliver it again or set "
        "transactions to another one."
    )


def _wrong_encoding(path, settings, line):
    return IngestError(
        f"{path}, near line {line}: bytes that are not {settings.encoding}; set encoding to how "
        "the file was written, often cp1252."
    )


def _first_sentence(error):
    return str(error).split("\n")[0].removeprefix("Invalid Input Error: ")
