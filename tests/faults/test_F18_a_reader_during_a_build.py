"""F18: who has the published file open keeps it through a build, and sees the new one next time."""

import subprocess

import duckdb

from tests.builds import python

READER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
for line in sys.stdin:
    print(connection.execute(
        "select as_of, (select count(*) from source_lines) from build_info"
    ).fetchone(), flush=True)
"""


def test_an_open_file_outlives_a_build(build, small_log, published_small_log):
    file = published_small_log / "published" / "marts.duckdb"
    reader = python(READER, file, stdin=subprocess.PIPE)

    def seen():
        reader.stdin.write("\n")
        reader.stdin.flush()
        return reader.stdout.readline()

    before = seen()
    built = build(published_small_log, small_log, {"as_of": "2011-10-01"})
    assert built.exit_code == 0, built.stderr
    assert seen() == before
    reader.communicate()
    with duckdb.connect(file, read_only=True) as connection:
        assert str(connection.execute("select as_of from build_info").fetchone()[0]) == "2011-10-01"
