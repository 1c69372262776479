"""CSV files: their header, their encoding, and what is wrong with those that are broken."""

import codecs
import csv
import glob
import gzip
import hashlib
import re
from pathlib import Path

from ingest.errors import IngestError, first_sentence
from ingest.headers import names_of
from ingest.packed import UNREADABLE, open_bytes, unreadable
from ingest.quoting import literal


def open_csv(path, settings, warnings):
    """Give the SQL that reads a CSV file, and the types of its columns, all of them text.

    Parameters
    ----------
    path : str
    settings : ingest.transactions.Settings
        How it is written; what is no UTF-8 is copied into the scratch folder.
    warnings : list of str
        Gets what the user should know about it.

    Returns
    -------
    str
    dict of str to str

    Raises
    ------
    IngestError
        If its header or its encoding cannot be read.
    """
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
        raise unreadable(path, error) from error
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
    if re.fullmatch("sep=.?", header[0], re.IGNORECASE):
        raise IngestError(
            f"The first line of {path} is {settings.delimiter.join(header)!r}, which tells a "
            "spreadsheet the delimiter; expected the header there: remove that line."
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
        raise unreadable(path, error) from error
    return str(copy)


def _is_really_utf8(path):
    """Whether a file has letters beyond ASCII, all of them written in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    try:
        with open_bytes(path) as file:
            while chunk := file.read(1 << 20):
                is_ascii &= decoder.decode(chunk).isascii()
    except UnicodeDecodeError:
        return False
    except UNREADABLE as error:
        raise unreadable(path, error) from error
    return not is_ascii


def broken(path, settings, message):
    """Turn what DuckDB says of a file that it cannot read into a sentence.

    Parameters
    ----------
    path : str
    settings : ingest.transactions.Settings
        How it was to be read.
    message : str
        DuckDB's.

    Returns
    -------
    IngestError
    """
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
    return IngestError(f"{place} cannot be read: {first_sentence(message)}")


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


def _wrong_encoding(path, settings, line):
    return IngestError(
        f"{path}, near line {line}: bytes that are not {settings.encoding}; set encoding to how "
        "the file was written, often cp1252."
    )
