"""F01: columns are found by name, whatever their order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.logs import HEADER, opened, rows_of_a_log, rows_read, write_log


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(len(HEADER))))
def test_any_order_of_columns_reads_the_same(tmp_path_factory, order):
    folder = tmp_path_factory.mktemp("permuted")
    straight = write_log(folder / "straight.csv")
    permuted = write_log(
        folder / "permuted.csv",
        [[row[place] for place in order] for row in rows_of_a_log()],
        header=[HEADER[place] for place in order],
    )
    assert rows_read(permuted) == rows_read(straight)


def test_files_of_one_log_may_differ_in_order(tmp_path):
    write_log(tmp_path / "a.csv", rows_of_a_log()[:90])
    write_log(
        tmp_path / "b.csv",
        [row[::-1] for row in rows_of_a_log()[90:]],
        header=HEADER[::-1],
    )
    whole = write_log(tmp_path / "whole.log.csv")
    both = opened(tmp_path / "[ab].csv")
    assert both.warnings == []
    assert rows_read(tmp_path / "[ab].csv") == rows_read(whole)
