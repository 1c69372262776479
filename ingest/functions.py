"""Functions of Python that SQL calls, from JSON to JSON, for the macro `call_plugin`.

DuckDB asks of whatever Python gives it whether that is one of pandas' kinds of null, and imports
pandas to know, which takes a tenth of a small build. So the functions give it null, and what they
answer lies in a file beside the warehouse, which one process at a time has open, until dbt ends.
"""

import atexit
import json
from functools import partial
from pathlib import Path

from ingest.quoting import literal


def offer(connection, warehouse, *functions):
    """Register functions on a connection, each under its own name.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where SQL calls them.
    warehouse : path
        The connection's file.
    *functions : callable
        From what JSON says to what JSON can say.
    """
    answer = _answer_beside(warehouse)
    atexit.register(answer.unlink, missing_ok=True)
    for function in functions:
        connection.create_function(
            function.__name__,
            partial(_answer, answer, function),
            ["VARCHAR"],
            "VARCHAR",
            null_handling="special",
            side_effects=True,
        )


def _answer(answer, function, given):
    answer.write_text(json.dumps(function(json.loads(given))), encoding="utf-8")


def point_to_answers(cursor, warehouse):
    """Let SQL know by the variable `answer` where the last answer lies."""
    cursor.execute(f"set variable answer = {literal(_answer_beside(warehouse))}")


def _answer_beside(warehouse):
    return Path(f"{warehouse}.answer").absolute()
