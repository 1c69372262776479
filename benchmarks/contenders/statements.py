"""Runs SQL and notes how long each table took."""

import json
import os
import re
import time
from pathlib import Path

MADE = re.compile(r'create (?:or replace )?(?:temp )?(?:table|view) (?:"?\w+"?\.)*"?(\w+)', re.I)


def run_timed(connection, sql, folder):
    """Run statements in turn; write the seconds of those that make tables to `seconds.json`.

    DuckDB keeps to the `DUCKDB_MEMORY_LIMIT` of a build.
    """
    if memory := os.environ.get("DUCKDB_MEMORY_LIMIT"):
        connection.execute("set memory_limit = ?", [memory])
    seconds = {}
    for statement in connection.extract_statements(sql):
        start = time.perf_counter()
        connection.execute(statement)
        if made := MADE.search(statement.query):
            seconds[made[1]] = time.perf_counter() - start
    Path(folder, "seconds.json").write_text(json.dumps(seconds))
