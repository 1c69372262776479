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
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

ALWAYS_NEEDED = ("order_id", "quantity", "ordered_at", "unit_price")

# Types of Parquet columns whose values cannot be misread: only a missing one is unreadable.
EXACT_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL", "DATE", "TIMESTAMP")

# Dates that some would read day first and others month first.
AMBIGUOUS_DATE_FORMATS = [
    f"{date}{time}"
    for date in (
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%m-%d-%Y",
        "%d/%m/%y",
        "%m/%d/%y",
    )
    for time in (" %H:%M", " %H:%M:%S", "")
]


class IngestError(Exception):
    """The files cannot be read as they are; the message is a sentence for the user."""


@dataclass(frozen=True)
class Settings:
    """How to find and read the transaction log.

    Attributes
    ----------
    transactions : str
        Path or glob of CSV or Parquet files, relative to `project_folder`.
    columns : dict of str to (str or None)
        The log's name of each column that the models use; None where it has none.
    encoding, delimiter : str
        How CSV files are written.
    project_folder : str
        Folder that relative paths start from.
    scratch_folder : str
        Folder for UTF-8 copies of CSV files in another encoding.
    readings : dict of str to str
        For `quantity`, `unit_price` and `ordered_at` the SQL that reads the value out of the
        text `<column>_text`, null where it cannot; the staging model uses the same SQL.
    as_of : str
        SQL date that lines have to be dated before.
    max_invalid_share : float
        Share of rows, 0 to 1, that may have an unreadable value.
    time_zone : str
        Zone of the shop's clock, in which points in time with a zone are told.
    """

    transactions: str
    columns: dict
    encoding: str
    delimiter: str
    project_folder: str
    scratch_folder: str
    readings: dict
    as_of: str
    max_invalid_share: float
    time_zone: str


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
        If a file is missing, broken, empty, or lacks a column.
    """
    for column in ALWAYS_NEEDED:
        if settings.columns[column] is None:
            raise IngestError(
                f"The setting {column}_column is null, but every log needs this column; "
                "set it to the log's name for it."
            )
    shutil.rmtree(settings.scratch_folder, ignore_errors=True)
    opened = Opened()
    queries, surveys = [], []
    paths = _files(settings)
    for path in paths:
        opened.is_parsed |= not _is_parquet(path)
        reader = _parquet if _is_parquet(path) else _csv
        relation, types = reader(path, settings, opened.warnings)
        wanted = _wanted(path, list(types), settings, opened.warnings)
        columns = ", ".join(_column(name, types[name], settings) for name in wanted)
        queries.append(f"select {columns}, {_literal(path)} as source_file from {relation}")
        surveys.append(_survey(path, relation, types, settings))
    _judge(surveys, queries, settings)
    opened.query = " union all by name ".join(queries)
    opened.fingerprint = _fingerprint(paths)
    return opened


def _column(name, data_type, settings):
    """Read a column; a point in time with a zone as the shop's clock showed it, in any session."""
    if data_type != "TIMESTAMP WITH TIME ZONE":
        return _quoted(name)
    return f"{_quoted(name)} at time zone {_literal(settings.time_zone)} as {_quoted(name)}"


def _fingerprint(paths):
    contents = []
    for path in paths:
        with open(path, "rb") as file:
            contents.append(hashlib.file_digest(file, "sha256").hexdigest())
    return hashlib.sha256("\n".join(sorted(contents)).encode()).hexdigest()


def _files(settings):
    pattern = str(Path(settings.project_folder) / settings.transactions)
    # A name with brackets in it is taken at its word before it is taken for a glob.
    if Path(pattern).is_file():
        return [pattern]
    found = sorted(path for path in glob.glob(pattern, recursive=True) if Path(path).is_file())
    if not found:
        raise IngestError(
            f"No file matches '{settings.transactions}' in {settings.project_folder}; "
            "set transactions to a CSV or Parquet file or a glob."
        )
    return found


def _is_parquet(path):
    if path.endswith((".parquet", ".pq")):
        return True
    with open(path, "rb") as file:
        start = file.read(4)
    if start[:2] == b"PK":
        raise IngestError(
            f"{path} is a spreadsheet or an archive; expected CSV or Parquet: "
            "export it as CSV and set transactions to that file."
        )
    return start == b"PAR1"


def _parquet(path, settings, warnings):
    relation = f"read_parquet({_literal(glob.escape(path))})"
    try:
        described = duckdb.connect().execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise IngestError(
            f"{path} is not a whole Parquet file ({_first_sentence(error)}); "
            "it may be cut off: deliver it again or set transactions to another file."
        ) from error
    return relation, {column[0]: column[1] for column in described}


def _csv(path, settings, warnings):
    header = _header(path, settings)
    if not _ends_with_line_break(path, settings):
        warnings.append(
            f"{path} does not end with a line break: if it was cut off, its last line may be "
            "incomplete."
        )
    if not _is_utf8(settings.encoding):
        path = _utf8_copy(path, settings)
    columns = ", ".join(f"{_literal(name)}: 'varchar'" for name in header)
    # Without detection nothing is guessed: columns go by the file's own header, all of them text.
    relation = (
        f"read_csv({_literal(glob.escape(path))}, columns = {{{columns}}}, header = true, "
        f"delim = {_literal(settings.delimiter)}, quote = '\"', escape = '\"', "
        "auto_detect = false, strict_mode = true, null_padding = false)"
    )
    return relation, dict.fromkeys(header, "VARCHAR")


