"""F06: a file that was cut off or has an unclosed quote is refused with file and line."""

import gzip
import random

import duckdb
import pytest

from ingest.errors import IngestError
from ingest.sample import read_samples
from tests.logs import HEADER, opened, rows_of_a_log, rows_read, write_log


def test_an_unclosed_quote_is_refused_with_its_line(tmp_path):
    log = write_log(tmp_path / "log.csv")
    lines = log.read_text().splitlines(keepends=True)
    lines[7] = lines[7].replace("GIFT", '"GIFT')
    log.write_text("".join(lines))
    with pytest.raises(IngestError, match=rf"{log}, line 8: a quote opens and never closes"):
        opened(log)


def test_a_csv_file_cut_anywhere_is_refused_or_warned_of(tmp_path):
    whole = write_log(tmp_path / "whole.csv").read_bytes()
    for place in random.Random(6).sample(range(400, len(whole) - 1), 60):
        log = tmp_path / "cut.csv"
        log.write_bytes(whole[:place])
        last_line = whole[:place].rpartition(b"\n")[2]
        if last_line == b"":
            continue  # Cut between two lines: nothing in the file tells.
        if last_line.count(b",") == 7:
            # Cut in the last column: only the line break is missing.
            assert any("cut off" in warning for warning in opened(log).warnings)
            continue
        with pytest.raises(IngestError, match=rf"{log}, line \d+: \d columns"):
            opened(log)


def test_a_parquet_file_cut_anywhere_is_refused(tmp_path):
    whole = tmp_path / "whole.parquet"
    csv = write_log(tmp_path / "log.csv", rows_of_a_log(300))
    duckdb.execute(f"copy (from read_csv('{csv}', all_varchar = true)) to '{whole}'")
    content = whole.read_bytes()
    for place in random.Random(6).sample(range(len(content) - 1), 25):
        log = tmp_path / "cut.parquet"
        log.write_bytes(content[:place])
        with pytest.raises(IngestError, match=f"{log} is not a whole Parquet file"):
            opened(log)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("<HTML><table><tr><td>InvoiceNo</td></tr></table></HTML>", "a web page or XML"),
        ('<?xml version="1.0"?><lines/>', "a web page or XML"),
        ("%PDF-1.4\n", "a PDF"),
    ],
)
def test_another_kind_of_file_is_told_by_what_it_is(tmp_path, content, kind):
    log = tmp_path / "log.xls"
    log.write_text(content)
    for read in (opened, read_samples):
        with pytest.raises(IngestError, match=f"{log} is {kind}, whatever its name; expected CSV"):
            read(str(log))


def test_a_line_for_spreadsheets_before_the_header_is_told(tmp_path):
    log = write_log(tmp_path / "log.csv", delimiter=";")
    log.write_text(f"sep=;\n{log.read_text()}")
    for delimiter in ",;":
        with pytest.raises(IngestError, match=r"The first line of .* is 'sep=;', .*: remove"):
            opened(log, delimiter=delimiter)


def test_a_line_too_long_and_one_too_short(tmp_path):
    for change in (lambda row: [*row, "more"], lambda row: row[:3]):
        rows = rows_of_a_log()
        rows[4] = change(rows[4])
        log = write_log(tmp_path / "log.csv", rows)
        with pytest.raises(IngestError, match=r"line 6: \d columns where the header has 8"):
            opened(log)


def test_a_line_break_inside_quotes_is_text(tmp_path):
    rows = rows_of_a_log()
    rows[4][2] = 'TWO\nLINES, "QUOTED"'
    query = opened(write_log(tmp_path / "log.csv", rows)).query
    found = duckdb.execute(f"select count(*) from ({query}) where Description = ?", [rows[4][2]])
    assert found.fetchall() == [(1,)]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_what_is_no_whole_gzip_file(tmp_path, encoding):
    whole = gzip.compress(write_log(tmp_path / "log.csv").read_bytes())
    for content in (b"InvoiceNo,StockCode", whole[:5], whole[:40], whole[::-1]):
        log = tmp_path / "log.csv.gz"
        log.write_bytes(content)
        with pytest.raises(IngestError, match=f"{log} cannot be read"):
            opened(log, encoding=encoding)


def test_a_line_before_the_header_is_no_empty_file(tmp_path):
    log = write_log(tmp_path / "log.csv")
    log.write_text(f"\n{log.read_text()}")
    with pytest.raises(IngestError, match=f"The first line of {log} is empty; expected the header"):
        opened(log)


def test_a_header_over_two_lines_loses_no_row(tmp_path):
    header = [*HEADER, "notes\n(internal)"]
    rows = [[*row, "none"] for row in rows_of_a_log()]
    with pytest.raises(IngestError, match=r"has a line break in 'notes\\n\(internal\)' unlike"):
        opened(write_log(tmp_path / "log.csv", rows, header, end="\r\n"))
    assert len(rows_read(write_log(tmp_path / "log.csv", rows, header))) == len(rows)
