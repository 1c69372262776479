"""The published and independently computed figures of the UCI data set Online Retail.

Source: Chen, D. (2015), UCI Machine Learning Repository, doi 10.24432/C5BW33. Every figure was
computed from the publisher's file with other code than this project's.
"""

from decimal import Decimal

import pytest


def lines_of(warehouse, verdict, is_guest):
    return warehouse.query(
        "select coalesce(sum(lines), 0) from line_funnel "
        f"where verdict = '{verdict}' and is_guest = {is_guest}"
    )[0][0]


def test_every_row_of_the_file_is_there(online_retail_warehouse):
    lines, amount = online_retail_warehouse.query(
        "select sum(lines), sum(amount) from line_funnel"
    )[0]
    assert lines == 541_909
    assert amount == Decimal("9747747.934")


def test_customers_and_invoices(online_retail_warehouse):
    customers, orders = online_retail_warehouse.query(
        "select count(distinct customer_id), count(distinct order_id) from source_lines"
    )[0]
    assert (customers, orders) == (4_372, 25_900)


def test_lines_with_and_without_a_customer(online_retail_warehouse):
    lines = dict(
        online_retail_warehouse.query("select is_guest, sum(lines) from line_funnel group by 1")
    )
    assert lines == {False: 406_829, True: 135_080}


@pytest.mark.parametrize(
    ("verdict", "of_customers", "of_guests"),
    [
        ("duplicate", 5_225, 43),
        ("return", 8_872, 379),
        ("stock_adjustment", 0, 1_336),
        ("zero_price", 34, None),
        ("service", 1_545, None),
        ("sale", 391_153, None),
        ("invalid", 0, 0),
    ],
)
def test_verdicts(online_retail_warehouse, verdict, of_customers, of_guests):
    assert lines_of(online_retail_warehouse, verdict, False) == of_customers
    if of_guests is not None:
        assert lines_of(online_retail_warehouse, verdict, True) == of_guests


def test_service_lines_by_code(online_retail_warehouse):
    lines = dict(
        online_retail_warehouse.query(
            "select product_id, count(*) from source_lines "
            "where verdict = 'service' and not is_guest group by 1"
        )
    )
    assert lines == {"POST": 1_099, "M": 285, "C2": 133, "DOT": 16, "BANK CHARGES": 12}


def test_service_codes_without_a_customer(online_retail_warehouse):
    codes = {
        code
        for (code,) in online_retail_warehouse.query(
            "select distinct product_id from source_lines where is_guest and verdict = 'service'"
        )
    }
    vouchers = {code for code in codes if code.startswith("GIFT_0001_")}
    assert codes - vouchers <= {
        "AMAZONFEE", "B", "BANK CHARGES", "C2", "DOT", "M", "POST", "S",
    }  # fmt: skip
    assert vouchers


def test_products_that_look_like_services(online_retail_warehouse):
    services = online_retail_warehouse.query(
        "select count(*) from source_lines where verdict = 'service' "
        "and (product_id like 'DCGS%' or product_id = 'PADS')"
    )
    assert services == [(0,)]


def test_sale_lines_of_customers(online_retail_warehouse):
    figures = online_retail_warehouse.query(
        "select count(*), count(distinct order_id), count(distinct customer_id), "
        "sum(gross_amount) from order_lines where not is_guest"
    )[0]
    assert figures == (391_153, 18_402, 4_334, Decimal("8737227.643"))


def test_credited_units_and_those_with_a_purchase(online_retail_warehouse):
    credited, matched = online_retail_warehouse.query(
        "select sum(units), sum(units) filter (where purchase_line_id is not null) "
        "from returns where customer_id is not null"
    )[0]
    assert (credited, matched, credited - matched) == (273_035, 249_125, 23_910)


def test_credit_lines_fully_partly_and_not_matched(online_retail_warehouse):
    counts = online_retail_warehouse.query(
        """
        with credits as (
            select
                credit_line_id,
                count(purchase_line_id) > 0 as has_match,
                count(unmatched_reason) > 0 as has_rest
            from returns
            where customer_id is not null
            group by credit_line_id
        )

        select
            count(*) filter (where has_match and not has_rest),
            count(*) filter (where has_match and has_rest),
            count(*) filter (where not has_match)
        from credits
        """
    )[0]
    assert counts == (7_482, 58, 1_332)


def test_matched_units_of_services_and_free_goods(online_retail_warehouse):
    units = dict(
        online_retail_warehouse.query(
            "select verdict, sum(returns.units) from returns "
            "inner join source_lines on purchase_line_id = line_id group by 1"
        )
    )
    assert (units["service"], units["zero_price"]) == (161, 5)


def test_net_revenue_after_returns(online_retail_warehouse):
    query = online_retail_warehouse.query
    expected = [(Decimal("8251703.383"),)]
    assert query("select sum(net_amount) from order_lines where not is_guest") == expected
    assert query("select sum(net_amount) from segments") == expected


def test_orders_returned_in_full_and_customers_who_kept_nothing(online_retail_warehouse):
    query = online_retail_warehouse.query
    assert query("select count(*) from orders where is_fully_returned and not is_guest") == [(133,)]
    assert query("select count(*) from customer_rfm") == [(4_324,)]
    assert query("select customers from segments where segment_key = 'kept_nothing'") == [(10,)]


def test_every_customer_has_a_segment(online_retail_warehouse):
    figures = online_retail_warehouse.query(
        "select count(*), count(distinct customer_id), count(segment_key) from customer_segments"
    )[0]
    assert figures == (4_372, 4_372, 4_372)