def _header(path, settings):
    try:
        with _opened(path, settings) as file:
            header = next(csv.reader(file, delimiter=settings.delimiter), [])
    except UnicodeError as error:
        raise _wrong_encoding(path, settings, 1) from error
    except csv.Error as error:
        raise IngestError(
            f"The header of {path} cannot be read ({error}); expected column names split by "
            f"'{settings.delimiter}' (setting delimiter)."
        ) from error
    if not header:
        raise IngestError(
            f"No data: {path} is empty; set transactions to a file with a header and rows."
        )
    names = [name.strip() for name in header]
    if len(names) == 1:
        for delimiter in ";\t|,":
            if delimiter in names[0]:
                raise IngestError(
                    f"The header of {path} is one column, '{names[0]}', when split by "
                    f"'{settings.delimiter}'; set delimiter to '{delimiter}'."
                )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise IngestError(
            f"The header of {path} names a column twice: {', '.join(twice)}; "
            "rename one of them in the file."
        )
    return names


def _ends_with_line_break(path, settings):
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
    return not is_ascii


def _wanted(path, names, settings, warnings):
    missing = {
        column: name
        for column, name in settings.columns.items()
        if name is not None and name not in names
    }
    if missing:
        column, name = next(iter(missing.items()))
        likely = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        raise IngestError(
            f"{path} has no column {', '.join(repr(name) for name in missing.values())}; "
            f"its columns are {', '.join(names)}. Set {column}_column to the one that holds it"
            f"{f', perhaps {likely[0]!r}' if likely else ''}"
            f"{', or to null if the log has none' if column not in ALWAYS_NEEDED else ''}."
        )
    wanted = [name for name in settings.columns.values() if name is not None]
    extra = [name for name in names if name not in wanted]
    if extra:
        warnings.append(f"{path} has columns that are not used: {', '.join(extra)}.")
    return list(dict.fromkeys(wanted))


def _survey(path, relation, types, settings):
    """Read a file to its end, so that what is wrong with it is found now, and count values."""
    readings = dict(settings.readings)
    for column in readings:
        if types[settings.columns[column]].startswith(EXACT_TYPES):
            readings[column] = column
    counts = [
        "count(*) as source_rows",
        f"count(*) filter (where {readings['ordered_at']} < {settings.as_of}) as in_time",
    ]
    for column, reading in readings.items():
        unreadable = f"filter (where {reading} is null)"
        counts.append(f"count(*) {unreadable} as unreadable_{column}")
        counts.append(f"min({column}_text) {unreadable} as example_{column}")
    try:
        with duckdb.connect() as connection:
            if "read_csv" in relation:
                # Only columns that are read are checked, so all of them are read once.
                connection.execute(f"select count(columns(*)) from {relation}")
            cursor = connection.execute(
                f"select {', '.join(counts)} from ({_texts(relation, settings)})"
            )
            names = [column[0] for column in cursor.description]
            return dict(zip(names, cursor.fetchall()[0], strict=True))
    except duckdb.Error as error:
        raise _broken(path, settings, str(error)) from error


def _texts(relation, settings):
    columns = ", ".join(
        f"{name} as {column}, cast({name} as varchar) as {column}_text"
        for column in settings.readings
        for name in [_quoted(settings.columns[column])]
    )
    return f"select {columns} from {relation}"


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
            else "Set decimal_separator and thousands_separator to what the log uses."
        )
        raise IngestError(
            f"{unreadable:,} of {rows:,} rows of {settings.transactions} have a "
            f"{settings.columns[column]} that cannot be read, such as {example!r}; at most "
            f"{settings.max_invalid_share:.1%} may (setting max_invalid_share). {advice}"
        )
    if total("in_time") == 0:
        raise IngestError(
            f"Not one of the {rows:,} rows of {settings.transactions} is dated before the "
            "setting as_of; set as_of to a later day, or to null for the day after the last line."
        )


def _date_advice(queries, settings):
    """Say which formats the unreadable dates fit; it is for the user to choose between two."""
    relation = f"({' union all by name '.join(queries)})"
    fits = ", ".join(
        f"count(try_strptime(ordered_at_text, '{date_format}'))"
        for date_format in AMBIGUOUS_DATE_FORMATS
    )
    with duckdb.connect() as connection:
        dates, *counts = connection.execute(
            f"select count(*), {fits} from (select * from ({_texts(relation, settings)}) "
            f"where {settings.readings['ordered_at']} is null and ordered_at_text is not null "
            "limit 10000)"
        ).fetchall()[0]
    fitting = [
        f"'{date_format}'"
        for date_format, count in zip(AMBIGUOUS_DATE_FORMATS, counts, strict=True)
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
        return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")
    except LookupError:
        raise IngestError(
            f"The setting encoding is '{encoding}', which is not known; expected a name such as "
            "utf-8, cp1252, latin-1 or utf-16."
        ) from None


def _wrong_encoding(path, settings, line):
    return IngestError(
        f"{path}, near line {line}: bytes that are not {settings.encoding}; set encoding to how "
        "the file was written, often cp1252."
    )


def _first_sentence(error):
    return str(error).split("\n")[0].removeprefix("Invalid Input Error: ")


def _literal(text):
    return "'" + text.replace("'", "''") + "'"


def _quoted(name):
    return '"' + name.replace('"', '""') + '"'
