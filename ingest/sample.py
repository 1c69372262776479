"""A sample of each file, sheet or table of an unknown log, as texts, without any setting.

Of what is too long to be read whole, rows of the beginning and of the end are read: a month's first
days alone leave open which number of 01/02/2011 is the month.
"""

import csv
import gzip
import io
import itertools
import os
from collections import Counter, deque
from dataclasses import dataclass, field

import duckdb
import python_calamine

from ingest import json_lines, kinds
from ingest.databases import ends_of, sample_table, table_of
from ingest.deliveries import files_of, reading_parquet
from ingest.errors import IngestError
from ingest.headers import names_of, refuse_repeated
from ingest.packed import open_bytes
from ingest.sniffing import BLANKS, date_formats_of, delimiter_of, encoding_of, number_of
from ingest.spreadsheets import has_cells, left_out, shown_and_hidden, text_of

# What all files of a log share, so that a hundred of them take little longer than one.
MOST_ROWS = 200_000
MOST_BYTES = 64_000_000
# Lines that are looked through for a letter beyond ASCII.
MOST_LINES = 5_000_000
# A workbook can only be opened whole.
MOST_WORKBOOK_BYTES = 40_000_000
# What each file gets nevertheless, and no more than.
LEAST_ROWS = 200
BYTES_OF_A_FILE = (64_000, 16_000_000)

# What text hardly has: control characters other than tabs and line breaks.
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r")


@dataclass
class Sample:
    """Rows of a file, a sheet or a table.

    Attributes
    ----------
    path : str
        Of the file; the label of a table.
    kind : str
        What kind of file it is; empty for a table.
    names : list of str
        Its columns.
    rows : list of list of str
        Texts without blanks around them, empty for what is missing; as many as columns.
    total : int
        Rows that it has.
    size : int
        Bytes of the file.
    is_whole : bool
        Whether `rows` are all that it has.
    is_counted : bool
        Whether `total` is more than an estimate.
    settings : dict
        Settings that say how the file is written; no `encoding` where it has ASCII alone.
    sheet : str or None
        The sheet of a workbook.
    types : dict of str to str
        SQL types of columns that have one in the file.
    problems : list of str
        What the build refuses it for.
    notes : list of str
        What it does not, and the user should know.
    """

    path: str
    kind: str
    names: list
    rows: list
    total: int
    size: int = 0
    is_whole: bool = True
    is_counted: bool = True
    settings: dict = field(default_factory=dict)
    sheet: str | None = None
    types: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def name(self):
        """What messages call it."""
        return f"{self.path}, sheet {self.sheet}" if self.sheet else self.path


def read_samples(transactions):
    """Read a sample of each file, sheet or table of a log.

    Parameters
    ----------
    transactions : str
        What the setting says, relative to the working folder.

    Returns
    -------
    samples : list of Sample
    problems : list of str
        A sentence for each file that cannot be read.
    unopened : list of str
        Workbooks that were left closed to save time.

    Raises
    ------
    IngestError
        If there is no such file or table, or not one row can be read.
    """
    if table := table_of(transactions):
        names, rows, total, types = sample_table(table, MOST_ROWS)
        rows = [_texts(row) for row in rows]
        is_whole = len(rows) == total
        sample = Sample(table.label, "", names, rows, total, is_whole=is_whole, types=types)
        samples, problems, unopened = [sample], [], []
    else:
        samples, problems, unopened = _of_files(files_of(transactions, "."))
    if not any(sample.rows for sample in samples):
        problems += [problem for sample in samples for problem in sample.problems]
        nothing = f"No data: {transactions} has not a single row; expected a header and rows."
        raise IngestError(problems[0] if problems else nothing)
    return samples, problems, unopened


