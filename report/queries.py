"""What the report asks the published tables: one file in `queries` for each question."""

import re
from pathlib import Path

QUERIES = {
    path.stem: path.read_text(encoding="utf-8").strip()
    for path in sorted((Path(__file__).parent / "queries").glob("*.sql"))
}


def tables(query):
    """Tables that a query reads.

    >>> sorted(tables("with b as (select * from a) select * from b inner join c using (id)"))
    ['a', 'c']
    """
    read = re.findall(r"\b(?:from|join)\s+(\w+)", query)
    return set(read) - set(re.findall(r"\b(\w+) as \(", query))


def answers(connection):
    """Answer every query whose tables are there.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        To the published tables.

    Returns
    -------
    dict of str to pandas.DataFrame
        By name of the query; queries of absent tables have no entry, those without rows neither.
    """
    found = connection.execute("select table_name from duckdb_tables()").fetchall()
    present = {name for (name,) in found}
    answered = {}
    for name, query in QUERIES.items():
        if tables(query) <= present:
            rows = connection.execute(query).df()
            if len(rows):
                answered[name] = _with_plain_nulls(rows)
    return answered


def _with_plain_nulls(rows):
    """Make nulls NaN or None: pandas' own NA is neither true nor false."""
    for column, kind in rows.dtypes.items():
        if kind.name in ("Int8", "Int16", "Int32", "Int64"):
            rows[column] = rows[column].astype("float64")
        elif kind.name == "boolean":
            rows[column] = rows[column].astype(object).where(rows[column].notna(), None)
    return rows
