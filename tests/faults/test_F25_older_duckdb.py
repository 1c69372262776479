"""F25: what is published is read alike by older versions of DuckDB."""

import os
import subprocess

import duckdb
import pytest

SUMS = """
import sys
import duckdb
with duckdb.connect(sys.argv[1], read_only=True) as marts:
    for (name,) in marts.execute("select table_name from duckdb_tables() order by all").fetchall():
        rows = marts.execute(f'select count(*) from "{name}"').fetchone()[0]
        print(name, rows)
    print(marts.execute("select sum(net_amount) from customers").fetchone()[0])
"""


def test_each_version_that_is_given_reads_every_table(sample_warehouse):
    pythons = os.environ.get("OLDER_DUCKDB", "").split(os.pathsep)
    if pythons == [""]:
        pytest.skip("OLDER_DUCKDB is not set to Pythons with other versions of DuckDB")
    file = sample_warehouse.folder / "published" / "marts.duckdb"
    with duckdb.connect(file, read_only=True) as marts:
        names = [
            name for (name,) in marts.execute("select table_name from duckdb_tables()").fetchall()
        ]
        expected = [
            f"{name} {marts.execute(f'select count(*) from {name}').fetchone()[0]}"
            for name in sorted(names)
        ]
        expected.append(str(marts.execute("select sum(net_amount) from customers").fetchone()[0]))
    for interpreter in pythons:
        read = subprocess.run([interpreter, "-c", SUMS, file], capture_output=True, text=True)
        assert read.returncode == 0, f"{interpreter}: {read.stderr}"
        assert read.stdout.splitlines() == expected, interpreter
