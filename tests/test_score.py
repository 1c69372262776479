"""make score: the answers that the build gave for the same orders, or plain words why not."""

import hashlib
import os
import re
import subprocess
import sys

import duckdb
import pytest
from conftest import PROJECT, copy_warehouse, write_log

from commands.warehouse import open_warehouse
from ingest.settings import SALT

NEW = (
    "select min(customer_id) from new_customer_segments "
    "where orders_seen in (1, 2, 6) group by orders_seen"
)


def score(orders, warehouse, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "commands.score", str(orders), *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=os.environ | {"WAREHOUSE": str(warehouse)} | environment,
    )


@pytest.fixture(scope="module")
def orders_of_new_customers(sample_warehouse, tmp_path_factory):
    """All lines of three new customers, as CSV and as lines of JSON."""
    folder = tmp_path_factory.mktemp("orders")
    customers = ", ".join(f"'{customer}'" for (customer,) in sample_warehouse.query(NEW))
    lines = (
        f"from '{PROJECT}/sample/transactions.parquet' "
        f"where regexp_replace(trim(CustomerID), '[.]0$', '') in ({customers})"
    )
    duckdb.execute(f"copy ({lines}) to '{folder}/orders.csv'")
    duckdb.execute(f"copy ({lines}) to '{folder}/orders.jsonl' (format json)")
    return folder


@pytest.mark.parametrize("name", ["orders.csv", "orders.jsonl"])
def test_a_file_of_orders_is_scored_as_the_build_scored_them(
    sample_warehouse, orders_of_new_customers, name
):
    as_of = str(sample_warehouse.query("select as_of from build_info")[0][0])
    before = sample_warehouse.warehouse.read_bytes()
    done = score(orders_of_new_customers / name, sample_warehouse.warehouse, "--as-of", as_of)
    assert done.returncode == 0, done.stderr
    assert sample_warehouse.warehouse.read_bytes() == before
    expected = sample_warehouse.query(
        "select customer_id, verdict, segment_name, probability, buys_again_probability "
        f"from new_customer_segments where customer_id in ({NEW}) "
        "order by customer_id, horizon_days, likelihood_rank"
    )
    printed = re.findall(
        r"(\w+), \d orders?, on .*\n    (.*?): (.*)\n    another order by then (.*?)%,", done.stdout
    )
    assert len(printed) == 3
    assert len({verdict == "too early to tell" for _, verdict, _, _ in printed}) == 2
    for customer, verdict, segments, again in printed:
        rows = [row for row in expected if row[0] == customer]
        assert verdict == rows[0][1]
        assert segments == ", ".join(f"{row[2]} {row[3]:.1%}" for row in rows)
        assert f"{float(again) / 100:.1%}" == f"{rows[0][4]:.1%}"


def test_nothing_in_an_id_acts_on_the_terminal(sample_warehouse, tmp_path):
    row = ["536365", "85000A", "MUG", "2", "2023-12-24 10:00:00", "1.25", "\x1b[2J17850", "UK"]
    orders = write_log(tmp_path / "orders.csv", [row])
    done = score(orders, sample_warehouse.warehouse)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(r"\x1b[2J17850, 1 order, on ")


def test_customers_of_the_file_are_named_by_the_pseudonyms_of_the_tables(
    sample_warehouse, orders_of_new_customers
):
    as_of = str(sample_warehouse.query("select as_of from build_info")[0][0])
    salt = "sixteen letters at least"
    done = score(
        orders_of_new_customers / "orders.csv",
        sample_warehouse.warehouse,
        *("--as-of", as_of, "--vars", '{"hash_customer_ids": true}'),
        **{SALT: salt},
    )
    assert done.returncode == 0, done.stderr
    expected = {
        hashlib.sha256(f"{salt}/{customer}".encode()).hexdigest()[:32]
        for (customer,) in sample_warehouse.query(NEW)
    }
    assert set(re.findall(r"^(\w+), \d orders?, on", done.stdout, re.MULTILINE)) == expected


def test_marts_that_an_earlier_version_left_among_the_steps_are_not_read(tmp_path):
    with open_warehouse(tmp_path / "warehouse.duckdb", read_only=False) as both:
        both.execute("create table marts.segments as select 'of today' as made")
        both.execute("create table warehouse.segments as select 'of an earlier version' as made")
    with open_warehouse(tmp_path / "warehouse.duckdb") as both:
        assert both.execute("from segments").fetchall() == [("of today",)]


def test_what_is_missing_is_said_in_a_sentence(sample_warehouse, tmp_path):
    orders = write_log(tmp_path / "orders.csv")
    done = score(tmp_path / "nothing.csv", sample_warehouse.warehouse)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path}/nothing.csv is not there")
    done = score(orders, tmp_path / "none.duckdb")
    assert done.returncode == 1
    assert done.stderr.endswith("none.duckdb is missing. Run make build first.\n")
    no_dates = write_log(tmp_path / "no_dates.csv", header=["InvoiceNo", *"bcdefgh"])
    done = score(no_dates, sample_warehouse.warehouse)
    assert done.returncode == 1
    assert "has no column" in done.stderr


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update int_predictions__fitted set model_text = 'AAAA'", "its checksum differs"),
        ("update int_predictions__fitted set made_by = '0/scikit-learn 1.0'", "made by version 0"),
        ("delete from int_predictions__fitted", "its log was too short"),
        ("drop table int_predictions__fitted", "an earlier version built it"),
    ],
)
def test_a_model_that_cannot_be_used_says_why(sample_warehouse, tmp_path, change, words):
    changed = copy_warehouse(sample_warehouse.warehouse, tmp_path / "changed.duckdb")
    with duckdb.connect(changed) as warehouse:
        warehouse.execute(change)
    done = score(write_log(tmp_path / "orders.csv"), changed)
    assert done.returncode == 1
    assert words in done.stderr
