"""Each shipped source file builds the kind of log that it is for."""

import argparse
from decimal import Decimal

import pytest
import yaml

from commands.sources import SOURCES, SourceError, add_arguments, read_source, settings_of
from ingest.errors import IngestError
from tests.builds import PROJECT
from tests.logs import COLUMNS, HEADER, opened, rows_of_a_log, write_log, write_rates
from tests.workbooks import write_workbook

SHOP_HEADER = [
    "order_id", "sku", "product_name", "quantity", "created_at", "price", "customer_id",
    "country", "currency", "status",
]  # fmt: skip


def shop_rows():
    """The small log as shop software exports it: refunds have a status, not a sign or a prefix."""
    rows = []
    for order, *rest in rows_of_a_log():
        refunded = order.startswith("C")
        row = [order.removeprefix("C"), *rest, "GBP", "Refunded" if refunded else "paid"]
        row[3] = row[3].removeprefix("-")
        row[4] = row[4].replace(" ", "T") + "Z"
        rows.append(row)
    return rows


def test_every_shipped_source_can_be_read():
    assert {path.stem for path in SOURCES.glob("*.yml")} == {
        "online_retail", "online_retail_2", "cdnow", "shop_export",
    }  # fmt: skip
    for path in SOURCES.glob("*.yml"):
        assert read_source(path.stem)


def test_settings_as_they_come_are_those_of_online_retail():
    as_they_come = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
    assert read_source("online_retail").items() <= as_they_come.items()


def test_online_retail_2_and_one_are_the_same_lines_under_other_names(build, small_build, tmp_path):
    rows = rows_of_a_log()
    header = [
        "Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID",
        "Country",
    ]  # fmt: skip
    sheets = {"Year 2009-2010": [header, *rows[:100]], "Year 2010-2011": [header, *rows[70:]]}
    workbook = write_workbook(tmp_path / "two.xlsx", sheets)
    two = build(tmp_path / "two", workbook, read_source("online_retail_2"), select="+source_lines")
    assert two.exit_code == 0, two.stdout
    lines = "select * from source_lines order by all"
    assert two.query(lines) == small_build.query(lines)


def test_a_shop_export_has_the_sales_and_returns_of_the_same_log(build, small_build, tmp_path):
    export = write_log(tmp_path / "export.csv", shop_rows(), SHOP_HEADER)
    shop = build(tmp_path / "shop", export, read_source("shop_export"), select="+source_lines")
    assert shop.exit_code == 0, shop.stdout
    verdicts = "select verdict, count(*), sum(units), sum(amount) from source_lines group by 1"
    found = shop.query(verdicts + " order by 1")
    assert found == small_build.query(verdicts + " order by 1")
    assert "return" in [verdict for verdict, *_ in found]
    # 10:00 in UTC is 11:00 in London in summer.
    hours = "select distinct month(ordered_at) in (4, 5, 6, 7, 8, 9), hour(ordered_at) from {}"
    assert set(shop.query(hours.format("source_lines where month(ordered_at) not in (3, 10)"))) == {
        (True, 11),
        (False, 10),
    }


def test_statuses_that_no_row_has_are_told(tmp_path):
    rows = [[*row, "Canceled" if n == 7 else "paid"] for n, row in enumerate(rows_of_a_log())]
    log = write_log(tmp_path / "log.csv", rows, [*HEADER, "Status"])

    def warnings_of(statuses):
        is_not_sold = " or ".join(f"lower(status_text) = '{status}'" for status in statuses)
        return opened(
            log,
            columns=COLUMNS | {"status": "Status"},
            not_sold_statuses=statuses,
            is_not_sold=f"({is_not_sold})",
        ).warnings

    assert warnings_of(["cancelled", "failed"]) == [
        f"No row of {log} has one of the not_sold_statuses, cancelled, failed, as its Status: "
        "write them as the log does."
    ]
    assert warnings_of(["cancelled", "canceled"]) == []


def test_one_row_an_order_without_products_countries_and_prices_builds_whole(cdnow_build):
    assert "USD" in cdnow_build.stdout
    assert cdnow_build.query("select count(*) from customers") == [(200,)]
    in_force = "select count(*) from segment_models where is_in_force"
    assert cdnow_build.query(in_force) == [(4,)]
    assert "of 4 segments" not in cdnow_build.stdout
    verdicts = "select verdict, count(distinct order_id) from source_lines group by 1 order by 1"
    assert cdnow_build.query(verdicts) == [("return", 12), ("sale", 588)]


