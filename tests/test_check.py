"""`make check` tells an unknown log's notation, and what it proposes is what builds it."""

import gzip
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from commands.sources import read_source
from tests.builds import PROJECT, check
from tests.logs import HEADER, rows_of_a_log, write_log
from tests.postgres import PASSWORD
from tests.publishes import files_in
from tests.workbooks import write_workbook

GERMAN_HEADER = [
    "Rechnungsnummer", "SKU", "Bezeichnung", "Menge", "Datum", "Preis", "Kundennummer", "Land",
]  # fmt: skip


def refusals(checked):
    """What the page says the build refuses."""
    assert checked.returncode == 1
    assert "Traceback" not in checked.stderr
    _, _, rest = checked.stdout.partition("The build will refuse this log:\n")
    return rest.partition("\n\n")[0].splitlines()


def proposed_command(page):
    """The arguments of the `make build` that it proposes."""
    command = re.search(r"^    make build (.*)$", page, re.MULTILINE)[1]
    return dict(word.split("=", 1) for word in shlex.split(command))


def british(rows):
    """Dates as 31/12/2011."""
    return [[*row[:4], f"{row[4][8:10]}/{row[4][5:7]}/{row[4][:4]}", *row[5:]] for row in rows]


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


def test_who_reads_the_page_may_leave(tmp_path):
    ours, theirs = os.pipe()
    os.close(ours)
    checked = subprocess.run(
        [sys.executable, "-m", "commands.check", str(german_log(tmp_path / "umsatz.csv"))],
        cwd=PROJECT,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(theirs)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_it_counts_guests_returns_and_copies_and_names_what_will_be_refused(tmp_path):
    rows = [row[:] for row in rows_of_a_log()]
    for row in rows[:31]:
        row[6] = ""
    rows[40] = rows[41]
    rows[50][3] = "six"
    page = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "16.7% of the rows are guests'" in page
    assert "3.2% of the rows, by prefix" in page
    assert "1 row is a copy" in page
    assert "1 row has an unreadable Quantity, such as 'six'; such rows will be invalid" in page
    for row in rows[60:70]:
        row[5] = "dear"
    page = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "10 rows have an unreadable UnitPrice, such as 'dear'; the build will refuse" in page


DEFECTS = {
    0: {0: ""}, 1: {1: ""}, 2: {4: "1970-01-01 00:00:00"}, 3: {3: "0"}, 4: {3: "1000001"},
    5: {5: "123456789012.5"}, 6: {5: "-1.00"}, 7: {0: "C536000"}, 8: {0: "", 3: "0"},
    9: {5: "dear"},
    # Bookkeeping, and as many units as may be.
    10: {1: "B", 5: "-1.00"}, 11: {3: "1000000"},
}  # fmt: skip
TOLD = r"^(\d+) rows? ha(?:s|ve) .* \((\w+)\), such as"


@pytest.mark.parametrize("price", ["UnitPrice", "Amount"])
def test_rows_are_invalid_by_the_reasons_of_the_build(build, tmp_path, price):
    rows = rows_of_a_log(1000)
    for place, values in DEFECTS.items():
        for column, value in values.items():
            rows[place][column] = value
    header = [*HEADER[:5], price, *HEADER[6:]]
    log = write_log(tmp_path / "log.csv", rows, header)
    page = check(log).stdout
    told = {reason: int(count) for count, reason in re.findall(TOLD, page, re.MULTILINE)}
    assert len(told) == 8
    settings = {} if price == "UnitPrice" else proposed(page)
    built = build(tmp_path / "built", log, settings, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    found = built.query(
        "select verdict_reason, count(*) from source_lines where verdict = 'invalid' "
        "and unit_price_text is distinct from 'dear' group by all"
    )
    assert told == dict(found)
    # Of 600 rows they are more than a hundredth, though no reason has as many.
    refused = refusals(check(write_log(tmp_path / "part.csv", rows[:600], header)))
    assert len(refused) == 8
    assert all(sentence.endswith(", or set max_invalid_share.") for sentence in refused)


def test_what_mends_invalid_rows_is_told(tmp_path):
    rows = rows_of_a_log()
    for row in rows[::10]:
        row[1:4] = ["DISCOUNT", "", "1"]
        row[5] = "-0.50"
    (told,) = refusals(check(write_log(tmp_path / "log.csv", rows)))
    assert told.startswith(
        "19 rows have a negative price (negative_unit_price), such as InvoiceNo '536365', "
        "StockCode 'DISCOUNT', Quantity '1', UnitPrice '-0.50', "
    )
    assert "add codes that are no products, such as discounts, to seeds/service_codes.csv" in told


def test_an_order_that_begins_like_a_credit_is_none_where_nothing_is_given_back(tmp_path):
    rows = [[f"C{row[0]}", *row[1:]] for row in rows_of_a_log() if row[3] != "-1"]
    checked = check(write_log(tmp_path / "log.csv", rows))
    assert checked.returncode == 0
    settings = json.loads(proposed_command(checked.stdout)["VARS"])
    assert settings == {"credit_marker": "negative_quantity"}


def test_codes_that_would_be_taken_for_services_are_named(tmp_path):
    rows = rows_of_a_log()
    assert "services" not in check(write_log(tmp_path / "log.csv", rows)).stdout
    for row in rows[:3]:
        row[1:3] = ["m", "MUG, MEDIUM"]
    rows[3][1:3] = ["gift_0001_20", ""]
    assert (
        "\nservices    M (3 rows, MUG, MEDIUM); GIFT_0001_20 (1 row, no description): no products, "
        "by seeds/service_codes.csv; strike there what the shop sells\n"
    ) in check(write_log(tmp_path / "log.csv", rows)).stdout
    for number, row in enumerate(rows[:14]):
        row[1:3] = [f"gift_0001_{number}", ""]
    named = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "; GIFT_0001_11 (1 row, no description); … and 2 more: no products" in named


@pytest.mark.parametrize(
    ("written", "line", "finding"),
    [
        ("{}", "currency: GBP # a guess: set the shop's", "none is named: GBP is a guess"),
        ("${}", "currency: USD # a guess: set the shop's", "$ stands for several: USD is a guess"),
        ("{} kr", "currency: GBP # a guess: set the shop's", "kr stands for several: GBP is a"),
        ("€{}", "currency: EUR", "EUR\n"),
        ("CHF {}", "currency: CHF", "CHF\n"),
    ],
)
def test_a_currency_that_nothing_tells_is_asked_for(tmp_path, written, line, finding):
    rows = [[*row[:5], written.format(row[5]), *row[6:]] for row in rows_of_a_log()]
    page = check(write_log(tmp_path / "log.csv", rows, ["No", *HEADER[1:]])).stdout
    assert line in page.splitlines()
    assert f"\ncurrencies  {finding}" in page
    settings = json.loads(
        proposed_command(check(write_log(tmp_path / "log.csv", rows)).stdout).get("VARS", "{}")
    )
    assert settings.get("currency", "GBP") == line.split()[1]


def test_dates_that_fit_either_way_round_are_left_to_the_user(tmp_path):
    rows = [[*row[:4], f"0{1 + n % 9}/0{1 + n % 7}/2011", *row[5:]]
            for n, row in enumerate(rows_of_a_log())]  # fmt: skip
    page = check(write_log(tmp_path / "log.csv", rows)).stdout
    assert "%d/%m/%Y or %m/%d/%Y" in page
    assert "choose timestamp_format yourself" in page


def test_a_known_source_takes_what_it_lacks_of_the_log(tmp_path):
    header = [
        *("order_id", "sku", "product_name", "quantity", "created_at", "price"),
        *("customer_id", "country", "status", "currency"),
    ]
    rows = [
        [*row, "voided" if n % 8 == 0 else "completed", "USD"]
        for n, row in enumerate(rows_of_a_log())
        if not row[0].startswith("C")
    ]
    for row in rows[::5]:
        row[6] = "N/A"
    page = check(write_log(tmp_path / "log.csv", rows, header)).stdout
    command = proposed_command(page)
    assert command["SOURCE"] == "shop_export"
    assert json.loads(command["VARS"]) == {
        "currency": "USD",
        "guest_markers": ["0", "guest", "none", "null", "n/a"],
        "not_sold_statuses": ["cancelled", "canceled", "failed", "voided"],
    }
    assert "shows them by the clock of Europe/London: set time_zone to the shop's zone" in page


def test_a_state_is_no_status_where_another_column_has_them(tmp_path):
    rows = [
        [*row, "Texas" if n % 2 else "Nevada", "cancelled" if n % 5 == 0 else "shipped"]
        for n, row in enumerate(rows_of_a_log())
    ]
    page = check(write_log(tmp_path / "log.csv", rows, [*HEADER, "State", "Fulfillment"])).stdout
    assert "status_column: Fulfillment" in page.splitlines()
    assert "not_sold_statuses:\n- cancelled\n" in page


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
    assert proposed_command(page) == {
        "SOURCE": "online_retail_2", "TRANSACTIONS": str(log), "VARS": '{"delimiter": ";"}',
    }  # fmt: skip


def test_workbooks_and_parquet_files_are_told_apart_by_their_content(tmp_path):
    rows = rows_of_a_log()
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
              "CustomerID", "Country"]  # fmt: skip
    workbook = write_workbook(
        tmp_path / "a.dat", {"Year 1": [header, *rows], "Notes": [["Read this"]]}
    )
    page = check(workbook).stdout
    assert "workbook with the sheets Year 1, Notes" in page
    assert "sheet Notes has other columns and is left out" in page
    assert json.loads(proposed_command(page)["VARS"]) == {"sheets": ["Year 1"]}
    parquet = tmp_path / "b.dat"
    csv = write_log(tmp_path / "log.csv", rows)
    duckdb.execute(f"copy (from read_csv('{csv}')) to '{parquet}' (format parquet)")
    assert "Parquet, 0.0 MB; all 186 rows were read" in check(parquet).stdout


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


def as_table(kind, folder, rows, header=HEADER):
    """Rows as a table of a database; what the setting transactions says for it."""
    if kind == "duckdb":
        csv = write_log(folder / "table.csv", rows, header)
        with duckdb.connect(folder / "shop.duckdb") as shop:
            shop.execute(f"create schema web; create table web.lines as from read_csv('{csv}')")
        return f"duckdb:{folder}/shop.duckdb:web.lines"
    with sqlite3.connect(folder / "shop.db") as shop:
        shop.execute(f"create table lines ({', '.join(header)})")
        shop.executemany(f"insert into lines values ({', '.join('?' * len(header))})", rows)
    shop.close()
    return f"sqlite:{folder}/shop.db:lines"


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_table_is_checked_like_a_file_and_stays_as_it_is(build, tmp_path, kind):
    header = ["order_no", "sku", "title", "qty", "created_at", "price", "customer", "country"]
    log = as_table(kind, tmp_path, rows_of_a_log(), header)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    checked = check(log)
    assert checked.returncode == 0, checked.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert "lines: all 186 rows were read." in checked.stdout
    assert "split by" not in checked.stdout
    assert "3.2% of the rows, by prefix" in checked.stdout
    settings = yaml.safe_load(checked.stdout[checked.stdout.index("order_id_column:") :])
    # How files are written is no question of a table.
    assert not {"encoding", "delimiter", "decimal_separator", "timestamp_format"} & set(settings)
    built = build(tmp_path / "built", log, settings, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    verdicts = "select verdict, count(*) from source_lines group by 1 order by 1"
    assert built.query(verdicts) == [("return", 6), ("sale", 180)]


def test_a_table_of_postgresql_is_checked_and_its_address_stays_secret(server):
    columns = ", ".join(f'"{name}" text' for name in HEADER)
    server.query(f"create schema web; create table web.lines ({columns})")
    rows = ", ".join(
        "(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows_of_a_log()
    )
    server.query(f"insert into web.lines values {rows}")
    server.query(
        'alter table web.lines alter "InvoiceDate" type timestamp using "InvoiceDate"::timestamp, '
        'alter "UnitPrice" type numeric using "UnitPrice"::numeric'
    )
    secret = {"DBT_ENV_SECRET_TRANSACTIONS": server.connection}
    checked = check("postgresql:web.lines", secret)
    assert checked.returncode == 0, checked.stderr
    assert "PostgreSQL, table web.lines: all 186 rows were read." in checked.stdout
    assert proposed_command(checked.stdout) == {
        "SOURCE": "online_retail", "TRANSACTIONS": "postgresql:web.lines",
    }  # fmt: skip
    for transactions, environment, sentence in (
        ("postgresql:web.lines", {}, "DBT_ENV_SECRET_TRANSACTIONS is not set"),
        ("postgresql:web.orders", secret, 'relation "web.orders" does not exist'),
        ('postgresql:web.lines"; drop table web.lines; --', secret, "cannot be read"),
        (server.connection, secret, "is a connection string, which logs would show"),
    ):
        refused = check(transactions, environment)
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert PASSWORD not in refused.stderr
    assert server.query("select count(*) from web.lines") == [(186,)]


def test_no_log_is_told_in_a_sentence():
    assert check("").stderr == "No log is named: make check TRANSACTIONS=path/to/log.csv\n"


def test_a_table_that_is_not_there_is_told_as_by_the_build(tmp_path):
    as_table("duckdb", tmp_path, rows_of_a_log())
    as_table("sqlite", tmp_path, rows_of_a_log())
    before = files_in(tmp_path)
    for transactions, sentence in (
        ("duckdb:{}/none.duckdb:lines", "There is no database"),
        ("duckdb:{}/shop.duckdb:orders", "table orders cannot be read"),
        ("sqlite:{}/shop.db:orders", "no such table"),
        ('sqlite:{}/shop.db:lines" where 1=1 --', "no such table"),
        ("sqlite:{}/table.csv:lines", "file is not a database"),
        ("{}/shop.db", "name a table of a database, as sqlite:shop.db:lines"),
    ):
        refused = check(transactions.format(tmp_path))
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert refused.stderr.count("\n") == 1
    assert files_in(tmp_path) == before


def test_a_date_that_fits_both_ways_in_one_file_is_decided_by_another(build, tmp_path):
    rows = british(rows_of_a_log())
    early = [row for row in rows if int(row[4][:2]) < 13]
    late = [row for row in rows if int(row[4][:2]) >= 13]
    write_log(tmp_path / "1.csv", early)
    assert "choose timestamp_format yourself" in check(tmp_path / "*.csv").stdout
    write_log(tmp_path / "2.csv", late)
    checked = check(tmp_path / "*.csv")
    assert checked.returncode == 0
    assert "2 files (CSV), 0.0 MB; all 186 rows were read." in checked.stdout
    settings = json.loads(proposed_command(checked.stdout)["VARS"])
    assert settings == {"timestamp_format": "%d/%m/%Y"}
    built = build(tmp_path / "built", tmp_path / "*.csv", settings, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    assert built.query("select count(*) from source_lines where verdict <> 'invalid'") == [(186,)]


def test_the_end_of_a_long_file_is_read_too(tmp_path):
    rows = british(rows_of_a_log())
    early = [row for row in rows if int(row[4][:2]) < 13] * 4_500
    log = write_log(tmp_path / "long.csv", [*early, *rows])
    assert log.stat().st_size > 16_000_000
    page = check(log).stdout
    assert re.search(
        r"about \d+,000 rows, of which \d+,\d+ were read, the first and the last", page
    )
    assert "format      %d/%m/%Y\n" in page
    assert "duplicates  at least " in page


def test_a_letter_in_the_middle_of_a_long_file_tells_its_encoding(tmp_path):
    rows = rows_of_a_log() * 3_000
    rows[len(rows) // 2][2] = "CAFÉ"
    log = write_log(tmp_path / "long.csv", rows, encoding="cp1252")
    assert "written in cp1252" in check(log).stdout


def test_lines_of_several_files_are_counted_as_the_build_counts_them(build, tmp_path):
    rows = [*rows_of_a_log(), rows_of_a_log()[60]]
    write_log(tmp_path / "1.csv", rows[:100])
    write_log(tmp_path / "2.csv", [rows[60], *rows[60:]])
    # The same lines in another notation are the same lines.
    csv = write_log(tmp_path / "parquet.txt", rows[90:120])
    parquet = tmp_path / "3.parquet"
    duckdb.execute(f"copy (from read_csv('{csv}')) to '{parquet}' (format parquet)")
    page = check(tmp_path / "[0-9].*").stdout
    found = re.search(r"duplicates  (\d+) rows are copies .*; (\d+) were delivered", page)
    built = build(tmp_path / "built", tmp_path / "[0-9].*", select="+build_info")
    assert built.exit_code == 0, built.stdout
    again = built.query("select rows_delivered_again from build_info")[0][0]
    copies = built.query("select count(*) from source_lines where verdict = 'duplicate'")[0][0]
    assert (int(found[1]), int(found[2])) == (copies, again) == (2, 70)


def test_sheets_of_workbooks_are_deliveries(tmp_path):
    rows = rows_of_a_log()
    write_workbook(tmp_path / "a.xlsx", {"Log": [HEADER, *rows[:100]], "Notes": [["Read", "this"]]})
    write_workbook(tmp_path / "b.xlsx", {"Notes": [["Read", "that"]], "Log": [HEADER, *rows[80:]]})
    checked = check(tmp_path / "*.xlsx")
    assert checked.returncode == 0
    assert "b.xlsx, sheet Log" in checked.stdout
    assert "20 were delivered by an earlier file too" in checked.stdout
    assert json.loads(proposed_command(checked.stdout)["VARS"]) == {"sheets": ["Log"]}


def with_letters(rows):
    return [[*row[:2], "CAFÉ", *row[3:]] for row in rows]


def with_commas(rows):
    return [[*row[:5], row[5].replace(".", ","), *row[6:]] for row in rows]


@pytest.mark.parametrize(
    ("write", "sentence"),
    [
        (lambda path, rows: path.touch(), "No data: {} is empty"),
        (lambda path, rows: path.write_bytes(bytes(range(256)) * 9), "{} is neither text, Parquet"),
        (lambda path, rows: path.write_bytes(b"PAR1 and no more"), "{} cannot be read: "),
        (lambda path, rows: path.write_bytes(b"PK\x03\x04, a zip"), "{} cannot be read: "),
        (
            lambda path, rows: write_log(path, rows, ["No", "Part", *HEADER[2:]]),
            "{} has no column 'InvoiceNo', 'StockCode', as the others have; its columns are No, ",
        ),
        (
            lambda path, rows: write_log(path, [row[:7] for row in rows], HEADER[:7]),
            "{} has no column 'Country', as the others have; its columns are InvoiceNo, ",
        ),
        (
            lambda path, rows: write_log(path, rows, [*HEADER[:7], "CustomerID"]),
            "The header of {} names a column twice: CustomerID",
        ),
        (
            lambda path, rows: write_log(path, rows, delimiter=";"),
            "{} is split by ';', the others by ',' (setting delimiter)",
        ),
        (
            lambda path, rows: write_log(path, with_letters(rows), encoding="cp1252"),
            "{} is written in cp1252, the others in utf-8 (setting encoding)",
        ),
        (
            lambda path, rows: write_log(path, [[*r[:4], r[4][:10], *r[5:-1]] for r in rows]),
            "{} have more or fewer columns than the header",
        ),
        (
            lambda path, rows: write_log(path, with_commas(rows)),
            "have an unreadable UnitPrice, such as '1,05', all in {}; export",
        ),
    ],
)
def test_one_file_that_the_build_would_refuse_is_named(tmp_path, write, sentence):
    rows = rows_of_a_log()
    for name, part in {"1.csv": rows[:60], "2.csv": rows[60:120], "4.csv": rows[120:]}.items():
        write_log(tmp_path / name, with_letters(part))
    odd = tmp_path / '3\'s "odd"; --.csv'
    write(odd, rows[:60])
    checked = check(tmp_path / "*.csv")
    told = refusals(checked)
    assert len(told) == 1
    assert sentence.format(odd) in told[0]
    # What the others have is told all the same.
    assert "2011-01-01 to 2011-12-24" in checked.stdout
    assert proposed_command(checked.stdout)["SOURCE"] == "online_retail"


def test_a_file_with_other_dates_than_the_others_is_named(tmp_path):
    rows = rows_of_a_log()
    write_log(tmp_path / "1.csv", british(rows[:100]))
    write_log(tmp_path / "2.csv", british(rows[100:]))
    american = [[*r[:4], f"{r[4][5:7]}/{r[4][8:10]}/{r[4][:4]}", *r[5:]] for r in rows[:60]]
    write_log(tmp_path / "3.csv", american)
    (told,) = refusals(check(tmp_path / "*.csv"))
    assert "3.csv has dates as %m/%d/%Y, the others as %d/%m/%Y" in told


def test_times_in_one_file_and_numbers_in_another_are_named(tmp_path):
    csv = write_log(tmp_path / "log.txt")
    for name, value in (("1", "InvoiceDate"), ("2", "20110101")):
        duckdb.execute(
            f"copy (select * replace ({value} as InvoiceDate) from read_csv('{csv}')) "
            f"to '{tmp_path}/{name}.parquet' (format parquet)"
        )
    told, doubted = refusals(check(tmp_path / "*.parquet"))
    assert "InvoiceDate is a column of times in" in told
    assert "59 orders, such as 536366, have lines of several days" in doubted


def test_files_that_were_cut_off_or_hold_nothing_are_told_in_a_sentence(tmp_path):
    log = write_log(tmp_path / "log.csv")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(log.read_bytes())[:-200])
    write_log(tmp_path / "header 1.csv", [])
    write_log(tmp_path / "header 2.csv", [])
    for name, sentence in {
        "cut.csv.gz": "Compressed file ended before the end-of-stream marker was reached",
        "header*.csv": "has not a single row",
        "none*.csv": "No file matches",
        "'; drop table x; --": "No file matches",
    }.items():
        refused = check(tmp_path / name)
        assert refused.returncode == 1
        assert sentence in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_a_hundred_files_take_little_longer_than_one(tmp_path):
    rows = rows_of_a_log(4_000)
    for number in range(100):
        write_log(tmp_path / f"{number:02}.csv", rows)
    page = check(tmp_path / "*.csv").stdout
    read = int(re.search(r"of which ([\d,]+) were read", page)[1].replace(",", ""))
    assert read <= 200_000
    assert "… and 88 more." in page


def test_make_gives_a_name_as_it_is(tmp_path):
    log = write_log(tmp_path / 'it\'s $HOME & "co".csv')
    arguments = ["make", "--no-print-directory", "-o", ".venv/ready", "check"]
    made = subprocess.run(
        [*arguments, f"TRANSACTIONS={log}"], cwd=PROJECT, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(f"{log}: CSV")
    assert proposed_command(made.stdout)["TRANSACTIONS"] == str(log)
