"""A dbt-duckdb plugin: checks settings and files for the macro `open_transactions`."""

import atexit
import gc
import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path

from dbt.adapters.duckdb.plugins import BasePlugin

from ingest.settings import SALT, problem_with
from ingest.transactions import IngestError, Settings, open_transactions


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
            conn.execute(f"set threads = {int(threads)}")
        memory = os.environ.get("DUCKDB_MEMORY_LIMIT") or _three_quarters_of_its_own(conn)
        conn.execute("set memory_limit = ?", [memory])
        for name, function in {
            "check_settings": _check_as_json,
            "open_transactions": _open_as_json,
            "close_transactions": _close_as_json,
        }.items():
            conn.create_function(name, function, ["VARCHAR"], "VARCHAR", side_effects=True)

    def configure_cursor(self, cursor):
        """Give the salt to SQL as a variable, so that it stands in no statement."""
        cursor.execute("set variable customer_salt = ?", [os.environ.get(SALT)])


def _three_quarters_of_its_own(conn):
    """Leave a fifth of the machine's memory more than DuckDB does: the learning is beside it."""
    ((limit,),) = conn.execute("select current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    return f"{0.75 * float(number)} {unit}"


def _check_as_json(given):
    return json.dumps({"problem": problem_with(**json.loads(given))})


def _open_as_json(given):
    try:
        opened = open_transactions(_settings(given))
    except IngestError as error:
        _discard_scratch(given)
        return json.dumps({"problem": str(error)})
    return json.dumps(asdict(opened))


def _close_as_json(given):
    _discard_scratch(given)
    return json.dumps({})


def _discard_scratch(given):
    shutil.rmtree(_settings(given).scratch_folder, ignore_errors=True)


def _settings(given):
    settings = Settings(**json.loads(given))
    scratch_folder = Path(settings.project_folder, settings.scratch_folder)
    return replace(settings, scratch_folder=str(scratch_folder))
