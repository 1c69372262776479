"""What publishing leaves behind, with no build before it."""

import os
import tempfile
from pathlib import Path

import duckdb

from publish.folder import PublishedFolder
from publish.generation import Generation, Mart
from publish.identity import Identity


def publish_version(folder, version, rows=1000, mirror=None):
    """Publish a generation whose two tables say `version` in every row, without dbt."""
    published = PublishedFolder(folder, mirror)
    staging = published.path / ".staging-test"
    with tempfile.TemporaryDirectory() as built, duckdb.connect() as warehouse:
        warehouse.execute(f"attach '{built}/marts.duckdb' as marts")
        identity = Identity(f"build-{version}", "of a log", {}, {}, "of the code")
        generation = Generation(staging, warehouse, "marts", identity)
        warehouse.execute(
            f"use marts; "
            f"create table build_info as select {version} as version, date '2011-12-10' as as_of; "
            f"create table lines as select {version} as version, range as line from range({rows}); "
            "use memory"
        )
        meanings = {"version": "Build, the same in every row.", "line": "Number of the line."}
        generation.add(Mart("lines", "One row per line.", "marts.lines", meanings))
        generation.add(Mart("build_info", "One row for the build.", "marts.build_info"))
        generation.finish()
        published.publish(staging, kept=3)
        generation.discard()
    return published


def files_in(folder):
    """Everything in a folder, with what would change if anyone touched it."""
    return {
        path.relative_to(folder): (
            os.readlink(path) if path.is_symlink() else path.is_file() and path.read_bytes(),
            path.lstat().st_mtime_ns,
        )
        for path in Path(folder).rglob("*")
    }
