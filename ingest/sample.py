"""The first rows of an unknown log, as texts, without any setting."""

import csv
import gzip
import io
import itertools
from dataclasses import dataclass, field

import duckdb
import python_calamine

from ingest.errors import IngestError
from ingest.quoting import literal
from ingest.sniffing import delimiter_of, encoding_of
from ingest.spreadsheets import is_workbook, text_of

SAMPLE_BYTES = 8_000_000


@dataclass
class Sample:
    """The first rows of a file.

    Attributes
    ----------
    kind : str
        What the file is.
    names : list of str
        Its columns.
    rows : list of list of str
        Texts without blanks around them, empty for what is missing; as many as columns.
    settings : dict
        Settings that say how the file is written.
    problems : list of str
        What is wrong with its shape.
    """

    kind: str
    names: list
    rows: list
    settings: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)


def read_sample(path, most_rows):
    """Read the first rows of a file.

    Parameters
    ----------
    path : str
        CSV, Parquet or spreadsheet file.
    most_rows : int

    Returns
    -------
    Sample

    Raises
    ------
    IngestError
        If the file has no rows or cannot be opened.
    """
    with open(path, "rb") as file:
        start = file.read(4)
    try:
        if start == b"PAR1":
            sample = _of_parquet(path, most_rows)
        elif is_workbook(start):
            sample = _of_workbook(path, most_rows)
        else:
            sample = _of_csv(path, most_rows)
    except (duckdb.Error, python_calamine.CalamineError, csv.Error, EOFError, OSError) as error:
        problem = str(error).splitlines()[0]
        raise IngestError(f"{path} cannot be read: {problem}; deliver it again.") from error
    if not sample.rows:
        raise IngestError(f"No data: {path} has no rows; expected a header and rows.")
    return sample


def _of_parquet(path, most_rows):
    with duckdb.connect() as connection:
        # Else a time with a zone would be shown by the machine's clock.
        connection.execute("set TimeZone = 'UTC'")
        cursor = connection.execute(
            f"select columns(*)::varchar from read_parquet({literal(path)}) limit {most_rows}"
        )
        names = [column[0] for column in cursor.description]
        return Sample("Parquet", names, [_texts(row) for row in cursor.fetchall()])


def _of_workbook(path, most_rows):
    with python_calamine.load_workbook(path) as workbook:
        sheets = [
            (name, sheet)
            for name in workbook.sheet_names
            if (sheet := workbook.get_sheet_by_name(name)).height
        ]
    kind = "workbook with the sheets " + ", ".join(name for name, _ in sheets)
    sample = Sample(kind if len(sheets) > 1 else "workbook", [], [])
    for name, sheet in sheets:
        rows = ([text_of(cell, ".") for cell in row] for row in sheet.iter_rows())
        filled = (texts for row in rows if any(texts := _texts(row)))
        header = next(filled)
        sample.names = sample.names or header
        if header != sample.names:
            sample.problems.append(
                f"Sheet {name} has other columns than the first: {', '.join(header)}; set sheets "
                "to those that hold the log."
            )
            continue
        sample.rows += itertools.islice(filled, most_rows // len(sheets))
    return sample


def _of_csv(path, most_rows):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
        content = file.read(SAMPLE_BYTES)
    is_whole = len(content) < SAMPLE_BYTES
    encoding = encoding_of(content, is_whole)
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
    if not text.strip():
        return Sample("CSV", [], [])
    delimiter = delimiter_of(text.splitlines()[:200])
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name.strip() for name in next(rows)]
    rows = list(itertools.islice(rows, most_rows + 1))
    if len(rows) > most_rows or not is_whole:
        rows.pop()  # It may be cut off by the end of the sample.
    settings = {"encoding": encoding, "delimiter": delimiter}
    whole = [_texts(row) for row in rows if len(row) == len(names)]
    sample = Sample("CSV", names, whole, settings)
    broken = sum(len(row) not in (0, len(names)) for row in rows)
    if broken:
        sample.problems.append(
            f"{broken:,} rows have more or fewer columns than the header: mend them, or the build "
            "refuses the file."
        )
    return sample


def _texts(row):
    return [(text or "").strip() for text in row]
