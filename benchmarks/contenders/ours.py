"""Our models' SQL alone, as dbt compiled it, one statement after the other in the build's session.

The folder holds `warehouse.duckdb` with the seeds and the open log in it, as `dbt seed` leaves it,
and the statements in `statements.sql`; the marts are written to `warehouse.duckdb.marts`.
"""

import sys
from pathlib import Path

from benchmarks.contenders.statements import run_timed
from commands.warehouse import open_warehouse


def main(log, folder):
    """Write the five tables, and those that they are made of, into that warehouse."""
    with open_warehouse(Path(folder, "warehouse.duckdb"), read_only=False) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set checkpoint_threshold = '1GB'")
        run_timed(connection, Path(folder, "statements.sql").read_text(), folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
