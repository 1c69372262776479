"""What `make check` doubts: what a build reads without a word, but perhaps not as it was meant."""

import pytest

from commands.doubts import doubts
from commands.refusals import refusals
from ingest.sample import read_samples
from ingest.unknown_log import UnknownLog
from tests.logs import HEADER, write_log, write_rates
from tests.workbooks import write_workbook


def log_of(path):
    return UnknownLog(read_samples(str(path))[0])


def orders(numbers=20, lines=2):
    """Orders on consecutive days, each of two products by one customer."""
    return [
        [f"{number:04}", f"P{line}", f"THING {line}", "1", f"2024-01-{number % 28 + 1:02} 10:00:00",
         f"{line + number}.50", f"c{number % 7}", "UK"]
        for number in range(numbers)
        for line in range(lines)
    ]  # fmt: skip


def changed(column, values):
    """The orders with other values in a column, a value for each line."""
    place = HEADER.index(column)
    return [
        [*row[:place], value, *row[place + 1 :]]
        for row, value in zip(orders(), values, strict=True)
    ]


def test_a_plain_log_gives_no_doubts(tmp_path):
    assert doubts(log_of(write_log(tmp_path / "log.csv", orders())), ["nan"]) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            changed("UnitPrice", ["1,980", "980"] * 20),
            "1,980 is taken for 1980: if it is 1.980, set decimal_separator to ',' and "
            "thousands_separator to ''.",
        ),
        (
            changed("CustomerID", ["ann", ""] * 20),
            "20 orders, such as 0000, have a CustomerID on some rows only, so that the others are "
            "guests': write it on every row.",
        ),
        (
            changed("CustomerID", ["ann", "NaN"] * 20),
            "20 orders, such as 0000, have a CustomerID on some rows only, so that the others are "
            "guests': write it on every row.",
        ),
        (
            changed("InvoiceNo", [f"{row % 5:04}" for row in range(40)]),
            "5 orders, such as 0000, have several customers: each of them has an order of that "
            "number.",
        ),
        (
            changed("InvoiceDate", ["2024-01-01", "2024-01-02", *["2024-01-03"] * 38]),
            "1 order, such as 0000, has lines of several days, of which the first counts: if "
            "the shop counts anew each day, put the day before the number.",
        ),
        (
            changed("CustomerID", ["ann@a.example", "Ann@A.example", "b b", "b  b", *"cdefgh"] * 4),
            "2 customers may be written in several ways, such as 'Ann@A.example' and "
            "'ann@a.example', which a build takes for several customers: write each in one way in "
            "CustomerID.",
        ),
    ],
)
def test_lines_that_may_mean_something_else(tmp_path, rows, sentence):
    assert sentence in doubts(log_of(write_log(tmp_path / "log.csv", rows)), ["nan"])


def test_what_is_given_back_under_the_number_of_its_order_is_no_doubt(tmp_path):
    back = [[*row[:3], "-1", "2024-02-01", *row[5:], "refunded"] for row in orders()]
    rows = [*([*row, "paid"] for row in orders()), *back]
    log = log_of(write_log(tmp_path / "log.csv", rows, [*HEADER, "Status"]))
    assert not any("several days" in doubt for doubt in doubts(log, []))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("CustomerID", "No column is known for customers: set customer_id_column, or all rows are"),
        ("InvoiceNo", "No column is known for orders: what a customer buys at one time is one "),
        ("StockCode", "so that all of them are one: set product_id_column, perhaps to Description"),
    ],
)
def test_a_column_that_is_not_known_is_named(tmp_path, name, sentence):
    header = ["xyzzy" if column == name else column for column in HEADER]
    found = doubts(log_of(write_log(tmp_path / "log.csv", orders(), header)), [])
    assert sum(sentence in doubt for doubt in found) == 1


def test_an_amount_that_all_lines_of_an_order_share_may_be_its_total(tmp_path):
    header = ["Total" if column == "UnitPrice" else column for column in HEADER]
    totals = changed("UnitPrice", [f"{row // 2}.75" for row in range(40)])
    found = doubts(log_of(write_log(tmp_path / "log.csv", totals, header)), [])
    assert "Total is the same on all lines of 100% of the orders" in found[0]
    assert doubts(log_of(write_log(tmp_path / "log.csv", orders(), header)), []) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[*row, "EUR" if row[1] == "P0" else ""] for row in orders()], "20 rows have no Currency"),
        ([[*row, "€" if row[1] == "P0" else "EUR"] for row in orders()], "write € as ISO 4217 "),
        ([*([*row, "EUR"] for row in orders()), *[[""] * 9] * 9], "9 rows are empty: remove what"),
    ],
)
def test_a_log_that_the_build_refuses_is_told_the_cause(tmp_path, rows, sentence):
    log = log_of(write_log(tmp_path / "log.csv", rows, [*HEADER, "Currency"]))
    assert any(sentence in refusal for refusal in refusals(log))


def test_a_workbook_with_a_title_is_told_where_its_header_is(tmp_path):
    titled = [["Sales of 2024"], [], HEADER, *orders()]
    log = log_of(write_workbook(tmp_path / "log.xlsx", {"Sheet1": titled}))
    (problem,) = log.samples[0].problems
    assert "sheet Sheet1 has 1 of the 8 columns that most have: remove what stands" in problem
    assert "perhaps 'InvoiceNo, StockCode" in problem


def test_a_header_that_comes_again_hides_no_format_of_dates(tmp_path):
    german = [[*row[:4], f"{row[4][8:10]}.{row[4][5:7]}.2024", *row[5:]] for row in orders(150)]
    log = log_of(write_log(tmp_path / "log.csv", [*german, HEADER, *german]))
    assert log.date_formats == ["%d.%m.%Y"]


def test_currencies_with_rates_are_not_refused(tmp_path, monkeypatch):
    rows = [[*row, "GBP" if row[1] == "P0" else "EUR"] for row in orders()]
    log = log_of(write_log(tmp_path / "log.csv", rows, [*HEADER, "Currency"]))
    (refused,) = refusals(log)
    assert refused.startswith("Amounts in 2 currencies are refused without rates")
    write_rates(tmp_path, "EUR,2011-01-01,0.85\n")
    monkeypatch.setattr("commands.refusals.PROJECT", tmp_path)
    assert refusals(log) == []
