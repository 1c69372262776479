"""The floor: a hand-written DuckDB script for this log alone, see `floor.sql`."""

import sys
from pathlib import Path

import duckdb

from benchmarks.contenders.statements import run_timed
from ingest.quoting import literal


def main(log, folder):
    """Write the five tables into `floor.duckdb` of a folder."""
    with duckdb.connect(Path(folder, "floor.duckdb")) as connection:
        connection.execute(f"set variable log = {literal(log)}")
        connection.execute("set variable service_codes = 'seeds/service_codes.csv'")
        run_timed(connection, Path(__file__).with_suffix(".sql").read_text(), folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
