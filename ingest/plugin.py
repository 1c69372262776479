"""A dbt-duckdb plugin: checks settings and files for the macro `open_transactions`."""

import atexit
import gc
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from ingest import functions, transactions
from ingest.quoting import literal
from ingest.settings import SALT, problem_with


class Plugin(BasePlugin):
    """Offers SQL functions from JSON to JSON: checks, and the opening and closing of the log."""

    def initialize(self, plugin_config):
        """Spare the garbage collector what stays: all that dbt has loaded, and all at the end."""
        gc.freeze()
        atexit.register(gc.freeze)

    def configure_connection(self, conn):
        """Register the functions on the connection; keep to the threads and memory allowed.

        The file is brought up to date once, when the build ends, and not between models; tables
        are written once and not rewritten into fuller blocks, since the next build replaces them.
        """
        conn.execute("set checkpoint_threshold = '1GB'")
        conn.execute("set max_vacuum_tasks = 0")
        if threads := os.environ.get("DUCKDB_THREADS"):
            _limit(conn, "threads", threads, "a number of threads such as 2")
        memory = os.environ.get("DUCKDB_MEMORY_LIMIT") or _three_quarters_of_its_own(conn)
        _limit(conn, "memory_limit", memory, "an amount of memory such as 4GB")
        functions.offer(
            conn,
            self.creds.path,
            self.check_settings,
            self.open_transactions,
            self.close_transactions,
        )

    def configure_cursor(self, cursor):
        """Give the salt to SQL as a variable, so that it stands in no statement."""
        cursor.execute("set variable customer_salt = ?", [os.environ.get(SALT)])
        functions.point_to_answers(cursor, self.creds.path)

    def check_settings(self, given):
        """Say what is wrong with the settings, if anything is."""
        return {"problem": problem_with(**given)}

    def open_transactions(self, given):
        """Check the files of the log, and give the query that reads them."""
        settings = transactions.Settings(**given, scratch_folder=self._scratch_folder())
        try:
            return asdict(transactions.open_transactions(settings))
        except transactions.IngestError as error:
            self.close_transactions()
            return {"problem": str(error)}

    def close_transactions(self, given=None):
        """Remove what was only needed for reading the files."""
        shutil.rmtree(self._scratch_folder(), ignore_errors=True)
        return {}

    def _scratch_folder(self):
        """Name a folder beside the warehouse, which one process at a time has open."""
        return str(Path(f"{self.creds.path}.transactions").absolute())


def _limit(conn, setting, value, expected):
    try:
        conn.execute(f"set {setting} = {literal(value)}")
    except duckdb.Error as error:
        raise RuntimeError(
            f"The environment variable DUCKDB_{setting.upper()} is {value!r}; expected {expected}."
        ) from error


def _three_quarters_of_its_own(conn):
    """Leave a fifth of the machine's memory more than DuckDB does: the learning is beside it."""
    ((limit,),) = conn.execute("select current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    return f"{0.75 * float(number)} {unit}"
