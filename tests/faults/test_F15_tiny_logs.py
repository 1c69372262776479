"""F15: the smallest logs build, with fewer segments and a plain message."""

import pytest

from commands.warehouse import open_warehouse
from report.page import page
from report.queries import answers
from tests.logs import rows_of_a_log, write_log

LINE = rows_of_a_log()[0]
GUESTS = [[*row[:6], "", row[7]] for row in rows_of_a_log()]
# A customer more in each quarter: segments are fitted anew, each time without any error.
THREE = [
    [f"{customer}{month}", *LINE[1:3], units, f"2011-{month:02}-15 10:00:00", "2", customer, "UK"]
    for customer, units, first in [("1", "1", 1), ("2", "10", 4), ("3", "300", 7)]
    for month in range(first, 11)
]
BACK = [
    [f"C{row[0]}", *row[1:3], f"-{row[3]}", row[4].replace("2011", "2012"), *row[5:]]
    for row in THREE
]
LOGS = {
    "one line": ([LINE], 1),
    "one customer": ([row for row in rows_of_a_log() if row[6] == "17850"], 1),
    "all returned": ([LINE, [f"C{LINE[0]}", *LINE[1:3], "-2", *LINE[4:]]], 0),
    "all guests": (GUESTS, 0),
    "two customers": ([LINE, [*LINE[:3], "9", *LINE[4:6], "17851", "UK"]], 2),
    "three customers": (THREE, 3),
}


def page_of(built):
    with open_warehouse(built.warehouse) as warehouse:
        return page(answers(warehouse))


@pytest.mark.parametrize("name", LOGS)
def test_it_builds_with_fewer_segments_and_says_so(build, tmp_path, name):
    rows, segments = LOGS[name]
    built = build(tmp_path, write_log(tmp_path / "log.csv", rows))
    assert built.exit_code == 0, built.stderr
    found = built.query("select count(*) from segment_models where is_in_force")
    assert found == [(segments,)]
    customers = {row[6] for row in rows if row[6]}
    assert built.query("select count(*) from customer_segments") == [(len(customers),)]
    if customers:
        assert f"{segments} of 4 segments are told apart" in built.stdout
    else:
        assert "No segments: no line has a customer" in built.stdout
    is_without_credits = not any(row[0].startswith("C") for row in rows)
    assert (built.query("select count(*) from returns") == [(0,)]) == is_without_credits
    assert "<h1>" in page_of(built)


def test_segments_that_everybody_has_left_are_no_reason_to_stop(build, tmp_path):
    built = build(tmp_path, write_log(tmp_path / "log.csv", THREE + BACK))
    assert built.exit_code == 0, built.stderr
    assert built.query("select segment_key, count(*) from customer_segments group by all") == [
        ("kept_nothing", 3)
    ]
    assert "<h1>" in page_of(built)