def _of_files(paths):
    most_rows = max(MOST_ROWS // len(paths), LEAST_ROWS)
    least, most = BYTES_OF_A_FILE
    most_bytes = min(max(MOST_BYTES // len(paths), least), most)
    most_lines = MOST_LINES // len(paths)
    samples, problems, unopened = [], [], []
    in_workbooks = 0
    for path in paths:
        try:
            kind = kinds.kind_of(path)
            if kind == kinds.PARQUET:
                samples.append(_of_parquet(path, most_rows))
            elif kind == kinds.WORKBOOK:
                if in_workbooks and in_workbooks + os.path.getsize(path) > MOST_WORKBOOK_BYTES:
                    unopened.append(path)
                    continue
                in_workbooks += os.path.getsize(path)
                samples += _of_workbook(path, most_rows)
            elif kind == kinds.JSON_LINES:
                samples.append(_of_json_lines(path, most_rows, most_bytes))
            else:
                samples.append(_of_csv(path, most_rows, most_bytes, most_lines))
        except IngestError as error:
            problems.append(str(error))
        except (duckdb.Error, python_calamine.CalamineError, csv.Error, EOFError, OSError,
                ValueError) as error:  # fmt: skip
            problem = str(error).splitlines()[0].removeprefix("Invalid Input Error: ")
            problems.append(f"{path} cannot be read: {problem}; deliver it again or leave it out.")
    return samples, problems, unopened


def _of_parquet(path, most_rows):
    with duckdb.connect() as connection:
        names, rows, total, types = ends_of(connection, reading_parquet(path), most_rows)
    rows = [_texts(row) for row in rows]
    size, is_whole = os.path.getsize(path), len(rows) == total
    return Sample(path, kinds.PARQUET, names, rows, total, size, is_whole, types=types)


def _of_workbook(path, most_rows):
    with python_calamine.load_workbook(path) as workbook:
        shown, hidden = shown_and_hidden(workbook)
        sheets = [
            (name, sheet) for name in shown if has_cells(sheet := workbook.get_sheet_by_name(name))
        ]
    if not sheets:
        raise IngestError(f"No data: no sheet of {path} has a cell; leave it out.")
    for name, sheet in sheets:
        label = f"{path}, sheet {name}"
        filled = (row for row in sheet.iter_rows() if any(cell != "" for cell in row))
        header = [text_of(cell, ".").strip() for cell in next(filled)]
        named = [place for place, column in enumerate(header) if column]
        names = [header[place] for place in named]
        refuse_repeated(names, label)
        ends, total = _ends(filled, max(most_rows // len(sheets), LEAST_ROWS))
        widest = max((sum(cell != "" for cell in row) for row in ends), default=0)
        rows = [_texts([text_of(row[place], ".") for place in named]) for row in ends]
        size = os.path.getsize(path) if name == sheets[0][0] else 0
        is_whole = len(rows) == total
        sample = Sample(path, kinds.WORKBOOK, names, rows, total, size, is_whole, sheet=name)
        if hidden and name == sheets[0][0]:
            sample.notes.append(left_out(path, hidden))
        # Columns without a name are left out; a title is a header of hardly any.
        if 2 * len(names) <= widest:
            cells = [[text for cell in row if (text := text_of(cell, "."))] for row in ends]
            if problem := _problem_with_header(label, names, cells):
                sample.problems.append(problem)
        yield sample


def _of_json_lines(path, most_rows, most_bytes):
    content, size, is_whole = _beginning(path, most_bytes)
    lines = content.splitlines() if is_whole else content.splitlines()[:-1]  # may be cut off
    objects = list(json_lines.objects_of(lines, path))
    total = len(objects) if is_whole else round(len(lines) / len(content) * size)
    if not (is_whole or path.endswith(".gz")):
        end = _end(path, len(content), most_bytes // 2).splitlines()
        objects += json_lines.objects_of(end, f"{path}, near its end")
    ends, found = _ends(iter(objects), most_rows)
    keys = list(dict.fromkeys(key for line in ends for key in line))
    rows = [_texts([json_lines.text_of(line.get(key), ".") for key in keys]) for line in ends]
    return Sample(
        *(path, kinds.JSON_LINES, names_of(keys, path), rows, max(total, found)),
        size=os.path.getsize(path),
        is_whole=is_whole and len(ends) == found,
        is_counted=is_whole,
    )


def _of_csv(path, most_rows, most_bytes, most_lines):
    content, size, is_whole = _beginning(path, most_bytes)
    encoding = encoding_of(content, is_whole)
    _refuse_what_is_no_text(path, content, encoding)
    end, beyond_ascii = b"", content
    if not (is_whole or path.endswith(".gz") or encoding == "utf-16"):
        end = _end(path, len(content), most_bytes // 2)
    if content.isascii():
        beyond_ascii = b"" if is_whole else _line_beyond_ascii(path, most_lines)
        encoding = encoding_of(beyond_ascii)
    text = _decoded(content, encoding)
    if not text.strip():
        raise IngestError(f"No data: {path} is empty; expected a header and rows.")
    delimiter = delimiter_of(text.splitlines()[:200])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = names_of(next(reader), path)
    sample = Sample(path, kinds.CSV, names, [], 0, os.path.getsize(path), is_counted=is_whole)
    sample.settings = {"delimiter": delimiter}
    if beyond_ascii:
        sample.settings["encoding"] = encoding
    if is_whole:
        rows, sample.total = _ends((row for row in reader if row), most_rows)
        sample.is_whole = len(rows) == sample.total
    else:
        rows = list(itertools.islice(reader, most_rows // 2 + 1))[:-1]  # The last may be cut off.
        sample.total = max(round(content.count(b"\n") / len(content) * size), len(rows))
        sample.is_whole = False
        last = list(csv.reader(io.StringIO(_decoded(end, encoding)), delimiter=delimiter))
        # What begins within a quoted text reads as something else.
        if sum(len(row) == len(names) for row in last) > 0.99 * len(last):
            rows += last[-(most_rows // 2) :]
    sample.rows = [_texts(row) for row in rows if len(row) == len(names)]
    if encoding == "cp1252" and not _is_cp1252(content + end):
        sample.problems.append(
            f"{path} is neither utf-8 nor cp1252: set encoding to how it was written."
        )
    if problem := _problem_with_header(path, names, rows):
        sample.problems.append(problem)
    elif broken := sum(len(row) not in (0, len(names)) for row in rows):
        sample.problems.append(
            f"{broken:,} {'row' if broken == 1 else 'rows'} of {path} "
            f"{'has' if broken == 1 else 'have'} more or fewer columns than the header: mend them."
        )
    return sample


def _problem_with_header(path, names, rows):
    """Say where the header is, if it is not the first line."""
    widths = Counter(len(row) for row in rows if row)
    usual = max(widths, key=widths.get, default=len(names))
    if len(names) < usual and 2 * widths[usual] > len(rows):
        header = next(row for row in rows if len(row) == usual)
        return (
            f"The first line of {path} has {len(names)} of the {usual} columns that most have: "
            f"remove what stands before the header, perhaps {', '.join(header)[:100]!r}."
        )
    values = [
        name for name in names if number_of(name, ".", "") is not None or date_formats_of([name])
    ]
    if 2 * len(values) >= len(names) > 1:
        return f"The first line of {path} has values, no names: put a header before it."
    return None


def _beginning(path, most_bytes):
    """Read the first bytes, how many there are about in all, and whether these are all."""
    with open(path, "rb") as file:
        if not path.endswith(".gz"):
            content = file.read(most_bytes)
            size = os.path.getsize(path)
            return content, size, len(content) == size
        content = gzip.GzipFile(fileobj=file).read(most_bytes)
        # The ratio of what was read stands for the rest.
        size = len(content) * os.path.getsize(path) / max(file.tell(), 1)
        return content, size, len(content) < most_bytes


def _end(path, start, most_bytes):
    with open(path, "rb") as file:
        place = max(start, os.path.getsize(path) - most_bytes)
        file.seek(place)
        # The first line is hardly ever whole.
        return file.read().partition(b"\n")[2]


def _line_beyond_ascii(path, most_lines):
    """Find a line that tells the encoding, in what is long and has none at its beginning."""
    with open_bytes(path) as file:
        lines = itertools.islice(file, most_lines)
        return next((line for line in lines if not line.isascii()), b"")


def _refuse_what_is_no_text(path, content, encoding):
    others = content.translate(None, CONTROLS)
    if encoding != "utf-16" and len(content) - len(others) > 0.001 * len(content):
        raise IngestError(
            f"{path} is neither text, Parquet nor a workbook: leave it out, export it as CSV, or "
            "name a table of a database, as sqlite:shop.db:lines."
        )


def _decoded(content, encoding):
    return content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")


def _is_cp1252(content):
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _ends(rows, most_rows):
    """Give the first and the last rows, all if there are no more, and how many there are."""
    first = list(itertools.islice(rows, most_rows // 2))
    last = deque(maxlen=most_rows - len(first))
    total = len(first)
    for row in rows:
        total += 1
        last.append(row)
    return first + list(last), total


def _texts(row):
    return [(text or "").strip(BLANKS) for text in row]
