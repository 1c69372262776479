"""F04: other encodings are read by a setting, and never guessed."""

import pytest

from ingest.errors import IngestError
from tests.logs import opened, rows_of_a_log, rows_read, write_log


def rows_with(text):
    rows = rows_of_a_log()
    rows[-1][2] = text
    return rows


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "CAFÉ £5"),
        ("cp1252", "CAFÉ £5 – € “x”"),
        ("utf-16", "CAFÉ £5 €"),
        ("cp1251", "КОФЕ"),
        ("utf-8-sig", "CAFÉ £5 €"),
    ],
)
def test_the_setting_reads_it_right(tmp_path, encoding, text):
    log = write_log(tmp_path / "log.csv", rows_with(text), encoding=encoding)
    plain = write_log(tmp_path / "plain.csv", rows_with(text))
    assert rows_read(log, encoding=encoding) == rows_read(plain)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16"])
def test_without_the_setting_it_is_refused(tmp_path, encoding):
    log = write_log(tmp_path / "log.csv", rows_with("CAFÉ £5"), encoding=encoding)
    with pytest.raises(IngestError, match="set encoding"):
        opened(log)


def test_a_wrong_setting_is_refused(tmp_path):
    log = write_log(tmp_path / "log.csv", rows_with("CAFÉ £5"))
    with pytest.raises(IngestError, match=r"is UTF-8.*set encoding to utf-8"):
        opened(log, encoding="cp1252")
    for encoding in ("ebcdic-nonsense", "hex"):
        with pytest.raises(IngestError, match="not known"):
            opened(log, encoding=encoding)


def test_a_wrong_byte_far_down_is_found_before_anything_changes(tmp_path):
    log = write_log(tmp_path / "log.csv", rows_of_a_log(20_000))
    with open(log, "ab") as file:
        file.write('9,A,"CAFÉ",1,2011-01-01,1,1,UK\n'.encode("cp1252"))
    with pytest.raises(IngestError, match=r"line 62224: bytes that are not utf-8; set encoding"):
        opened(log)
