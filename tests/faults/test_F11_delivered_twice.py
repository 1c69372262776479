"""F11: the same file twice, or files that overlap, count once."""

import shutil

from conftest import rows_of_a_log, write_log

MARTS = "+orders +line_funnel"


def test_overlapping_files_give_the_tables_of_the_whole(build, tmp_path):
    rows = rows_of_a_log()
    rows.insert(50, rows[49])  # A real duplicate inside the log stays one.
    for folder in ("once", "twice", "overlapping"):
        (tmp_path / folder).mkdir()
    whole = write_log(tmp_path / "once" / "whole.csv", rows)
    shutil.copy(whole, tmp_path / "twice" / "a.csv")
    shutil.copy(whole, tmp_path / "twice" / "b.csv")
    write_log(tmp_path / "overlapping" / "a.csv", rows[:120])
    write_log(tmp_path / "overlapping" / "b.csv", rows[40:])

    tables = {}
    for folder in ("once", "twice", "overlapping"):
        built = build(tmp_path / f"{folder}_built", tmp_path / folder / "*.csv", select=MARTS)
        assert built.exit_code == 0, built.stdout
        tables[folder] = built.checksums()
    assert tables["twice"] == tables["once"]
    assert tables["overlapping"] == tables["once"]
    assert built.query("select lines from line_funnel where verdict = 'duplicate'") == [(1,)]
