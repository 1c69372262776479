"""F09: single unreadable values are kept and counted; too many stop the build."""

import pytest

from ingest.errors import IngestError
from tests.logs import READINGS, opened, rows_of_a_log, write_log

GARBAGE = {3: "six", 4: "2011-02-30 10:00:00", 5: "free"}


def test_one_in_a_thousand_is_kept_with_its_text_and_reason(build, tmp_path):
    rows = rows_of_a_log(1000)
    for place, column in enumerate(GARBAGE):
        rows[place][column] = GARBAGE[column]
    built = build(tmp_path, write_log(tmp_path / "log.csv", rows), select="+line_funnel")
    assert built.exit_code == 0, built.stdout
    found = built.query(
        "select verdict_reason, quantity_text, ordered_at_text, unit_price_text "
        "from source_lines where verdict = 'invalid' order by 1"
    )
    assert found == [
        ("unreadable_date", None, GARBAGE[4], None),
        ("unreadable_quantity", GARBAGE[3], None, None),
        ("unreadable_unit_price", None, None, GARBAGE[5]),
    ]
    assert built.query("select sum(lines) from line_funnel") == [(len(rows),)]


@pytest.mark.parametrize("column", GARBAGE)
def test_one_in_twenty_is_refused_with_an_example_and_the_setting(tmp_path, column):
    rows = rows_of_a_log(200)
    for row in rows[::20]:
        row[column] = GARBAGE[column]
    log = write_log(tmp_path / "log.csv", rows)
    with pytest.raises(IngestError) as refused:
        opened(log)
    assert repr(GARBAGE[column]) in str(refused.value)
    assert "max_invalid_share" in str(refused.value)
    assert str(log) in str(refused.value)
    assert opened(log, max_invalid_share=0.06)


def test_dates_that_read_both_ways_ask_for_the_format(tmp_path):
    rows = rows_of_a_log()
    for row in rows:
        row[4] = "1/12/2011 10:00"
    with pytest.raises(IngestError) as refused:
        opened(write_log(tmp_path / "log.csv", rows))
    assert "set timestamp_format to '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'" in str(refused.value)


def test_dates_that_read_one_way_name_it(tmp_path):
    rows = rows_of_a_log()
    for number, row in enumerate(rows):
        row[4] = f"1/{13 + number % 15}/2011 10:00"
    with pytest.raises(IngestError, match="Set timestamp_format to '%m/%d/%Y %H:%M'"):
        opened(write_log(tmp_path / "log.csv", rows))


def test_other_defects_above_the_share_stop_the_build_too(build, tmp_path):
    rows = rows_of_a_log()
    for row in rows[::10]:
        row[1], row[3] = "\x1b[2J85000A", "0"
    built = build(tmp_path, write_log(tmp_path / "log.csv", rows), select="+source_lines")
    assert built.exit_code != 0
    assert (
        "few_lines_are_invalid: 19 of 186 lines are invalid by zero_quantity, such as order 5"
    ) in built.stdout
    assert "product ?[2J85000A, quantity 0" in built.stdout
    assert "\x1b[2J" not in built.stdout


def test_two_digits_are_no_year_of_four(tmp_path):
    rows = [[*row[:4], f"{row[4][8:10]}.{row[4][5:7]}.11", *row[5:]] for row in rows_of_a_log()]
    log = write_log(tmp_path / "log.csv", rows)
    # What fits is proposed, and no format that would read the year 11.
    with pytest.raises(IngestError, match=r"Set timestamp_format to '%d\.%m\.%y'\."):
        opened(log)
    readings = READINGS | {"ordered_at": "try_strptime(ordered_at_text, '%d.%m.%Y')"}
    with pytest.raises(IngestError, match=r"186 of 186 rows .* before the year 100; .* with %y"):
        opened(log, readings=readings)
