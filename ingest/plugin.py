"""A dbt-duckdb plugin: checks files for the macro `open_transactions`, warms up the learning."""

import gc
import importlib
import json
import os
import threading
from dataclasses import asdict

from dbt.adapters.duckdb.plugins import BasePlugin

from ingest.transactions import IngestError, Settings, open_transactions


class Plugin(BasePlugin):
    """Offers the SQL function `open_transactions(settings)`, JSON to JSON."""

    def initialize(self, plugin_config):
        """Import the learning libraries while DuckDB is busy with the first models.

        One thread imports them, so that Python models never meet half-imported modules. What
        dbt has loaded by now stays to the end: the garbage collector need not look at it again.
        """
        gc.freeze()
        threading.Thread(target=importlib.import_module, args=["ml.segments"]).start()

    def configure_connection(self, conn):
        """Register the function on the warehouse's connection; keep to the threads allowed.

        The file is brought up to date once, when the build ends, and not between models.
        """
        conn.execute("set checkpoint_threshold = '1GB'")
        if threads := os.environ.get("DUCKDB_THREADS"):
            conn.execute(f"set threads = {int(threads)}")
        conn.create_function("open_transactions", _open_as_json, ["VARCHAR"], "VARCHAR")


def _open_as_json(settings):
    try:
        opened = open_transactions(Settings(**json.loads(settings)))
    except IngestError as error:
        return json.dumps({"problem": str(error)})
    return json.dumps(asdict(opened))
