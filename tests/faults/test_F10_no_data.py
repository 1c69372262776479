"""F10: an empty or header-only file is "no data", and nothing is touched."""

import pytest

from commands.build import absolute
from ingest.deliveries import files_of
from ingest.errors import IngestError
from tests.builds import PROJECT
from tests.logs import opened, write_log


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


def test_brackets_in_a_folder_are_no_pattern(tmp_path, monkeypatch):
    folder = tmp_path / "exports [2011]"
    folder.mkdir()
    log = write_log(folder / "log.csv")
    assert files_of("*.csv", folder) == [str(log)]
    monkeypatch.chdir(folder)
    for named in ("*.csv", "log.csv"):
        assert files_of(absolute(named), PROJECT) == [str(log)]


def test_a_database_without_a_table_is_told_how_to_name_one(tmp_path):
    with pytest.raises(IngestError, match="or to a table as kind:path:table"):
        opened(tmp_path / "sqlite:shop.db")
