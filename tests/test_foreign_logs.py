"""The same log as other software writes it: `make check` tells how, and a build reads the same."""

import datetime
from types import SimpleNamespace

import duckdb
import pytest

from commands.build import Progress
from commands.sources import read_source
from tests.builds import check, run_build
from tests.logs import rows_of_a_log, write_log
from tests.workbooks import write_workbook

COLUMNS = ["Order", "SKU", "Name", "Qty", "Date", "Price", "Customer", "Country"]
LINES = """
    select
        ltrim(order_id, 'C#') as order_number, product_id, description, units, unit_price, amount,
        ordered_at, customer_id, verdict
    from source_lines order by all
"""


def logs_rows():
    """Order, product, name, units, time, price beyond a thousand, customer, of a small log."""
    for order, product, name, units, time, price, customer, _ in rows_of_a_log():
        at = datetime.datetime.fromisoformat(time)
        is_known = customer != "17855"
        yield (
            order.lstrip("C"), product, name, int(units), at, float(price) + 1230,
            customer if is_known else "",
        )  # fmt: skip


def number(value, thousands, decimal):
    return f"{value:,.2f}".translate(str.maketrans(",.", thousands + decimal))


def german_erp(order, product, name, units, at, price, customer):
    back = "-" if units < 0 else ""
    price = number(price, ".", ",")
    return [order, f"{at:%Y%m%d%H%M%S}", product, name, f"{abs(units)}{back}", price, customer]


def american_accounts(order, product, name, units, at, price, customer):
    units = f"({-units})" if units < 0 else units
    price = "$" + number(price, ",", ".")
    return [
        f"#{order}",
        f"{at:%m/%d/%Y %I:%M %p}",
        product,
        name,
        units,
        price,
        customer or "Walk-in",
    ]


def french_shop(order, product, name, units, at, price, customer):
    price = number(price, "\u202f", ",") + " €"
    kind = "Remboursement (retour)" if units < 0 else "Vente"
    seconds = (at - datetime.datetime(1970, 1, 1)).total_seconds()
    return [kind, order, f"{seconds * 1000:.0f}", product, name, abs(units), price, customer or "0"]


