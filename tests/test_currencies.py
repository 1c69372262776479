"""Amounts in other currencies are converted by the rate of their day, or the log is refused."""

from decimal import Decimal

import pytest

from ingest.errors import IngestError
from tests.logs import COLUMNS, HEADER, opened, rows_of_a_log, write_log, write_rates

OF_TWO_CURRENCIES = [
    ["1", "CUP", "A cup", "3", "2011-01-31 23:59:00", "10.00", "anna", "France", "EUR"],
    ["1", "CUP", "A cup", "3", "2011-01-31 23:59:00", "10.00", "anna", "France", "GBP"],
    ["2", "CUP", "A cup", "2", "2011-02-01 00:00:00", "10.00", "bert", "France", "eur"],
    ["C3", "CUP", "A cup", "-1", "2011-02-02 12:00:00", "10.00", "bert", "France", " EUR "],
    ["4", "CUP", "A cup", "7", "2011-02-03 12:00:00", "0.33", "carl", "UK", "GBP"],
]

RATES = "EUR,2011-01-01,0.85\nEUR,2011-02-01,0.8333333\n"


def checked(folder, rows=OF_TWO_CURRENCIES, **changes):
    """Open a log that has a column for the currency."""
    log = write_log(folder / "log.csv", rows, [*HEADER, "Currency"])
    return opened(log, columns=COLUMNS | {"currency": "Currency"}, **changes)


@pytest.mark.builds
def test_amounts_in_two_currencies_add_up_and_a_corrected_rate_moves_them_and_no_line_id(
    build, project, tmp_path
):
    log = write_log(tmp_path / "log.csv", OF_TWO_CURRENCIES, [*HEADER, "Currency"])

    def built_at(rates, select):
        write_rates(project, rates)
        settings = {"currency_column": "Currency"}
        built = build(tmp_path, log, settings, select=select, started_from=project, plain=True)
        assert built.exit_code == 0, built.stdout
        return built

    built = built_at(RATES, "+order_lines +returns +line_funnel")
    # 10.00 are 8.50 until January ends, then 8.3333; the two lines of order 1 are not copies.
    lines = "select order_id, unit_price, gross_amount, net_amount from order_lines order by all"
    assert built.query(lines) == [
        ("1", Decimal("8.5000"), Decimal("25.5"), Decimal("25.5")),
        ("1", Decimal("10.0000"), Decimal("30"), Decimal("30")),
        ("2", Decimal("8.3333"), Decimal("16.6666"), Decimal("8.3333")),
        ("4", Decimal("0.3300"), Decimal("2.31"), Decimal("2.31")),
    ]
    verdicts = "select verdict, lines, amount from line_funnel where lines > 0 order by verdict"
    assert built.query(verdicts) == [
        ("return", 1, Decimal("-8.3333")),
        ("sale", 4, Decimal("74.4766")),
    ]
    lines = "select line_id, amount from source_lines order by 1"
    before = built.query(lines)
    after = built_at(RATES.replace("0.85", "0.86"), "+source_lines").query(lines)
    assert [line_id for line_id, _ in before] == [line_id for line_id, _ in after]
    assert sum(amount for _, amount in after) - sum(amount for _, amount in before) == Decimal(
        "0.3"
    )


@pytest.mark.builds
def test_a_log_of_two_currencies_builds_whole_like_one_of_one(
    build, small_build, project, tmp_path
):
    rows = [[*row, "GBP"] for row in rows_of_a_log()]
    for row in rows[::3]:
        # Twice the price at half the rate is the same, to the penny.
        row[5], row[8] = str(2 * Decimal(row[5])), "EUR"
    write_rates(project, "EUR,2011-01-01,0.5\n")
    log = write_log(tmp_path / "log.csv", rows, [*HEADER, "Currency"])
    settings = {"currency_column": "Currency"}
    built = build(tmp_path, log, settings, select="fqn:*", started_from=project, plain=True)
    assert built.exit_code == 0, built.stdout
    of_one, of_two = small_build.checksums(), built.checksums()
    assert of_two.keys() == of_one.keys()
    # The ids of lines are made of what the log says, which is not the same.
    differing = {mart for mart in of_one if of_one[mart] != of_two[mart]}
    assert differing == {"source_lines", "order_lines", "returns"}


@pytest.mark.builds
def test_amounts_of_any_size_are_converted(build, project, tmp_path):
    # The largest price that the tables hold, ten thousand in either currency, and what is beyond.
    prices = [("GBP", "10000"), ("EUR", "11765"), ("IDR", "95000000000"), ("IDR", "1e18")]
    rows = [
        [str(order), "CUP", "A cup", "1", "2011-02-01 10:00:00", price, "anna", "UK", currency]
        for order, (currency, price) in enumerate(prices)
    ]
    write_rates(project, "EUR,2011-01-01,0.85\nIDR,2011-01-01,0.0000512345\n")
    log = write_log(tmp_path / "log.csv", rows, [*HEADER, "Currency"])
    settings = {"currency_column": "Currency", "max_invalid_share": 0.5}
    built = build(tmp_path, log, settings, select="+source_lines", started_from=project, plain=True)
    assert built.exit_code == 0, built.stdout
    lines = "select verdict_reason, unit_price from source_lines order by order_id"
    assert built.query(lines) == [
        (None, Decimal("10000.0000")),
        (None, Decimal("10000.2500")),
        (None, Decimal("4867277.5000")),
        ("unreadable_unit_price", None),
    ]


