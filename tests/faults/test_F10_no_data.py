"""F10: an empty or header-only file is "no data", and nothing is touched."""

import pytest
from conftest import opened, write_log

from ingest.transactions import IngestError


def test_an_empty_file(tmp_path):
    log = tmp_path / "log.csv"
    log.touch()
    with pytest.raises(IngestError, match=f"No data: {log} is empty"):
        opened(log)


def test_only_a_header(tmp_path):
    with pytest.raises(IngestError, match="No data"):
        opened(write_log(tmp_path / "log.csv", []))


def test_a_day_without_sales_among_others_is_fine(tmp_path):
    write_log(tmp_path / "monday.csv")
    write_log(tmp_path / "sunday.csv", [])
    assert opened(tmp_path / "*.csv").query


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(IngestError, match="No file matches"):
        opened(tmp_path / "none.csv")
    with pytest.raises(IngestError, match=f"is a folder; set .* such as '{tmp_path}/\\*.csv'"):
        opened(tmp_path)


def test_a_spreadsheet(tmp_path):
    log = tmp_path / "log.xlsx"
    log.write_bytes(b"PK\x03\x04")
    with pytest.raises(IngestError, match="spreadsheet"):
        opened(log)
