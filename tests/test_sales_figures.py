"""The report's figures of sales: their numbers agree, and nothing is drawn that says nothing."""

import pandas as pd
import pytest

from commands.warehouse import open_warehouse
from report import figures_sales
from report.figure import Shop
from report.page import page
from report.queries import answers
from tests.builds import PROJECT

SHOP = Shop("GBP", {}, {})
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def answered(sample_warehouse):
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        return answers(warehouse)


@pytest.fixture(scope="module")
def cdnow_page(cdnow_build):
    with open_warehouse(cdnow_build.warehouse) as warehouse:
        return page(answers(warehouse))


def drawn(figure):
    """The rows of a figure's first chart."""
    return figure.panels[0].chart(768).to_dict()["data"]["values"]


def month_rows(**columns):
    """Rows of whole months from January 2011, unless said otherwise."""
    rows = pd.DataFrame(columns)
    rows["month_start"] = pd.date_range("2011-01-01", periods=len(rows), freq="MS")
    return rows if "is_partial" in rows else rows.assign(is_partial=False)


def test_returns_tell_one_story_from_the_log_to_what_was_kept(sample_warehouse, answered):
    credits = answered["credits"].set_index("kind")
    funnel = answered["funnel"].set_index("verdict")
    assert credits["credited"].sum() == pytest.approx(-funnel.at["return", "amount"])
    given_back = credits.at["given_back", "worth_when_bought"]
    assert given_back == pytest.approx(answered["kept"]["given_back"].sum())
    assert given_back == pytest.approx(answered["overview"]["given_back"].sum())
    ((services,),) = sample_warehouse.query(
        "select -sum(amount) from source_lines semi join int_products__services using (product_id) "
        "where verdict = 'return'"
    )
    assert credits.at["never_sold", "credited"] == pytest.approx(float(services))


def test_the_bridge_has_no_gap(answered):
    first, *steps, last = drawn(figures_sales.credits(SHOP, answered["credits"]))
    so_far = first["value"]
    for step in steps:
        assert step["from"] == pytest.approx(so_far)
        so_far = step["value"]
    assert so_far == last["value"]


def test_a_credited_service_is_not_goods_that_came_back():
    rows = pd.DataFrame(
        [("never_sold", 60.0, 60.0), ("given_back", 30.0, 35.0), ("guest", 10.0, 10.0)],
        columns=["kind", "credited", "worth_when_bought"],
    )
    figure = figures_sales.credits(SHOP, rows)
    assert figure.title.startswith(f"Of GBP{NBSP}100 credited, 30{NBSP}% took back goods")
    assert [step["text"] for step in drawn(figure)] == ["100", "−60", "−10", "5", "35"]
    assert "Without a purchase" not in figure.note
    assert figures_sales.credits(SHOP, rows.assign(credited=0.0)) is None


def test_what_was_kept_is_of_known_customers():
    rows = pd.DataFrame({"is_guest": [False, True], "sold": [200.0, 800.0]})
    figure = figures_sales.kept(SHOP, rows.assign(given_back=[20.0, 0.0]))
    assert figure.title == "Of every 100 GBP of products sold to known customers, they kept 90.0"
    assert "guests" in figure.note
    assert [step["text"] for step in drawn(figure)] == ["200", "−20", "800", "980"]
    figure = figures_sales.kept(SHOP, rows[~rows["is_guest"]].assign(given_back=0.0))
    assert figure.title == "Known customers kept all products that they bought"
    assert "guests" not in figure.note
    assert figures_sales.kept(SHOP, rows[rows["is_guest"]].assign(given_back=0.0)) is None


def test_the_funnel_explains_the_verdicts_that_are_there():
    rows = pd.DataFrame({"verdict": ["sale"], "lines": [1], "units": [2], "amount": [3.0]})
    figure = figures_sales.funnel(SHOP, rows)
    assert "the log's 1 line sold" in figure.title
    assert figure.note.endswith("exactly one verdict.")
    rows = pd.concat([rows, rows.assign(verdict="duplicate")])
    assert figures_sales.funnel(SHOP, rows).note.endswith("Duplicates are exact copies.")


