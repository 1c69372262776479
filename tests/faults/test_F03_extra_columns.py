"""F03: columns that are not used are ignored, and named in a warning."""

from ingest.sample import read_samples
from tests.logs import HEADER, opened, rows_of_a_log, rows_read, write_log


def test_an_extra_column_in_the_second_file_is_named(tmp_path):
    rows = rows_of_a_log()
    write_log(tmp_path / "a.csv", rows[:90])
    extra = write_log(
        tmp_path / "b.csv", [["web", *row] for row in rows[90:]], header=["Channel", *HEADER]
    )
    log = opened(tmp_path / "?.csv")
    assert log.warnings == [f"{extra} has columns that are not used: Channel."]
    assert rows_read(tmp_path / "?.csv") == rows_read(write_log(tmp_path / "whole.csv", rows))


def test_a_column_without_a_name_is_an_extra_one(tmp_path):
    rows = rows_of_a_log()
    numbered = [[number, *row] for number, row in enumerate(rows)]
    log = write_log(tmp_path / "log.csv", numbered, header=["", *HEADER])
    assert opened(log).warnings == [f"{log} has columns that are not used: column 1."]
    assert rows_read(log) == rows_read(write_log(tmp_path / "plain.csv", rows))
    (sample,) = read_samples(str(log))[0]
    assert sample.names == ["column 1", *HEADER]
