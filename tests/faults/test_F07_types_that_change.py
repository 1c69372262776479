"""F07: ids are text by contract, also where 20,480 numbers come first."""

from tests.logs import rows_of_a_log, rows_read, write_log


def test_a_credit_after_many_numeric_ids_is_kept(tmp_path):
    rows = [row for row in rows_of_a_log(10_000) if not row[0].startswith("C")]
    assert len(rows) > 20_480
    log = write_log(tmp_path / "log.csv", [*rows, ["C536379", *rows[0][1:3], "-1", *rows[0][4:]]])
    read = rows_read(log)
    assert len(read) == len(rows) + 1
    assert sum(row[0] == "C536379" for row in read) == 1
