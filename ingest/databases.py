"""A table in a DuckDB, SQLite or PostgreSQL database as a log."""

import contextlib
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.errors import IngestError
from ingest.quoting import literal, quoted
from ingest.scratch import write_parquet
from ingest.spreadsheets import text_of


@dataclass(frozen=True)
class Table:
    """A table and where it is.

    Attributes
    ----------
    kind : str
        `duckdb`, `sqlite` or `postgresql`.
    path : str
        The database's file; empty for PostgreSQL, which an environment variable names.
    table : str
        Name of the table or view, with its schema where it has one.
    """

    kind: str
    path: str
    table: str

    @property
    def label(self):
        """By which messages and `source_file` name it."""
        return f"{self.path or 'PostgreSQL'}, table {self.table}"

    @property
    def setting(self):
        """What the setting `transactions` says for it."""
        return ":".join(part for part in (self.kind, self.path, self.table) if part)


def table_of(transactions, folder="."):
    """Read the setting `transactions` as a table.

    Parameters
    ----------
    transactions : str
        Such as `duckdb:shop.duckdb:main.lines`, `sqlite:shop.db:lines` or
        `postgresql:public.lines`.
    folder : path
        That a relative path starts from.

    Returns
    -------
    Table or None
        None where the setting names files.

    Examples
    --------
    >>> table_of("duckdb:shop.duckdb:main.lines", "/data")
    Table(kind='duckdb', path='/data/shop.duckdb', table='main.lines')
    >>> table_of("postgresql:public.lines").label
    'PostgreSQL, table public.lines'
    >>> table_of("exports/*.csv")
    """
    if found := re.fullmatch(r"postgres(?:ql)?:(.+)", transactions):
        return Table("postgresql", "", found[1])
    if found := re.fullmatch(r"(duckdb|sqlite):(.+):([^:/]+)", transactions):
        kind, path, table = found.groups()
        return Table(kind, str(Path(folder) / path), table)
    return None


def read_table(table, settings):
    """Copy a table into a Parquet file.

    Parameters
    ----------
    table : Table
    settings : ingest.transactions.Settings

    Returns
    -------
    parquet : str
        Path of the file. Values of DuckDB keep their types, others become the texts that a CSV
        export would have; bytes that are no text, their hexadecimal digits.

    Raises
    ------
    IngestError
        If there is no such database or table.
    """
    if table.kind == "postgresql":
        from ingest import postgres  # takes a fifth of a second to import

        return postgres.read_table(table, settings)
    reader = _duckdb_as_parquet if table.kind == "duckdb" else _sqlite_as_parquet
    with _told_in_a_sentence(table):
        return reader(table, settings)


def sample_table(table, most_rows):
    """Read the first and the last rows of a table, and change nothing.

    Parameters
    ----------
    table : Table
    most_rows : int

    Returns
    -------
    names : list of str
    rows : list of sequence of (str or None)
        As texts.
    total : int
        How many rows the table has.
    types : dict of str to str
        SQL types of the columns, where the database holds to them.

    Raises
    ------
    IngestError
        If there is no such database or table.
    """
    if table.kind == "postgresql":
        from ingest import postgres  # takes a fifth of a second to import

        return postgres.sample_table(table, most_rows)
    with _told_in_a_sentence(table):
        if table.kind == "sqlite":
            return _sqlite_sample(table, most_rows)
        with duckdb.connect(table.path, read_only=True) as connection:
            return ends_of(connection, _in_duckdb(table), most_rows)


@contextlib.contextmanager
def _told_in_a_sentence(table):
    if not Path(table.path).is_file():
        raise IngestError(
            f"There is no database {table.path}; set transactions to kind:path:table, such as "
            "duckdb:shop.duckdb:main.lines or sqlite:shop.db:lines."
        )
    try:
        yield
    except (duckdb.Error, sqlite3.Error) as error:
        raise IngestError(
            f"{table.label} cannot be read ({str(error).splitlines()[0]}); set transactions to "
            f"{table.kind}:path:table with a table of a database that no other program writes to."
        ) from error


def _duckdb_as_parquet(table, settings):
    parquet = Path(settings.scratch_folder) / "table.parquet"
    parquet.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(table.path, read_only=True) as connection:
        connection.execute(
            f"copy (from {_in_duckdb(table)}) to {literal(parquet)} (format parquet)"
        )
    return str(parquet)


def _in_duckdb(table):
    return ".".join(quoted(part) for part in table.table.split("."))


def ends_of(connection, relation, most_rows):
    """Read the first and the last rows of a relation of DuckDB.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    relation : str
        SQL that it is read by.
    most_rows : int

    Returns
    -------
    names, rows, total, types
        As of `sample_table`.
    """
    # Else a time with a zone would be shown by the machine's clock.
    connection.execute("set TimeZone = 'UTC'")
    types = dict(
        described[:2] for described in connection.execute(f"describe from {relation}").fetchall()
    )
    (total,) = connection.execute(f"select count(*) from {relation}").fetchone()
    rows = []
    for limit, offset in _pieces(total, most_rows):
        rows += connection.execute(
            "select columns(*)::varchar "
            f"from (select * from {relation} limit {limit} offset {offset})"
        ).fetchall()
    return list(types), rows, total, types


def _pieces(total, most_rows):
    """Limit and offset of the first and of the last rows, of all if there are no more."""
    first = min(most_rows // 2, total)
    last = min(most_rows - first, total - first)
    return (first, 0), (last, total - last)


def _opened_sqlite(table):
    uri = f"{Path(table.path).resolve().as_uri()}?mode=ro"
    return contextlib.closing(sqlite3.connect(uri, uri=True))


def _sqlite_sample(table, most_rows):
    rows = []
    with _opened_sqlite(table) as connection:
        (total,) = connection.execute(f"select count(*) from {quoted(table.table)}").fetchone()
        for piece in _pieces(total, most_rows):
            cursor = connection.execute(
                f"select * from {quoted(table.table)} limit ? offset ?", piece
            )
            names = [column[0] for column in cursor.description]
            rows += [_texts(row, ".") for row in cursor]
    return names, rows, total, {}


def _texts(row, decimal_separator):
    return [_text(value, decimal_separator) for value in row]


def _text(value, decimal_separator):
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.hex()
    return text_of(value, decimal_separator)


def _sqlite_as_parquet(table, settings):
    with _opened_sqlite(table) as connection:
        cursor = connection.execute(f"select * from {quoted(table.table)}")
        names = [column[0] for column in cursor.description]
        rows = (_texts(row, settings.decimal_separator) for row in cursor)
        return write_parquet(names, rows, settings.scratch_folder, table.label)
