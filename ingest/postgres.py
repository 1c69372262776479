"""PostgreSQL: connections whose addresses no message repeats, and a table as a log."""

import contextlib
import os
import re

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from ingest.errors import IngestError
from ingest.scratch import write_parquet

CONNECTION = "DBT_ENV_SECRET_TRANSACTIONS"

# The library's own words repeat what it took for host, user or database: in a connection string
# with a slip in it, that may be a piece of the password.
CAUSES = {
    "refused": "no server listens there",
    "authentication failed|no password supplied|pg_hba": "the server does not let this user in",
    "resolve host|translate host": "no host has this name",
    "database .* does not exist": "the server has no such database",
    "role .* does not exist": "the server has no such user",
    "timeout|timed out": "nothing answers there",
    "SSL|certificate": "it is not encrypted as one of the two sides demands",
}
NUMBERS = ("numeric", "float4", "float8")


class NoConnectionError(Exception):
    """There is no connection; the message is a clause that says why, without the address."""


def connect(variable):
    """Connect to the server that an environment variable names.

    Parameters
    ----------
    variable : str
        Holds a connection string; one named DBT_ENV_SECRET_ is kept out of logs by dbt too.

    Returns
    -------
    psycopg.Connection
        With a transaction that begins with its first statement.

    Raises
    ------
    NoConnectionError
        If there is no connection.
    """
    try:
        parameters = conninfo_to_dict(os.environ.get(variable, ""))
    except psycopg.Error:
        raise NoConnectionError(
            f"{variable} is not a connection string such as postgresql://user:password@host/name"
        ) from None
    if not parameters:
        raise NoConnectionError(f"the environment variable {variable} is not set")
    defaults = {"connect_timeout": 10, "application_name": "segmentation"}
    try:
        return psycopg.connect(**{**defaults, **parameters, "client_encoding": "utf8"})
    except psycopg.Error as error:
        raise NoConnectionError(
            f"with {variable} there is no connection: {_cause(error)}"
        ) from None


def _cause(error):
    for pattern, cause in CAUSES.items():
        if re.search(pattern, str(error)):
            return cause
    return "the server's log may say why"


def first_sentence(error):
    """Give what a server said went wrong.

    Parameters
    ----------
    error : psycopg.Error

    Returns
    -------
    str
        Its first line, without the statement.
    """
    return error.diag.message_primary or "the connection was lost"


def read_table(table, settings):
    """Copy a table into a Parquet file of the texts that a CSV export would have.

    Parameters
    ----------
    table : ingest.databases.Table
    settings : ingest.transactions.Settings

    Returns
    -------
    parquet : str
        Path of the file. Its rows are in one order, whichever the server gives them in.

    Raises
    ------
    IngestError
        If there is no connection or no such table.
    """
    with _opened(table) as connection:
        name = _name_of(table)
        columns = _columns_of(connection, name)
        texts = [_text_of(column, settings.decimal_separator) for column in columns]
        query = sql.SQL("copy (select {} from {} order by {}) to stdout").format(
            sql.SQL(", ").join(texts),
            name,
            sql.SQL(", ").join(map(sql.Literal, range(1, len(texts) + 1))),
        )
        with connection.cursor().copy(query) as rows:
            return write_parquet(
                [column.name for column in columns],
                rows.rows(),
                settings.scratch_folder,
                table.label,
            )


def sample_table(table, most_rows):
    """Read some rows of a table, and change nothing.

    Parameters
    ----------
    table : ingest.databases.Table
    most_rows : int

    Returns
    -------
    names, rows, total, types
        As of `ingest.databases.sample_table`.

    Raises
    ------
    IngestError
        If there is no connection or no such table.
    """
    with _opened(table) as connection:
        name = _name_of(table)
        columns = _columns_of(connection, name)
        (total,) = connection.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
        # A table has no order: one pass numbers its rows, so that none is read twice.
        place = sql.Identifier("place in the table")
        query = sql.SQL(
            "select {} from (select *, row_number() over () as {place} from {}) as numbered "
            "where {place} <= {} or {place} > {}"
        ).format(
            sql.SQL(", ").join(_text_of(column, ".") for column in columns),
            name,
            most_rows // 2,
            total - (most_rows - most_rows // 2),
            place=place,
        )
        rows = connection.execute(query).fetchall()
    return [column.name for column in columns], rows, total, {}


@contextlib.contextmanager
def _opened(table):
    if "/" in table.table:
        raise IngestError(
            "The setting transactions is a connection string, which logs would show; set it to "
            f"postgresql:schema.table and {CONNECTION} to the connection string."
        )
    try:
        with connect(CONNECTION) as connection:
            connection.read_only = True
            connection.execute("set local time zone 'UTC'; set local datestyle to 'ISO'")
            yield connection
    except NoConnectionError as error:
        raise IngestError(
            f"{table.label} cannot be read: {error}; set {CONNECTION} to the connection string of "
            "the database that has the table."
        ) from None
    except psycopg.Error as error:
        raise IngestError(
            f"{table.label} cannot be read ({first_sentence(error)}); set transactions to "
            "postgresql:schema.table with a table or view that the user may select from."
        ) from error


def _name_of(table):
    return sql.Identifier(*table.table.split("."))


def _columns_of(connection, name):
    return connection.execute(sql.SQL("select * from {} limit 0").format(name)).description


def _text_of(column, decimal_separator):
    text = sql.SQL('cast({} as text) collate "C"').format(sql.Identifier(column.name))
    if column.type_display.split("(")[0] in NUMBERS:
        return sql.SQL("replace({}, '.', {})").format(text, sql.Literal(decimal_separator))
    return text