def test_a_month_that_is_not_over_is_not_the_one_that_came_back_most():
    rows = month_rows(
        sold_to_customers=[1000.0, 1000.0, 100.0],
        returned_amount_at_sale=[100.0, 160.0, 90.0],
        most_of_one_order=[20.0, 20.0, 80.0],
        returned_amount_at_credit=[100.0, 160.0, 90.0],
        is_partial=[False, False, True],
    )
    figure = figures_sales.returns(SHOP, rows)
    assert figure.title.startswith(f"Feb{NBSP}2011’s sales came back most: 16{NBSP}% of what known")
    assert f"In Mar{NBSP}2011 (80) more than half is of a single order." in figure.note
    assert f"Pale and not in the title: Mar{NBSP}2011" in figure.note
    only = rows.assign(returned_amount_at_sale=[0.0, 0.0, 90.0])
    figure = figures_sales.returns(SHOP, only)
    assert figure.title.startswith(f"Mar{NBSP}2011’s sales")
    assert f"Pale: Mar{NBSP}2011" in figure.note
    assert figures_sales.returns(SHOP, rows.assign(returned_amount_at_sale=0.0)) is None


def test_partial_months_are_named_in_their_order():
    rows = month_rows(
        customer_kind="new",
        net_amount=[1.0, 2.0, 3.0, 4.0],
        is_partial=[True, False, False, True],
    )
    figure = figures_sales.months(SHOP, rows)
    assert f"Pale and not in the title: Jan{NBSP}2011, Apr{NBSP}2011, of which" in figure.note
    assert [name for _, name in figure.legend] == ["New customers"]


def test_the_busiest_hour_is_told_with_its_share():
    rows = pd.DataFrame(
        {
            "weekday_number": [1, 3, 3],
            "weekday": ["Monday", "Wednesday", "Wednesday"],
            "hour_of_day": [9, 12, 23],
            "orders": [40, 42, 18],
        }
    )
    title = figures_sales.hours(SHOP, rows).title
    assert title.startswith(f"The busiest hour is Wednesday, 12:00 to 13:00, with 42{NBSP}% of")
    assert figures_sales.hours(SHOP, rows.assign(hour_of_day=0)) is None


def cohort_rows(*cohorts):
    """Rows of cohorts: their first month, whether left-censored, then customers by age."""
    rows = [
        (pd.Timestamp(start), age, customers[0], number, number / customers[0], False, is_censored)
        for start, is_censored, customers in cohorts
        for age, number in enumerate(customers)
    ]
    columns = ["cohort_month", "age_months", "cohort_customers", "customers", "retention"]
    return pd.DataFrame(rows, columns=[*columns, "is_partial", "is_left_censored"])


def test_new_customers_are_compared_with_themselves_and_not_with_older_ones():
    rows = cohort_rows(
        ("2011-01-01", True, [100, 90, 90, 90, 90, 90, 90, 90]),
        ("2011-02-01", False, [20, 8, 0, 0, 0, 0, 4]),
        ("2011-03-01", False, [50, 50, 50, 50, 50, 50]),
    )
    figure = figures_sales.cohorts(SHOP, rows)
    assert figure.title == (
        f"Of the 20 customers new in Feb{NBSP}2011, this many ordered again: "
        f"40{NBSP}% in the next month, 20{NBSP}% in the sixth"
    )
    assert f"The title leaves out Jan{NBSP}2011:" in figure.note
    # The month of the sixth age is not over: what is known of all is the next month.
    rows["is_partial"] = rows["age_months"] == 6
    assert figures_sales.cohorts(SHOP, rows).title == (
        f"Of the 70 customers new in Feb{NBSP}2011 to Mar{NBSP}2011, this many ordered again: "
        f"83{NBSP}% in the next month"
    )


def test_a_log_too_short_for_cohorts_says_so_or_nothing():
    rows = cohort_rows(("2011-01-01", True, [100, 90]), ("2011-02-01", True, [20]))
    figure = figures_sales.cohorts(SHOP, rows)
    assert figure.title == "The log is too short to tell how many new customers order again"
    assert "title" not in figure.note
    assert figures_sales.cohorts(SHOP, rows[rows["age_months"] == 0]) is None


