"""A warehouse as dbt sees it: the file of the steps, and beside it the file of the marts."""

import duckdb

from ingest.quoting import literal, quoted

# Of the file of the marts, as profiles.yml has it: dbt would refuse a file of a newer one.
STORAGE_VERSION = "v1.0.0"


def open_warehouse(warehouse, read_only=True):
    """Connect to both files of a warehouse; tables of either have plain names.

    Parameters
    ----------
    warehouse : path
        The file of the steps; that of the marts has the same name with `.marts` after it.
    read_only : bool
        Whether neither is changed nor made.

    Returns
    -------
    DuckDBPyConnection
        To be closed.

    Raises
    ------
    duckdb.IOException
        If a file is missing and must not be made, or another process has it open for writing.
    """
    connection = duckdb.connect(warehouse, read_only=read_only)
    ((steps,),) = connection.execute("select current_database()").fetchall()
    connection.execute(
        f"attach if not exists {literal(f'{warehouse}.marts')} as marts"
        + (" (read_only)" if read_only else f" (storage_version {literal(STORAGE_VERSION)})")
    )
    # Marts first: a warehouse of an earlier version has older ones among its steps.
    connection.execute(f"set search_path = {literal(f'marts.main,{quoted(steps)}.main')}")
    return connection
