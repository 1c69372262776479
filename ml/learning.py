"""How Python models learn: what was learned from the same tables before is not learned again.

A model names a function of this package, and the tables and settings that it is called with. They
go to a process of their own as Parquet and JSON files, and the table that it returns comes back as
Parquet; its name holds the SHA-256 of all that went in. Nothing is ever pickled.
::

    warehouse.duckdb.learned/int_segments__candidates/<SHA-256>.parquet
"""

import functools
import hashlib
import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name

import duckdb

from ingest.checksums import sha256
from ml import processes

# What the answers depend on besides the code of this package.
LIBRARIES = ("duckdb", "numpy", "pandas", "scikit-learn", "scipy")


def learn(dbt, session, function, *arguments, can_wait=False):
    """Call a function of this package, or give what it returned for the same arguments before.

    Parameters
    ----------
    dbt, session
        What dbt gives a Python model.
    function : str
        A pure function from tables to a table, such as `candidates:evaluate`.
    *arguments
        Relations, whose rows the function gets as pandas.DataFrames, in an order that does not
        vary; or what JSON can say.
    can_wait : bool
        Whether nothing else is learned from the answer; what is learned from goes first.

    Returns
    -------
    relation
        The table that the function returned, one file of Parquet, read by the session.

    Raises
    ------
    ml.processes.LostProcessError
        If the process ended before it answered.
    ml.processes.FailedCallError
        If the function raised an error.
    """
    folder = _learned_beside(session) / dbt.this.identifier
    asked = folder / "asked"
    asked.mkdir(parents=True, exist_ok=True)
    call = {
        "function": f"ml.{function}",
        "arguments": [
            _described(argument, asked / f"{number}.parquet")
            for number, argument in enumerate(arguments)
        ],
        "made_by": _versions(),
    }
    answer = folder / f"{_fingerprint(call)}.parquet"
    if not answer.exists():
        for old in folder.glob("*.parquet"):
            old.unlink()
        processes.run("ml.learning:compute", call, str(answer), can_wait=can_wait)
    shutil.rmtree(asked)
    return session.read_parquet(str(answer))


def compute(call, answer):
    """Make a call that `learn` has described, and write the table that it returns.

    Parameters
    ----------
    call : dict
        `function`, and `arguments` that say where a table lies or what the value is.
    answer : str
        File to write; it is there whole or not at all.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        table = resolve_name(call["function"])(*[
            argument["value"]
            if "value" in argument
            else connection.read_parquet(argument["file"]).df()
            for argument in call["arguments"]
        ])  # fmt: skip
        unfinished = Path(f"{answer}.unfinished")
        connection.from_df(table).write_parquet(str(unfinished))
    with open(unfinished) as file:
        os.fsync(file.fileno())
    unfinished.rename(answer)


def forget(warehouse):
    """Remove what was learned, so that the next build learns all of it.

    Parameters
    ----------
    warehouse : path
        The DuckDB file that it was learned from.
    """
    shutil.rmtree(f"{warehouse}.learned", ignore_errors=True)


def _learned_beside(session):
    if hasattr(session, "learned"):  # Spark's warehouse is no file
        return Path(session.learned)
    ((warehouse,),) = session.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchall()
    return Path(f"{warehouse}.learned").absolute()


def _described(argument, file):
    if not hasattr(argument, "write_parquet"):
        return {"value": argument}
    argument.write_parquet(str(file))
    return {"file": str(file), "sha256": sha256(file)}


def _fingerprint(call):
    """Digest all that the answer depends on; where the files lie is no part of it."""
    arguments = [
        {name: value for name, value in argument.items() if name != "file"}
        for argument in call["arguments"]
    ]
    return hashlib.sha256(
        json.dumps(call | {"arguments": arguments}, sort_keys=True).encode()
    ).hexdigest()


@functools.cache
def _versions():
    code = "".join(sha256(path) for path in sorted(Path(__file__).parent.glob("*.py")))
    return {
        "code": hashlib.sha256(code.encode()).hexdigest(),
        "python": platform.python_version(),
        **{library: version(library) for library in LIBRARIES},
    }
