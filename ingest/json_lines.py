"""Lines of JSON as the texts that a CSV export would have: a build guesses no types."""

import json

from ingest.errors import IngestError


class Number(str):
    """A number as JSON writes it."""


def read_json_lines(path, columns_of_numbers, decimal_separator):
    r"""Read an object of each line.

    Parameters
    ----------
    path : path
        The file.
    columns_of_numbers : collection of str
        Columns whose numbers are read in the notation of the settings.
    decimal_separator : str
        That notation's: JSON itself knows the point alone.

    Returns
    -------
    names : list of str
        What any of the objects has, in the order of the file.
    rows : list of list of str
        The texts of each line; empty where it has none.

    Raises
    ------
    IngestError
        If a line is no object, or there is none.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "orders.jsonl")
    ...     lines = '{"id": "007", "price": 2.50}\n{"id": 1.50, "at": null, "price": "2,5"}\n'
    ...     _ = path.write_text(lines)
    ...     read_json_lines(path, ["price"], ",")
    (['id', 'price', 'at'], [['007', '2,50', ''], ['1.50', '2,5', '']])
    """
    lines = []
    try:
        # Some programs begin files in UTF-8 with a mark of it.
        with open(path, encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    lines.append(_object_in(line, f"{path}, line {number}"))
    except UnicodeDecodeError as error:
        raise IngestError(f"{path} is not UTF-8, as JSON is: export it again.") from error
    if not lines:
        raise IngestError(f"No data: {path} has not a single line; expected an object on each.")
    names = list(dict.fromkeys(name for line in lines for name in line))

    def text_of(name, value):
        if isinstance(value, Number) and name in columns_of_numbers:
            return value.replace(".", decimal_separator)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    return names, [[text_of(name, line.get(name)) for name in names] for line in lines]


def _object_in(line, place):
    try:
        found = json.loads(line, parse_int=Number, parse_float=Number, parse_constant=Number)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise IngestError(
            f"{place} is no object of JSON; expected one on each line, such as "
            '{"InvoiceNo": "536365", "Quantity": 6}: export lines of JSON, or CSV.'
        )
    return found
