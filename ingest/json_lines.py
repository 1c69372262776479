"""Lines of JSON as the texts that a CSV export would have: a build guesses no types."""

import json

from ingest.errors import IngestError
from ingest.headers import names_of
from ingest.packed import UNREADABLE, open_bytes, unreadable
from ingest.scratch import write_parquet


class Number(str):
    """A number as JSON writes it."""


def read_json_lines(path, settings):
    """Write the objects of a file, one on each line, as a Parquet file of texts.

    The file is read twice, so that it need not fit in memory: any line may have a name of its own.

    Parameters
    ----------
    path : str
        The file, perhaps compressed by gzip.
    settings : ingest.transactions.Settings
        Its `decimal_separator` is what numbers of quantities and prices are written with, beside
        texts that have it.

    Returns
    -------
    names : list of str
        What any of the objects has, in the order of the file.
    parquet : str
        Path of the Parquet file.

    Raises
    ------
    IngestError
        If a line is no object, or none has a value.
    """
    keys = list(dict.fromkeys(key for line in objects_of(lines_of(path), path) for key in line))
    if not keys:
        raise IngestError(f"No data: {path} has lines of JSON without a value; export it again.")
    names = names_of(keys, path)
    of_numbers = {settings.columns[column] for column in ("quantity", "unit_price", "line_total")}
    separators = [settings.decimal_separator if name in of_numbers else "." for name in names]
    rows = (
        [text_of(line.get(key), mark) for key, mark in zip(keys, separators, strict=True)]
        for line in objects_of(lines_of(path), path)
    )
    try:
        return names, write_parquet(names, rows, settings.scratch_folder, path)
    except UnicodeEncodeError as error:
        raise IngestError(
            f"{path} holds text that is no Unicode ({error.reason}); expected whole letters: "
            "export it again."
        ) from error


def lines_of(path):
    """Read a file line by line.

    Parameters
    ----------
    path : str

    Yields
    ------
    bytes

    Raises
    ------
    IngestError
        If it cannot be read to its end.
    """
    try:
        with open_bytes(path) as file:
            yield from file
    except UNREADABLE as error:
        raise unreadable(path, error) from error


def objects_of(lines, path):
    r"""Read the object on each line that is not empty.

    Parameters
    ----------
    lines : iterable of bytes
        In UTF-8, as JSON is.
    path : str
        What messages name.

    Yields
    ------
    dict of str to value
        Numbers as they are written.

    Raises
    ------
    IngestError
        If a line is no object.

    Examples
    --------
    >>> list(objects_of([b'\xef\xbb\xbf{"id": "007", "price": 2.50}\n', b"\n"], "log.jsonl"))
    [{'id': '007', 'price': '2.50'}]
    """
    for number, line in enumerate(lines, 1):
        # Some programs begin files in UTF-8 with a mark of it.
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield _object_in(line, f"{path}, line {number}")


def _object_in(line, place):
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise IngestError(f"{place} is not UTF-8, as JSON is: export it again.") from error
    try:
        found = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise IngestError(
            f"{place} is no object of JSON; expected one on each line, such as "
            '{"InvoiceNo": "536365", "Quantity": 6}: export lines of JSON, or CSV.'
        )
    return found


def text_of(value, decimal_separator):
    """Turn a value into the text that a CSV export would have.

    Parameters
    ----------
    value : str, Number, bool, list, dict or None
    decimal_separator : str
        What numbers are written with: JSON itself knows the point alone.

    Returns
    -------
    str
        Empty where there is none.

    Examples
    --------
    >>> [text_of(value, ",") for value in (Number("2.50"), "2.50", None, True, ["A"])]
    ['2,50', '2.50', '', 'true', '["A"]']
    """
    if isinstance(value, Number):
        return value.replace(".", decimal_separator)
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
