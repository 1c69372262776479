"""A log in lines of JSON is read like one in CSV."""

import gzip
import json

import pytest

from ingest import sample
from ingest.errors import IngestError
from ingest.sample import read_samples
from tests.builds import check, run_build
from tests.logs import HEADER, opened, rows_of_a_log, rows_read, write_log

LINE = '{"InvoiceNo": "536365", "UnitPrice": 2.55}\n'


def objects(rows):
    """What shop software writes: numbers as numbers, and no key where there is no value."""
    for row in rows:
        named = dict(zip(HEADER, row, strict=True))
        typed = named | {"Quantity": int(named["Quantity"]), "UnitPrice": float(named["UnitPrice"])}
        yield {name: value for name, value in typed.items() if value != ""}


def write_json_lines(path, rows):
    content = "".join(f"{json.dumps(line)}\n" for line in objects(rows)).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_lines_of_json_build_what_csv_builds(tmp_path):
    rows = rows_of_a_log()
    rows[7][6] = rows[9][6] = ""
    csv = write_log(tmp_path / "log.csv", rows)
    lines = write_json_lines(tmp_path / "log.jsonl", rows)
    page = check(lines).stdout
    assert f"{lines}: JSON lines, 0.0 MB; all {len(rows)} rows were read." in page
    assert "will refuse" not in page
    query = "from source_lines order by all"
    by_csv, by_json = (
        run_build(tmp_path / log.suffix[1:], log, select="+source_lines") for log in (csv, lines)
    )
    assert by_json.query(query) == by_csv.query(query)
    assert len(by_json.query(query)) == len(rows)


def test_packed_lines_and_a_mark_of_utf_8_are_read(tmp_path):
    rows = rows_of_a_log()
    lines = write_json_lines(tmp_path / "log.jsonl", rows)
    marked = tmp_path / "marked.json"
    marked.write_bytes(b"\xef\xbb\xbf" + lines.read_bytes().replace(b"\n", b"\r\n\n"))
    packed = write_json_lines(tmp_path / "log.jsonl.gz", rows)
    assert rows_read(marked) == rows_read(packed) == rows_read(lines)
    assert len(rows_read(lines)) == len(rows)


def test_numbers_stand_beside_texts_with_a_comma(tmp_path):
    rows = [["1", "CUP", "A cup", 1, "2011-01-31", price, "007", "UK"] for price in (2.5, "2,5")]
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in rows))
    read = rows_read(log, decimal_separator=",", max_invalid_share=1)
    assert [(row[3], row[5], row[6]) for row in read] == 2 * [("1", "2,5", "007")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[{"InvoiceNo": "1"}]', "{}, line 1 is no object of JSON; expected one on each line"),
        ('{\n  "lines": [\n', "{}, line 1 is no object of JSON; "),
        (LINE + "\n[1]\n", "{}, line 3 is no object of JSON; "),
        (LINE + LINE[:20], "{}, line 2 is no object of JSON; "),
        (LINE + LINE.replace("536365", "caf\u00e9"), "{}, line 2 is not UTF-8, as JSON is"),
        (LINE + LINE.replace("536365", r"\ud83d"), "{} holds text that is no Unicode"),
        ("{}\n{}\n", "No data: {} has lines of JSON without a value"),
        ('{"a": 1}\n{"A": 2}\n', "The header of {} names a column twice: A, a; "),
        (LINE, "{} has no column 'StockCode', "),
    ],
)
def test_what_is_wrong_with_a_line_is_told(tmp_path, content, sentence):
    log = tmp_path / "log.jsonl"
    log.write_bytes(content.encode("latin-1"))
    with pytest.raises(IngestError) as refusal:
        opened(log)
    assert str(refusal.value).startswith(sentence.format(log))


def test_a_packed_file_that_was_cut_off_is_told(tmp_path):
    log = write_json_lines(tmp_path / "log.jsonl.gz", rows_of_a_log())
    log.write_bytes(log.read_bytes()[:-20])
    with pytest.raises(IngestError, match=f"{log} cannot be read .*; expected a whole file"):
        opened(log)


def test_of_long_files_check_reads_both_ends(tmp_path, monkeypatch):
    rows = rows_of_a_log(900)
    log = write_json_lines(tmp_path / "log.jsonl", rows)
    monkeypatch.setattr(sample, "BYTES_OF_A_FILE", (20_000, 20_000))
    (found,), problems, _ = read_samples(str(log))
    assert not problems
    assert not found.is_whole
    assert not found.is_counted
    assert abs(found.total - len(rows)) < 0.05 * len(rows)
    assert len(found.rows) < 0.5 * len(rows)
    orders = [row[0] for row in found.rows]
    assert (orders[0], orders[-1]) == (rows[0][0], rows[-1][0])
