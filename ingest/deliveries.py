"""The files of a log, each with the SQL that reads it."""

import glob
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ingest import kinds
from ingest.csv_files import open_csv
from ingest.errors import IngestError, first_sentence
from ingest.json_lines import read_json_lines
from ingest.quoting import literal, quoted
from ingest.spreadsheets import read_sheets

ZONED = "TIMESTAMP WITH TIME ZONE"


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
            "set transactions to a file (CSV, Parquet, lines of JSON, a workbook) or a glob, or to "
            "a table as kind:path:table, such as sqlite:shop.db:lines."
        )
    return found


def deliveries_of(paths, settings, warnings):
    """Tell how each file of a log is read, by what it begins with.

    Parameters
    ----------
    paths : list of str
        The files.
    settings : ingest.transactions.Settings
        How they are written.
    warnings : list of str
        Gets what the user should know about them.

    Yields
    ------
    Delivery
        One for each file, or sheet of a workbook that holds a part of the log.

    Raises
    ------
    IngestError
        If a file is broken, empty, or of a kind that is no table.
    """
    for path in paths:
        kind = kinds.kind_of(path)
        if kind == kinds.PARQUET:
            yield Delivery(path, *parquet(path), is_parsed=False)
        elif kind == kinds.WORKBOOK:
            for label, names, copy in read_sheets(path, settings, warnings):
                yield Delivery(label, *_texts(names, copy), is_parsed=True, is_sheet=True)
        elif kind == kinds.JSON_LINES:
            yield Delivery(path, *_texts(*read_json_lines(path, settings)), is_parsed=True)
        else:
            yield Delivery(path, *open_csv(path, settings, warnings), is_parsed=True)


def _texts(names, copy):
    return reading_parquet(copy), dict.fromkeys(names, "VARCHAR")


def reading_parquet(path):
    """Give the SQL that reads a Parquet file as it is.

    Parameters
    ----------
    path : str

    Returns
    -------
    str
    """
    # Some software writes text as bytes, and says nowhere that it is text.
    return f"read_parquet({literal(glob.escape(path))}, binary_as_string = true)"


def with_times_of_day(delivery, day, day_and_time):
    """Give a delivery whose days have the time of day that another column has.

    Parameters
    ----------
    delivery : Delivery
    day : str
        The column of days.
    day_and_time : str
        SQL that reads both as one text.

    Returns
    -------
    Delivery
    """
    relation = f"(select * replace ({day_and_time} as {quoted(day)}) from {delivery.relation})"
    return replace(delivery, relation=relation, types=delivery.types | {day: "VARCHAR"})


def parquet(path):
    """Give the SQL that reads a Parquet file, and the types of its columns.

    Parameters
    ----------
    path : str

    Returns
    -------
    str
    dict of str to str

    Raises
    ------
    IngestError
        If it is no whole Parquet file.
    """
    relation = reading_parquet(path)
    try:
        with duckdb.connect() as connection:
            described = connection.execute(f"describe select * from {relation}").fetchall()
    except duckdb.Error as error:
        raise IngestError(
            f"{path} is not a whole Parquet file ({first_sentence(error)}); "
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
