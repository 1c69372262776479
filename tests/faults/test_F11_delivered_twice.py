"""F11: the same file twice, or files that overlap, count once."""

import shutil

from tests.logs import rows_of_a_log, write_log

MARTS = "+orders +line_funnel"


def test_overlapping_files_and_a_file_twice_give_the_tables_of_the_whole(build, tmp_path):
    rows = rows_of_a_log()
    rows.insert(50, rows[49])  # A real duplicate inside the log stays one.
    for folder in ("once", "again"):
        (tmp_path / folder).mkdir()
    whole = write_log(tmp_path / "once" / "whole.csv", rows)
    shutil.copy(whole, tmp_path / "again" / "whole.csv")
    write_log(tmp_path / "again" / "a.csv", rows[:120])
    write_log(tmp_path / "again" / "b.csv", rows[40:])
    shutil.copy(tmp_path / "again" / "b.csv", tmp_path / "again" / "c.csv")

    once, again = (
        build(tmp_path / f"{folder}_built", tmp_path / folder / "*.csv", select=MARTS)
        for folder in ("once", "again")
    )
    assert again.exit_code == 0, again.stdout
    assert again.checksums() == once.checksums()
    assert again.query("select lines from line_funnel where verdict = 'duplicate'") == [(1,)]
