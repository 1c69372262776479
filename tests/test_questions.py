"""Every question that docs/questions.sql answers has SQL that runs and answers."""

import re
from datetime import date

import pandas as pd
import pytest

from report.queries import tables
from tests.builds import PROJECT, marts_in_order

FOUND = re.findall(
    r"^-- (\d+)\. ([^\n]+\?)\n(.*?;)$",
    (PROJECT / "docs" / "questions.sql").read_text(),
    re.DOTALL | re.MULTILINE,
)


def test_there_are_a_dozen_questions_and_each_has_an_answer():
    assert [int(number) for number, _, _ in FOUND] == list(range(1, len(FOUND) + 1))
    assert len(FOUND) >= 12


@pytest.mark.parametrize(("number", "question", "query"), FOUND)
def test_the_query_runs_and_answers(sample_warehouse, number, question, query):
    assert sample_warehouse.query(query), question


def test_no_answer_depends_on_the_order_of_rows(sample_warehouse):
    found = []
    for way in ("asc", "desc"):
        with marts_in_order(sample_warehouse.warehouse, way) as marts:
            found.append([marts.execute(query).df() for _, _, query in FOUND])
    for ascending, descending in zip(*found, strict=True):
        # Floating points are added in one order or another.
        pd.testing.assert_frame_equal(ascending, descending, rtol=1e-12)


def answer(built, number):
    return built.query({int(at): query for at, _, query in FOUND}[number])


def test_what_was_credited_is_goods_given_back_goods_without_a_purchase_and_services(
    sample_warehouse,
):
    by_month = sample_warehouse.query(
        "select month_start, returned_amount_at_credit, other_amount_at_credit "
        "from sales_by_month order by month_start"
    )
    assert [
        (month, given_back, without + services)
        for month, given_back, without, services in answer(sample_warehouse, 2)
    ] == by_month
    ((without, services),) = sample_warehouse.query(
        "select sum(amount) filter (where services.product_id is null), "
        "sum(amount) filter (where services.product_id is not null) "
        "from returns left join int_products__services as services using (product_id) "
        "where purchase_line_id is null"
    )
    assert sum(row[2] for row in answer(sample_warehouse, 2)) == without > 0
    assert sum(row[3] for row in answer(sample_warehouse, 2)) == services > 0


def test_the_last_month_is_a_whole_one(online_retail_warehouse):
    assert {month for month, *_ in answer(online_retail_warehouse, 12)} == {date(2011, 11, 30)}


def test_they_ask_published_tables_only():
    marts = {path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql")}
    for _, question, query in FOUND:
        assert tables(query) <= marts, question