def swiss_sheet(order, product, name, units, at, price, customer):
    days = (at - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
    price = "Fr. " + number(price, "'", ".")
    return [order, f"{days:.6f}", product, name, units, price, customer or r"\N"]


def warehouse_export(order, product, name, units, at, price, customer):
    return [order, product, name, units, f"{at:%Y-%m-%d %H:%M:%S} UTC", price, customer]


def french_till(order, product, name, units, at, price, customer):
    day, time = f"{at:%d/%m/%y}", f"{at:%H:%M}"
    return [order, product, name, units, day, time, number(price, ".", ","), customer]


def american_till(order, product, name, units, at, price, customer):
    price = price if units > 0 else -price
    return [order, product, name, abs(units), at, f"{price:.2f}", customer]


def dutch_web_shop(order, product, name, units, at, price, customer):
    return [order, product, name, abs(units), at, f"{units * price:.2f}", customer]


FOREIGN = {
    german_erp: (
        ";",
        ["Beleg", "Belegdatum", "Material", "Bezeichnung", "Menge", "Preis", "Kunde"],
    ),
    american_accounts: (
        ",",
        ["Name", "Invoice Date", "Item", "Description", "Units", "Unit Price", "Account"],
    ),
    french_shop: (
        ";",
        ["Type", "Commande", "Date", "Référence", "Désignation", "Quantité", "Prix", "Client"],
    ),
    french_till: (
        ";",
        ["Ticket", "Article", "Libellé", "Qté", "Date", "Heure", "PU TTC", "Client"],
    ),
    american_till: (",", ["Receipt No", "SKU", "Item", "Qty", "Date", "Price", "Member ID"]),
    dutch_web_shop: (",", ["Order", "SKU", "Name", "Quantity", "Date", "Amount", "Customer"]),
    warehouse_export: (",", ["order_id", "sku", "name", "qty", "created_at", "price", "customer"]),
    swiss_sheet: ("\t", ["OrderNo", "Date", "SKU", "Name", "Qty", "Price", "Customer"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def plain_lines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    rows = [
        [order, product, name, units, at, f"{price:.2f}", customer, "UK"]
        for order, product, name, units, at, price, customer in logs_rows()
    ]
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"]
    log = write_log(folder / "log.csv", rows, [*header, "CustomerID", "Country"])
    settings = {"credit_marker": "negative_quantity"}
    built = run_build(folder / "built", log, settings, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    return built.query(LINES)


@pytest.mark.parametrize("software", FOREIGN, ids=lambda software: software.__name__)
def test_what_check_proposes_reads_the_same_lines(plain_lines, tmp_path, software):
    delimiter, header = FOREIGN[software]
    rows = [software(*row) for row in logs_rows()]
    log = write_log(tmp_path / "log.csv", rows, header, delimiter=delimiter)
    page = check(log)
    assert page.returncode == 0, page.stdout
    assert "Nothing in these rows will be refused." in page.stdout
    assert ("are in UTC: set time_zone" in page.stdout) == (software is french_shop)
    source = tmp_path / "mine.yml"
    source.write_text(page.stdout[page.stdout.index("order_id_column:") :])
    built = run_build(tmp_path, log, read_source(str(source)), select="+source_lines")
    assert built.exit_code == 0, built.stdout
    assert built.query(LINES) == plain_lines


def typed_parquet(path, rows):
    """Write days and times of day by their types."""
    write_log(path.with_suffix(".csv"), rows, DAY_AND_TIME)
    texts = duckdb.read_csv(path.with_suffix(".csv"), all_varchar=True)
    typed = texts.project("* replace (Date::date as Date, Time::time as Time)")
    typed.write_parquet(str(path))
    return path


def typed_workbook(path, rows):
    """Write days as midnights, and times of day as parts of the first day of spreadsheets."""
    first_day = datetime.date(1899, 12, 30)
    midnight = datetime.time()
    rows = [
        [*ids, datetime.datetime.combine(day, midnight), datetime.datetime.combine(first_day, time),
         price, customer]
        for *ids, day, time, price, customer in rows
    ]  # fmt: skip
    return write_workbook(path, {"Sales": [DAY_AND_TIME, *rows]})


DAY_AND_TIME = ["Order", "SKU", "Name", "Qty", "Date", "Time", "Price", "Customer"]


def american_csv(path, rows):
    """Write days as midnights by the American clock, and times after the first of spreadsheets."""
    rows = [
        [*ids, f"{day:%-m/%-d/%Y} 12:00:00 AM", f"12/30/1899 {time:%-I:%M:%S %p}", price, customer]
        for *ids, day, time, price, customer in rows
    ]
    return write_log(path, rows, DAY_AND_TIME)


@pytest.mark.parametrize("write", [typed_parquet, typed_workbook, american_csv])
def test_a_day_and_the_time_of_day_of_another_column_are_one_time(plain_lines, tmp_path, write):
    rows = [
        [*ids, at.date(), at.time(), price, customer] for *ids, at, price, customer in logs_rows()
    ]
    log = write(tmp_path / "log.of_days", rows)
    page = check(log)
    assert "Nothing in these rows will be refused." in page.stdout, page.stdout
    source = tmp_path / "mine.yml"
    source.write_text(page.stdout[page.stdout.index("order_id_column:") :])
    assert read_source(str(source))["time_column"] == "Time"
    built = run_build(tmp_path, log, read_source(str(source)), select="+source_lines")
    assert built.exit_code == 0, built.stdout
    assert built.query(LINES) == plain_lines


def test_a_time_of_day_beside_dates_that_have_theirs_is_another(tmp_path):
    rows = [[*row, "12:30"] for row in rows_of_a_log()]
    page = check(write_log(tmp_path / "log.csv", rows, [*COLUMNS, "Delivered"])).stdout
    assert "time_column: null" in page.splitlines()


def test_an_hour_of_one_digit_is_read_in_iso_too(plain_lines, tmp_path):
    rows = [
        [*ids, str(at.date()), f"{at:%-H:%M:%S}", price, customer]
        for *ids, at, price, customer in logs_rows()
    ]
    log = write_log(tmp_path / "log.csv", rows, DAY_AND_TIME)
    page = check(log)
    assert "Nothing in these rows will be refused." in page.stdout, page.stdout
    source = tmp_path / "mine.yml"
    source.write_text(page.stdout[page.stdout.index("order_id_column:") :])
    built = run_build(tmp_path, log, read_source(str(source)), select="+source_lines")
    assert built.query(LINES) == plain_lines


def test_a_number_that_begins_with_zero_has_no_thousands(tmp_path):
    header = ["Beleg", "Artikel", "Bezeichnung", "Menge", "Datum", "Preis", "Kunde", "Land"]
    units = ["0.500", "1.250", "2.000", "12.000"]
    rows = [
        [*row[:3], units[n % 4], row[4], row[5].replace(".", ","), *row[6:]]
        for n, row in enumerate(rows_of_a_log())
    ]
    page = check(write_log(tmp_path / "log.csv", rows, header, delimiter=";"))
    assert page.returncode == 1
    assert "47 rows have an unreadable Menge, such as '0.500'; the build will refuse" in page.stdout


def test_a_log_without_prices_is_refused_for_that_alone(tmp_path):
    rows = [row[:5] + row[6:] for row in rows_of_a_log()]
    page = check(write_log(tmp_path / "log.csv", rows, COLUMNS[:5] + COLUMNS[6:])).stdout
    assert "No column is known for prices: set unit_price_column." in page
    assert "None is the same" not in page
    # Whole numbers tell nothing of points and commas.
    assert "numbers     decimal '.', no thousands separator" in page


def test_ids_that_a_spreadsheet_has_rounded_are_named(tmp_path):
    rows = [[*row[:6], f"{int(row[6]):.2E}", row[7]] for row in rows_of_a_log()]
    page = check(write_log(tmp_path / "log.csv", rows, COLUMNS)).stdout
    assert "186 rows have a Customer such as 1.78E+04, which a spreadsheet has rounded" in page


@pytest.mark.parametrize(
    ("column", "is_of_units", "said"),
    [
        ("Price", True, None),
        ("Price", False, "Price grows with Qty, as the amount of a line does: if it is one, set "),
        (
            "Amount",
            True,
            "Amount is the same whatever the Qty, as the price of a unit is: if it is",
        ),
        ("Amount", False, None),
    ],
)
def test_a_price_that_is_an_amount_is_named(tmp_path, column, is_of_units, said):
    rows = rows_of_a_log()
    for number, row in enumerate(rows):
        # Twelve products, each with a price of its own, in one to five units.
        product, units = number % 12, 1 + number % 5
        row[1], row[3] = f"P{product}", str(units)
        row[5] = f"{(product + 1.25) * (1 if is_of_units else units):.2f}"
    header = [column if name == "Price" else name for name in COLUMNS]
    page = check(write_log(tmp_path / "log.csv", rows, header)).stdout
    assert (said or "Nothing in these rows will be refused.") in page
    assert ("if it is one, set" in " ".join(page.split())) == (said is not None)


def test_an_id_on_far_more_rows_than_any_other_is_named(tmp_path):
    rows = [[*row[:6], "X-99" if n % 4 else row[6], row[7]]
            for n, row in enumerate(rows_of_a_log(300))]  # fmt: skip
    page = check(write_log(tmp_path / "log.csv", rows, COLUMNS)).stdout
    assert "74.9% of the rows have the Customer X-99, far more than any other" in page


def test_a_guest_that_a_data_frame_made_a_float_of_is_one(tmp_path):
    rows = [[*row[:6], "0.0" if n % 4 else f"{row[6]}.0", row[7]]
            for n, row in enumerate(rows_of_a_log())]  # fmt: skip
    page = check(write_log(tmp_path / "log.csv", rows, COLUMNS)).stdout
    assert "customers   10; 74.7% of the rows are guests'" in page
    assert "- '0'" in page.splitlines()


def test_blanks_that_do_not_break_are_no_part_of_values(plain_lines, tmp_path):
    rows = [
        [*ids, f"\u00a0{units}\t", f"\u202f{at}", f"{price}\u202f€\u00a0", customer]
        for *ids, units, at, price, customer in logs_rows()
    ]
    log = write_log(tmp_path / "log.csv", rows, COLUMNS[:-1])
    page = check(log)
    assert "Nothing in these rows will be refused." in page.stdout
    source = tmp_path / "mine.yml"
    source.write_text(page.stdout[page.stdout.index("order_id_column:") :])
    built = run_build(tmp_path, log, read_source(str(source)), select="+source_lines")
    assert built.query(LINES) == plain_lines


STATUSES = [*COLUMNS, "Financial Status"]


def test_a_status_in_the_place_of_the_sale_is_no_credit(tmp_path):
    rows = [row for row in rows_of_a_log() if row[3] != "-1"]
    of_customers = {"17851": "refunded", "17852": "partially_refunded"}
    rows = [[*row, of_customers.get(row[6], "paid")] for row in rows]
    page = check(write_log(tmp_path / "log.csv", rows, STATUSES)).stdout
    assert "credit_marker: negative_quantity" in page.splitlines()
    assert "status_column: null" in page.splitlines()
    assert (
        "36 rows have the Financial Status partially_refunded or refunded and no sale beside"
    ) in page


def test_a_status_of_rows_that_give_back_is_a_credit(tmp_path):
    rows = [[*row, "paid"] for row in rows_of_a_log() if row[3] != "-1"]
    # One within the order, and one that has an order of its own.
    rows += [[*rows[0][:-1], "refunded"], ["R-1", *rows[1][1:-1], "Returned"]]
    page = check(write_log(tmp_path / "log.csv", rows, STATUSES)).stdout
    assert "credit_statuses:\n- refunded\n- returned\n" in page
    assert "no sale beside" not in page


def test_what_was_cancelled_or_not_paid_was_never_sold(tmp_path):
    rows = [row for row in rows_of_a_log() if row[3] != "-1"]
    of_customers = {"17851": "Cancelled", "17852": "failed", "17853": "pending"}
    rows = [[*row, of_customers.get(row[6], "completed")] for row in rows]
    # Market places leave out what was not sold: its price and currency, and how much of it.
    rows = [
        [*row[:3], "0", row[4], "", *row[6:]] if row[-1] == "Cancelled" else row for row in rows
    ]
    rows = [[*row, "" if row[-1] in ("Cancelled", "failed") else "GBP"] for row in rows]
    log = write_log(tmp_path / "log.csv", rows, [*STATUSES, "Currency"])
    page = check(log).stdout
    assert "not sold    20.0% of the rows, by cancelled, failed" in page
    assert "Nothing in these rows will be refused." in page
    source = tmp_path / "mine.yml"
    source.write_text(page[page.index("order_id_column:") :])
    built = run_build(tmp_path, log, read_source(str(source)), select="+line_funnel +order_lines")
    assert built.exit_code == 0, built.stdout
    verdicts = "select verdict, sum(lines) from line_funnel group by verdict order by verdict"
    assert built.query(verdicts) == [("not_sold", 36), ("sale", 144)]
    sold = built.query("select distinct customer_id from order_lines where customer_id < '17854'")
    assert sorted(sold) == [("17850",), ("17853",)]


def test_an_order_that_is_cancelled_on_its_first_row_alone_is_named(tmp_path):
    rows = [[*row, ""] for row in rows_of_a_log()]
    for row in rows[::3]:
        row[-1] = "voided" if row[0] == "536365" else "paid"
    page = check(write_log(tmp_path / "log.csv", rows, STATUSES)).stdout
    assert (
        "1 order, such as 536365, with the Financial Status voided on some rows only, so that"
    ) in page
    # Rows without an order are none.
    for row in rows[:3]:
        row[0] = ""
    page = check(write_log(tmp_path / "log.csv", rows, STATUSES)).stdout
    assert "on some rows only, so that the others count as sold" not in page


def test_a_card_that_was_paid_with_is_no_credit(tmp_path):
    for card in ("Credit card", "Credit/Debit Card", "carte de credit"):
        rows = [[*row, card if n % 3 else "Cheque"] for n, row in enumerate(rows_of_a_log())]
        page = check(write_log(tmp_path / "log.csv", rows, [*COLUMNS, "Payment"])).stdout
        assert "3.2% of the rows, by prefix" in page


def test_a_header_that_is_not_the_first_line_is_found(tmp_path):
    rows = rows_of_a_log()
    log = write_log(tmp_path / "log.csv", [COLUMNS, *rows], ["Sales of 2011"])
    assert (
        f"The first line of {log} has 1 of the 8 columns that most have: remove what stands before "
        "the header, perhaps 'Order, SKU, Name, Qty, Date, Price, Customer, Country'."
    ) in check(log).stderr
    # Of eight values, one of them a guest's, three are numbers and one is a date.
    log = write_log(tmp_path / "bare.csv", rows[1:], [*rows[0][:6], "", rows[0][7]])
    assert "has values, no names: put a header before it." in check(log).stdout


def test_nothing_in_a_log_acts_on_the_terminal(tmp_path):
    rows = rows_of_a_log()
    rows[0][2] = "\x1b[2J\nred\x1b[31m"
    log = write_log(tmp_path / "log.csv", rows, [*COLUMNS[:7], "Land\x1b[1m"])
    page = check(log).stdout
    assert "\x1b" not in page
    assert r"\x1b[2J\nred\x1b[31m" in page


def test_a_note_of_a_build_does_not_either(capsys):
    message = SimpleNamespace(msg="columns that are not used: \x1b[2JNote\nand more\x07")
    Progress()(SimpleNamespace(info=SimpleNamespace(name="JinjaLogWarning"), data=message))
    note = "Note: columns that are not used: \\x1b[2JNote\nand more\\x07\n"
    assert capsys.readouterr().err == note
