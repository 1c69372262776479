"""F02: a log without a column is refused before any table changes."""

import pytest

from ingest.errors import IngestError
from tests.logs import HEADER, opened, rows_of_a_log, write_log


@pytest.mark.parametrize("column", HEADER)
def test_file_column_and_setting_are_named(tmp_path, column):
    place = HEADER.index(column)
    log = write_log(
        tmp_path / "log.csv",
        [row[:place] + row[place + 1 :] for row in rows_of_a_log()],
        header=HEADER[:place] + HEADER[place + 1 :],
    )
    with pytest.raises(IngestError) as refused:
        opened(log)
    message = str(refused.value)
    assert str(log) in message
    assert f"no column '{column}'" in message
    assert "_column" in message
    assert "\n" not in message


def test_a_column_missing_from_the_second_file_only(tmp_path):
    write_log(tmp_path / "a.csv")
    short = write_log(tmp_path / "b.csv", [row[:7] for row in rows_of_a_log()], header=HEADER[:7])
    with pytest.raises(IngestError, match=f"{short} has no column 'Country'"):
        opened(tmp_path / "*.csv")


def test_a_likely_name_is_offered(tmp_path):
    log = write_log(tmp_path / "log.csv", header=[*HEADER[:5], "Unit Price", *HEADER[6:]])
    with pytest.raises(IngestError, match="perhaps 'Unit Price'"):
        opened(log)


def test_a_refused_build_leaves_every_table_as_it_was(
    build, small_build, published_small_log, tmp_path
):
    bad = write_log(tmp_path / "bad.csv", [row[:7] for row in rows_of_a_log()], header=HEADER[:7])
    refused = build(published_small_log, bad)
    assert refused.exit_code != 0
    assert "no column 'Country'" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "macro" not in refused.stderr
    assert refused.checksums() == small_build.checksums()
