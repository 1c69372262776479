"""Functions of Python that SQL calls, from JSON to JSON, for the macro `call_plugin`.

DuckDB asks of whatever Python gives it whether that is one of pandas' kinds of null, and imports
pandas to know, which takes a tenth of a small build. So the functions give it null, and what they
answer lies in a file beside the warehouse, which one process at a time has open, until dbt ends.
"""

import atexit
import json
from pathlib import Path

from ingest.quoting import literal


def offer(connection, function, warehouse):
    """Register a function on a connection, under its own name.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where SQL calls it.
    function : callable
        From what JSON says to what JSON can say.
    warehouse : path
        The connection's file.
    """
    answer = _answer_beside(warehouse)
    atexit.register(answer.unlink, missing_ok=True)

    def answering(given):
        answer.write_text(json.dumps(function(json.loads(given))), encoding="utf-8")

    connection.create_function(
        function.__name__,
        answering,
        ["VARCHAR"],
        "VARCHAR",
        null_handling="special",
        side_effects=True,
    )


def point_to_answers(cursor, warehouse):
    """Let SQL know by the variable `answer` where the last answer lies."""
    cursor.execute(f"set variable answer = {literal(_answer_beside(warehouse))}")


def _answer_beside(warehouse):
    return Path(f"{warehouse}.answer").absolute()
