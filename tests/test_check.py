"""`make check` tells an unknown log's notation, and what it proposes is what builds it."""

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import yaml
from conftest import PROJECT, files_in, rows_of_a_log, write_log
from workbooks import write_workbook

from commands.sources import read_source

GERMAN_HEADER = [
    "Rechnungsnummer", "SKU", "Bezeichnung", "Menge", "Datum", "Preis", "Kundennummer", "Land",
]  # fmt: skip


def check(path):
    return subprocess.run(
        [sys.executable, "-m", "commands.check", str(path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )


def german(row):
    date, time = row[4].split(" ")
    year, month, day = date.split("-")
    return [*row[:4], f"{day}.{month}.{year} {time[:5]}", row[5].replace(".", ","), *row[6:]]


def german_log(path, **options):
    rows = [german(row) for row in rows_of_a_log()]
    rows[0][2] = "CAFÉ"
    return write_log(path, rows, GERMAN_HEADER, delimiter=";", encoding="cp1252", **options)


def proposed(page):
    return yaml.safe_load(page[page.index("order_id_column:") :])


def test_what_it_proposes_for_an_unknown_log_builds_that_log(build, tmp_path):
    log = german_log(tmp_path / "umsatz.csv")
    page = check(log).stdout
    assert "written in cp1252 and split by ';'" in page
    assert "Nothing in these rows will be refused." in page
    source = tmp_path / "mine.yml"
    source.write_text(page[page.index("order_id_column:") :])
    built = build(tmp_path / "built", log, read_source(str(source)), select="+source_lines")
    assert built.exit_code == 0, built.stdout
    verdicts = "select verdict, count(*) from source_lines group by 1 order by 1"
    assert built.query(verdicts) == [("return", 6), ("sale", 180)]
    assert built.query("select min(description) from source_lines") == [("CAFÉ",)]


def test_it_counts_guests_returns_and_copies_and_names_what_will_be_refused(tmp_path):
    rows = [row[:] for row in rows_of_a_log()]
    for row in rows[:31]:
        row[6] = ""
    rows[40] = rows[41]
    rows[50][3] = "six"
    page = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "16.7% of the rows are guests'" in page
    assert "3.2% of the rows, by prefix" in page
    assert "1 rows are copies" in page
    assert "1 rows have an unreadable Quantity, such as 'six'; these rows will be invalid" in page
    for row in rows[60:70]:
        row[5] = "dear"
    page = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "10 rows have an unreadable UnitPrice, such as 'dear'; the build will refuse" in page


def test_dates_that_fit_either_way_round_are_left_to_the_user(tmp_path):
    rows = [[*row[:4], f"0{1 + n % 9}/0{1 + n % 7}/2011", *row[5:]]
            for n, row in enumerate(rows_of_a_log())]  # fmt: skip
    page = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "%d/%m/%Y or %m/%d/%Y" in page
    assert "choose timestamp_format yourself" in page


def test_several_currencies_and_missing_columns_are_told(tmp_path):
    rows = [[*row, "GBP" if n % 2 else "EUR"] for n, row in enumerate(rows_of_a_log())]
    header = ["x", "SKU", "Name", "Ouch", "Order date", "Price", "y", "Country", "Currency"]
    page = check(write_log(tmp_path / "log.csv", rows, header)).stdout
    assert "EUR, GBP" in page
    assert "Amounts in 2 currencies are refused" in page
    assert "No column is known for quantity: set quantity_column." in page
    assert "set order_id_column" in page
    assert proposed(page)["ordered_at_column"] == "Order date"


def test_a_source_that_is_known_is_named_with_what_it_needs_beside(tmp_path):
    header = [
        "Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID",
        "Country",
    ]  # fmt: skip
    log = write_log(tmp_path / "log.csv", header=header, delimiter=";")
    page = check(log).stdout
    assert f"make build SOURCE=online_retail_2 TRANSACTIONS={log} VARS=" in page
    assert re.search(r"VARS='(.*)'", page)[1] == '{"delimiter": ";"}'


def test_workbooks_and_parquet_files_are_told_apart_by_their_content(tmp_path):
    rows = rows_of_a_log()
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
              "CustomerID", "Country"]  # fmt: skip
    workbook = write_workbook(
        tmp_path / "a.dat", {"Year 1": [header, *rows], "Notes": [["Read this"]]}
    )
    page = check(workbook).stdout
    assert "workbook with the sheets Year 1, Notes" in page
    assert "Sheet Notes has other columns" in page
    parquet = tmp_path / "b.dat"
    csv = write_log(tmp_path / "log.csv", rows)
    duckdb.execute(f"copy (from read_csv('{csv}')) to '{parquet}' (format parquet)")
    assert "Parquet, 0.0 MB; 186 rows were read" in check(parquet).stdout


def test_it_changes_nothing_and_says_in_a_sentence_what_it_cannot_read(tmp_path):
    log = german_log(tmp_path / "log.csv")
    before = files_in(tmp_path)
    check(log)
    assert files_in(tmp_path) == before
    (tmp_path / "empty.csv").touch()
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    for name, sentence in {
        "empty.csv": "No data: ",
        "cut.parquet": "cannot be read: ",
        "none.csv": "No file matches",
    }.items():
        refused = check(Path(tmp_path, name))
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert "Traceback" not in refused.stderr
