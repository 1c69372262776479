"""F13: every strange line has a verdict, and money still adds up."""

from decimal import Decimal

import duckdb

from tests.logs import rows_of_a_log, write_log

STRANGE = {
    "stock_adjustment": {"Quantity": "-4"},
    "zero_price": {"UnitPrice": "0"},
    "date_outside_log": {"InvoiceDate": "2201-05-04 10:00:00"},
    "implausible_quantity": {"Quantity": "1000000000"},
    "implausible_amount": {"Quantity": "1000000", "UnitPrice": "100000"},
    "unreadable_unit_price": {"UnitPrice": "NaN"},
    "unreadable_quantity": {"Quantity": "inf"},
    "negative_unit_price": {"UnitPrice": "-1.5"},
    "zero_quantity": {"Quantity": "0"},
}


def test_each_has_its_verdict_and_the_sum_is_that_of_the_log(build, tmp_path):
    rows = rows_of_a_log(300)
    csv = write_log(tmp_path / "plain.csv", rows)
    log = tmp_path / "log.parquet"
    names = "InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country"
    strange = [
        dict(zip(names.split(), rows[0], strict=True)) | {"InvoiceNo": verdict} | change
        for verdict, change in STRANGE.items()
    ]
    with duckdb.connect() as connection:
        connection.execute(f"create table log as from read_csv('{csv}', all_varchar = true)")
        for row in strange:
            connection.execute("insert into log values (?, ?, ?, ?, ?, ?, ?, ?)", [*row.values()])
        # As floating point, where NaN and infinity are values.
        connection.execute(
            "copy (select * replace (cast(Quantity as double) as Quantity, "
            f"cast(UnitPrice as double) as UnitPrice) from log) to '{log}'"
        )
    built = build(tmp_path, log, select="+line_funnel")
    assert built.exit_code == 0, built.stdout
    found = dict(
        built.query(
            "select order_id, case when verdict = 'invalid' then verdict_reason else verdict end "
            "from source_lines where order_id similar to '[a-z_]+'"
        )
    )
    assert found == {verdict: verdict for verdict in STRANGE}
    total = sum(
        Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
        for row in strange
        if row["InvoiceNo"]
        not in ("unreadable_unit_price", "unreadable_quantity", "implausible_amount")
    ) + sum(Decimal(row[3]) * Decimal(row[5]) for row in rows)
    assert built.query("select sum(amount), sum(lines) from line_funnel") == [
        (total, len(rows) + len(strange))
    ]


def test_a_customer_of_a_mistyped_date_alone_is_seen_in_the_present_and_never_before(
    build, tmp_path
):
    rows = rows_of_a_log(200)
    line = rows[0]
    rows += [
        ["9", *line[1:4], "2201-05-04 10:00:00", line[5], "only outside", "UK"],
        ["10", *line[1:4], "1970-01-01 00:00:00", line[5], "new", "UK"],
        ["11", *line[1:4], "2011-12-05 10:00:00", line[5], "new", "UK"],
    ]
    built = build(tmp_path, write_log(tmp_path / "log.csv", rows))
    assert built.exit_code == 0, built.stderr
    customers = ("new", "only outside")
    seen = "select customer_id, first_seen_at::text from customers where customer_id in {}"
    assert built.query(seen.format(customers) + " order by 1") == [
        ("new", "2011-12-05 10:00:00"),
        ("only outside", None),
    ]
    history = (
        "select customer_id, min(month_end)::text, count(*) from customer_segment_history "
        "where customer_id in {} group by 1 order by 1"
    )
    last_day = built.query("select (as_of - 1)::date::text from build_info")[0][0]
    assert built.query(history.format(customers)) == [
        ("new", last_day, 1),
        ("only outside", last_day, 1),
    ]