def test_amounts_of_whole_lines_stay_exact_through_partial_returns(build, tmp_path):
    header = ["order", "customer", "product", "day", "quantity", "amount"]
    rows = [
        ["1", "anna", "cup", "2011-01-01", "3", "10.00"],
        ["2", "anna", "cup", "2011-01-02", "-1", "-3.33"],
        ["3", "anna", "cup", "2011-01-03", "-2", "-6.67"],
        ["4", "bert", "cup", "2011-01-01", "7", "99.99"],
        ["5", "bert", "cup", "2011-01-02", "-4", "-57.14"],
        ["6", "bert", "cup", "2011-01-03", "-9", "-0.05"],
        ["7", "carl", "cup", "2011-01-01", "70000", "0.11"],
    ]
    settings = {
        **read_source("cdnow"),
        "order_id_column": "order", "customer_id_column": "customer",
        "product_id_column": "product", "ordered_at_column": "day", "timestamp_format": None,
    }  # fmt: skip
    log = write_log(tmp_path / "log.csv", rows, header)
    built = build(tmp_path, log, settings, select="+order_lines +line_funnel")
    assert built.exit_code == 0, built.stdout
    lines = "select customer_id, gross_amount, net_amount from order_lines order by 1"
    assert built.query(lines) == [
        ("anna", Decimal("10.0000000"), Decimal("0.0000000")),
        ("bert", Decimal("99.9900000"), Decimal("0.0000000")),
        # A price that rounds to nothing is not free.
        ("carl", Decimal("0.1100000"), Decimal("0.1100000")),
    ]
    given_back = (
        "select credit_lines.order_id, returns.amount from returns inner join source_lines "
        "as credit_lines on returns.credit_line_id = credit_lines.line_id "
        "order by 1, returns.unmatched_reason nulls first"
    )
    assert built.query(given_back) == [
        ("2", Decimal("3.3333333")),
        ("3", Decimal("6.6666667")),
        ("5", Decimal("57.1371429")),
        ("6", Decimal("42.8528571")),
        ("6", Decimal("0.0333333")),
    ]
    of_the_log = sum(Decimal(row[5]) for row in rows)
    assert built.query("select sum(amount) from line_funnel") == [(of_the_log,)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("delimter: ';'", "mine.yml: There is no setting 'delimter'; perhaps delimiter is meant"),
        ("delimiter: ';;'", "mine.yml: The setting delimiter is ';;'; it must be one character"),
        ("- a list", "has no settings"),
        ("a: b: c", "is not YAML"),
    ],
)
def test_a_source_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path, content, sentence):
    path = tmp_path / "mine.yml"
    path.write_text(content)
    with pytest.raises(SourceError, match=sentence):
        read_source(str(path))
    with pytest.raises(SourceError, match=r"no source 'nowhere'; set SOURCE to one of cdnow,"):
        read_source("nowhere")


def test_settings_that_are_not_json_are_refused_in_a_sentence():
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for given in ("{delimiter: ;}", "[1]"):
        with pytest.raises(SourceError, match=r"VARS is .*expected settings such as"):
            settings_of(parser.parse_args(["--vars", given]))


def test_several_currencies_are_refused_without_rates_and_one_must_be_the_settings(tmp_path):
    columns = dict(
        zip(
            ["order_id", "product_id", "description", "quantity", "ordered_at", "unit_price",
             "customer_id", "country", "currency", "status"],
            SHOP_HEADER,
            strict=True,
        ),
        line_total=None,
    )  # fmt: skip
    rows = shop_rows()
    marked = {"columns": columns, "credit_marker": "status"}
    log = write_log(tmp_path / "log.csv", rows, SHOP_HEADER)
    write_rates(tmp_path, "")
    assert opened(log, **marked).query
    with pytest.raises(
        IngestError, match=r"186 rows in GBP, which has no rate .*set currency to GBP"
    ):
        opened(log, **marked, currency="EUR")
    rows[3][8] = "eur"
    mixed = write_log(tmp_path / "mixed.csv", rows, SHOP_HEADER)
    with pytest.raises(IngestError, match=r"1 rows in EUR, which has no rate .*deliver each"):
        opened(mixed, **marked)


@pytest.mark.parametrize(
    ("columns", "settings", "sentence"),
    [
        ({"unit_price": None}, {}, "unit_price_column and line_total_column are None and None"),
        ({"line_total": "Total"}, {}, "expected one name and one null"),
        ({"order_id": None, "customer_id": None}, {}, "order_id_column and customer_id_column"),
        ({"order_id": None}, {}, "set credit_marker to negative_quantity, negative_amount or"),
        ({}, {"credit_marker": "status"}, "set status_column to the log's column"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(tmp_path, columns, settings, sentence):
    log = write_log(tmp_path / "log.csv")
    usual = {
        "order_id": "InvoiceNo", "product_id": None, "description": None, "quantity": "Quantity",
        "ordered_at": "InvoiceDate", "unit_price": "UnitPrice", "customer_id": "CustomerID",
        "country": None, "line_total": None, "status": None, "currency": None,
    }  # fmt: skip
    with pytest.raises(IngestError, match=sentence):
        opened(log, columns=usual | columns, **settings)