def test_rows_without_a_rate_on_their_day_are_refused(tmp_path):
    usd = ["5", "CUP", "A cup", "1", "2011-03-01", "1.00", "dora", "US", "USD"]
    write_rates(tmp_path, RATES)
    assert checked(tmp_path).query
    with pytest.raises(
        IngestError, match=r"1 rows in USD, which has no rate .*USD from 2011-03-01"
    ):
        checked(tmp_path, [*OF_TWO_CURRENCIES, usd])
    write_rates(tmp_path, RATES.replace("2011-01-01", "2011-02-02"))
    with pytest.raises(
        IngestError,
        match=r"has 1 rows in EUR before its first rate of 2011-02-01 \(column Currency\); "
        r"expected GBP \(setting currency\) or a rate to it: add rates of EUR from 2011-01-31 to "
        r"seeds/currency_rates.csv",
    ):
        checked(tmp_path)


def test_rows_after_as_of_need_no_rate(tmp_path):
    usd = ["5", "CUP", "A cup", "1", "2011-03-01", "1.00", "dora", "US", "USD"]
    write_rates(tmp_path, RATES)
    rows = [*OF_TWO_CURRENCIES, usd]
    assert checked(tmp_path, rows, as_of="cast('2011-03-01' as timestamp)").query
    with pytest.raises(IngestError, match="1 rows in USD"):
        checked(tmp_path, rows, as_of="cast('2011-03-02' as timestamp)")


def test_rows_without_a_currency_are_refused(tmp_path):
    write_rates(tmp_path, RATES)
    rows = [*OF_TWO_CURRENCIES, [*OF_TWO_CURRENCIES[0][:8], " "]]
    with pytest.raises(IngestError, match=r"^1 rows of .* have no currency \(column Currency\)"):
        checked(tmp_path, rows)


@pytest.mark.builds
def test_what_was_never_sold_needs_no_rate(build, project, tmp_path):
    sold = [[*row, "paid"] for row in OF_TWO_CURRENCIES]
    never = [[*OF_TWO_CURRENCIES[0][:8], currency, "Cancelled"] for currency in ("", "USD")]
    log = write_log(tmp_path / "log.csv", [*sold, *never], [*HEADER, "Currency", "Status"])
    write_rates(project, RATES)
    settings = {
        "currency_column": "Currency",
        "status_column": "Status",
        "not_sold_statuses": ["cancelled"],
    }
    built = build(tmp_path, log, settings, select="+line_funnel", started_from=project, plain=True)
    assert built.exit_code == 0, built.stdout
    verdicts = "select verdict, lines, amount from line_funnel where lines > 0 order by verdict"
    assert built.query(verdicts) == [
        ("not_sold", 2, Decimal(0)),
        ("return", 1, Decimal("-8.3333")),
        ("sale", 4, Decimal("74.4766")),
    ]


def test_marks_that_nobody_sees_are_no_part_of_a_currency(tmp_path):
    write_rates(tmp_path, RATES)
    unseen = [*OF_TWO_CURRENCIES[0][:8], "\ufeff\u200bEUR\u200e"]
    assert checked(tmp_path, [unseen]).query


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ("EUR,2011-01-01,0\n", "line 2: the rate is '0'; expected a positive number"),
        ("EUR,2011-01-01,-0.85\n", "the rate is '-0.85'; expected a positive number"),
        ('EUR,2011-01-01,"0,85"\n', "the rate is '0,85'; expected a positive number"),
        ("EUR,2011-01-01,0.00000000001\n", "the rate is '0.00000000001'; expected a positive"),
        ("EUR,2011-01-01,100000000\n", "the rate is '100000000'; expected a positive"),
        ("EUR,1/1/2011,0.85\n", "the day is '1/1/2011'; expected one such as 2011-10-31"),
        ("EUR,2011-02-29,0.85\n", "the day is '2011-02-29'; expected one such as"),
        ("euro,2011-01-01,0.85\n", "the currency is 'euro'; expected an ISO 4217 code"),
        ("EUR,2011-01-01\n", "line 2: 2 values; expected 3"),
        (RATES + "eur,2011-02-01,0.85\n", "line 4: EUR has a rate from 2011-02-01 already"),
        ("GBP,2011-01-01,0.99\n", r"line 2: the rate of GBP is 0.99, but amounts are in GBP"),
    ],
)
def test_rates_that_cannot_be_used_are_refused(tmp_path, rates, sentence):
    write_rates(tmp_path, rates)
    with pytest.raises(IngestError, match=f"seeds/currency_rates.csv.*{sentence}"):
        checked(tmp_path)


def test_a_file_of_rates_that_cannot_be_read_is_refused(tmp_path):
    write_rates(tmp_path, "", header="")
    with pytest.raises(
        IngestError,
        match=r"seeds/currency_rates.csv, line 1: the header is missing, without currency and .*; "
        r"expected currency,valid_from,rate: write it so",
    ):
        checked(tmp_path)
    (tmp_path / "seeds" / "currency_rates.csv").write_bytes(RATES.encode("utf-16"))
    with pytest.raises(IngestError, match=r"seeds/currency_rates.csv, line 1: .* not UTF-8"):
        checked(tmp_path)
    (tmp_path / "seeds" / "currency_rates.csv").unlink()
    with pytest.raises(
        IngestError, match=r"seeds/currency_rates.csv cannot be read .*No such file"
    ):
        checked(tmp_path)


def test_a_rate_of_one_for_the_setting_s_own_currency_and_blank_lines_do_no_harm(tmp_path):
    write_rates(tmp_path, RATES + "GBP,2012-01-01,1\n\n")
    assert checked(tmp_path).query
