"""A workbook reads as the CSV export of its sheets would."""

from datetime import datetime

import duckdb
import pytest

from ingest.errors import IngestError
from ingest.sample import read_samples
from tests.builds import check
from tests.logs import HEADER, opened, rows_of_a_log, rows_read, write_log
from tests.workbooks import write_workbook


def typed(row):
    """A row as a spreadsheet keeps it."""
    order, product, name, quantity, day, price, customer, country = row
    return [
        order if order.startswith("C") else float(order),
        product,
        name,
        int(quantity),
        datetime.fromisoformat(day),
        float(price),
        float(customer),
        country,
    ]


def sheet(rows):
    return [HEADER, *map(typed, rows)]


def without_trailing_zeros(rows):
    """The texts of prices such as 1.50, of which a spreadsheet keeps the value."""
    return [[*row[:5], str(float(row[5])), *row[6:]] for row in rows]


def test_typed_cells_become_the_texts_of_a_csv_file(tmp_path):
    rows = without_trailing_zeros(rows_of_a_log())
    workbook = write_workbook(tmp_path / "log.xlsx", {"2011": sheet(rows)})
    assert rows_read(workbook) == rows_read(write_log(tmp_path / "log.csv", rows))


def test_nine_days_that_two_sheets_share_count_once(build, small_build, tmp_path):
    rows = rows_of_a_log()
    workbook = write_workbook(
        tmp_path / "log.xlsx", {"Year 1": sheet(rows[:120]), "Year 2": sheet(rows[90:])}
    )
    built = build(tmp_path / "xlsx", workbook, select="+line_funnel")
    assert built.exit_code == 0, built.stdout
    for query in (
        "select line_id, units, unit_price, ordered_at, verdict from source_lines order by 1",
        "from line_funnel order by all",
    ):
        assert built.query(query) == small_build.query(query)
    files = built.query("select distinct source_file from warehouse.raw.transactions order by 1")
    assert files == [(f"{workbook}, sheet Year 1",), (f"{workbook}, sheet Year 2",)]


def test_numbers_of_a_workbook_need_no_decimal_point_where_the_log_has_a_comma(
    build, small_build, tmp_path
):
    workbook = write_workbook(tmp_path / "log.xlsx", {"2011": sheet(rows_of_a_log())})
    settings = {"decimal_separator": ",", "thousands_separator": "."}
    comma = build(tmp_path / "comma", workbook, settings, select="+source_lines")
    assert comma.exit_code == 0, comma.stdout
    amounts = "select sum(amount), count(*) from source_lines"
    assert comma.query(amounts) == small_build.query(amounts)


def test_empty_sheets_rows_and_unnamed_columns_are_not_there(tmp_path):
    rows = without_trailing_zeros(rows_of_a_log()[:5])
    wide = [[None] * 9, [*HEADER, None], *([*typed(row), "note"] for row in rows), [None] * 9]
    workbook = write_workbook(tmp_path / "log.xlsx", {"2011": wide, "Sheet2": []})
    assert rows_read(workbook) == rows_read(write_log(tmp_path / "log.csv", rows))


def test_text_of_a_cell_keeps_quotes_commas_and_line_breaks(tmp_path):
    rows = rows_of_a_log()
    rows[4][2] = 'TWO\nLINES, "QUOTED" é'
    query = opened(write_workbook(tmp_path / "log.xlsx", {"2011": sheet(rows)})).query
    found = duckdb.execute(f"select count(*) from ({query}) where Description = ?", [rows[4][2]])
    assert found.fetchall() == [(1,)]


def test_a_sheet_that_is_no_log_is_named_with_the_setting_that_leaves_it_out(tmp_path):
    rows = rows_of_a_log()
    workbook = write_workbook(
        tmp_path / "log.xlsx", {"Read me": [["Read this"]], "2011": sheet(rows)}
    )
    with pytest.raises(IngestError, match=r"log.xlsx, sheet Read me has no column .*or sheets to"):
        opened(workbook)
    assert len(rows_read(workbook, sheets=["2011"])) == len(rows)
    with pytest.raises(IngestError, match=r"has no sheet '2012'; its sheets are Read me, 2011"):
        opened(workbook, sheets=["2012"])


def test_a_hidden_sheet_is_left_out_with_a_note_unless_it_is_named(tmp_path):
    rows = rows_of_a_log()
    parts = {"2010": sheet(rows[:90]), "2011": sheet(rows[90:])}
    workbook = write_workbook(tmp_path / "log.xlsx", parts, hidden=["2010"])
    note = f"{workbook} hides the sheets 2010, which are left out: set sheets to all that hold"
    (warning,) = opened(workbook).warnings
    assert warning.startswith(note)
    assert len(rows_read(workbook)) == len(rows) - 90
    assert note in check(workbook).stdout
    assert opened(workbook, sheets=["2010", "2011"]).warnings == []
    assert len(rows_read(workbook, sheets=["2010", "2011"])) == len(rows)


def test_a_header_that_names_a_column_twice(tmp_path):
    # In SQL capital letters do not tell names apart.
    for name, told in (("Country", "Country"), ("COUNTRY", "COUNTRY, Country")):
        workbook = write_workbook(tmp_path / "log.xlsx", {"2011": [[*HEADER, name]]})
        csv = write_log(tmp_path / "log.csv", [], [*HEADER, name])
        for log in (workbook, csv):
            with pytest.raises(IngestError, match=f"{log}.* names a column twice: {told};"):
                opened(log)


def test_a_workbook_without_cells_and_one_that_was_cut_off(tmp_path):
    # A formula may give an empty text.
    for name, cells in (("empty", []), ("blank", [[""]])):
        empty = write_workbook(tmp_path / f"{name}.xlsx", {"Sheet1": cells})
        for read in (opened, read_samples):
            with pytest.raises(IngestError, match="No data: no sheet of"):
                read(str(empty))
    beside = write_workbook(tmp_path / "two.xlsx", {"1": [[""]], "2": sheet(rows_of_a_log())})
    assert len(rows_read(beside)) == len(rows_of_a_log())
    whole = write_workbook(tmp_path / "log.xlsx", {"2011": sheet(rows_of_a_log())}).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IngestError, match=r"cut.xlsx is a spreadsheet or an archive that cannot"):
        opened(cut)