def test_a_product_without_a_name_is_told_by_its_code(sample_warehouse):
    query = (PROJECT / "report" / "queries" / "products.sql").read_text()
    with open_warehouse(sample_warehouse.warehouse) as warehouse:
        warehouse.execute(
            "create temp table nameless as "
            "select * replace (cast(null as varchar) as product_name) from sales_by_product"
        )
        names = warehouse.execute(query.replace("sales_by_product", "nameless")).fetchall()
        codes = "select product_id from sales_by_product where revenue_rank <= 15 order by all"
        assert sorted(row[0] for row in names) == [
            code for (code,) in warehouse.execute(codes).fetchall()
        ]


def test_orders_without_a_country_are_not_a_country():
    rows = pd.DataFrame(
        {"country": [None, "Chile"], "net_amount": [70.0, 30.0], "revenue_share": [0.7, 0.3]}
    )
    figure = figures_sales.countries(SHOP, rows)
    assert figure.title == f"Chile brings 30{NBSP}% of net revenue"
    assert "of 1 country, as the log names them." in figure.note
    assert figures_sales.countries(SHOP, rows.tail(1)) is None


def test_countries_without_a_bar_are_counted():
    rows = pd.DataFrame({"country": list("abcdefghijklm"), "net_amount": 1.0, "revenue_share": 0.1})
    assert figures_sales.countries(SHOP, rows).note.endswith("Below the last bar: 1 more.")


def test_large_orders_are_those_that_there_are():
    rows = pd.DataFrame(
        {
            "basket_size": ["1", "2", "3 to 5"],
            "products_from": [1, 2, 3],
            "order_share": [0.5, 0.3, 0.2],
            "revenue_share": [0.2, 0.2, 0.6],
        }
    )
    title = figures_sales.baskets(SHOP, rows).title
    assert title.startswith(f"Orders of more than 2 products are 20{NBSP}% of orders and 60{NBSP}%")
    title = figures_sales.baskets(SHOP, rows.head(2)).title
    assert title.startswith(f"Orders of more than 1 product are 30{NBSP}% of orders")
    assert figures_sales.baskets(SHOP, rows.head(1)) is None


def test_a_log_without_products_countries_and_times_has_no_figures_of_them(cdnow_page):
    for name in ("funnel", "credits", "kept", "months", "cohorts"):
        assert f'<figure id="figure-{name}">' in cdnow_page
    # Its credits are of customers who had bought nothing before.
    for name in ("returns", "hours", "countries", "products", "concentration", "baskets"):
        assert f'<figure id="figure-{name}">' not in cdnow_page
    assert "(no " not in cdnow_page


def test_one_row_more_is_one_row(answered):
    assert len(answered["months"]) == 41
    assert "<p>and 1 more row</p>" in page(answered)


def test_on_the_real_data_titles_are_of_known_customers_and_whole_months(online_retail_warehouse):
    with open_warehouse(online_retail_warehouse.warehouse) as warehouse:
        text = page(answers(warehouse)).replace(NBSP, " ")
    # 485,524.26 of 8,737,227.643 came back.
    assert "<dt>of what known customers bought came back</dt><dd>5.6 %</dd>" in text
    assert "products sold to known customers, they kept 94.4<" in text
    # 447,903.39 of 893,979.73.
    assert "Of GBP 894k credited, 50 % took back goods" in text
    # 108,732.03 of 562,682.91.
    assert "Jan 2011’s sales came back most: 19 % of what known customers bought, GBP 109k" in text
    assert "Jan 2011 (77.2k), Jun 2011 (38.3k), Dec 2011 (168k)" in text
    # 71 + 67 + 63 + 54 and 97 + 121 + 65 + 75 of 380 + 452 + 300 + 284.
    assert (
        "Of the 1,416 customers new in Feb 2011 to May 2011, this many ordered again: "
        "18 % in the next month, 25 % in the sixth"
    ) in text
