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
        export would have.

    Raises
    ------
    IngestError
        If there is no such database or table.
    """
    if table.kind == "postgresql":
        from ingest import postgres  # takes a fifth of a second to import

        return postgres.read_table(table, settings)
    if not Path(table.path).is_file():
        raise IngestError(
            f"There is no database {table.path}; set transactions to kind:path:table, such as "
            "duckdb:shop.duckdb:main.lines or sqlite:shop.db:lines."
        )
    reader = _duckdb_as_parquet if table.kind == "duckdb" else _sqlite_as_parquet
    try:
        return reader(table, settings)
    except (duckdb.Error, sqlite3.Error) as error:
        raise IngestError(
            f"{table.label} cannot be read ({str(error).splitlines()[0]}); set transactions to "
            f"{table.kind}:path:table with a table of a database that no other program writes to."
        ) from error


def _duckdb_as_parquet(table, settings):
    parquet = Path(settings.scratch_folder) / "table.parquet"
    parquet.parent.mkdir(parents=True, exist_ok=True)
    name = ".".join(quoted(part) for part in table.table.split("."))
    with duckdb.connect(table.path, read_only=True) as connection:
        connection.execute(f"copy (from {name}) to {literal(parquet)} (format parquet)")
    return str(parquet)


def _sqlite_as_parquet(table, settings):
    uri = f"{Path(table.path).resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        cursor = connection.execute(f"select * from {quoted(table.table)}")
        names = [column[0] for column in cursor.description]
        rows = (
            ["" if value is None else text_of(value, settings.decimal_separator) for value in row]
            for row in cursor
        )
        return write_parquet(names, rows, settings, table.label)
