"""make score: the answers that the build gave for the same orders, or plain words why not."""

import hashlib
import json
import os
import re
import subprocess
import sys

import duckdb
import pandas as pd
import pytest

from commands.score import _margin
from commands.warehouse import open_warehouse
from ingest.settings import SALT
from ml import prediction_choice
from tests.builds import PROJECT, copy_warehouse, parsed_for
from tests.logs import HEADER, write_log

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
        env=os.environ
        | {"WAREHOUSE": str(warehouse), "DBT_PARTIAL_PARSE_FILE_PATH": parsed_for({})}
        | environment,
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


# What a guess of types would change: which number is the month, the hour, zeros, an id like a date;
# and an id that would clear the terminal.
TELLTALE = [
    ["1", "1001", "MUG", 3, "11-05-2023 10:00:00", 2.5, "00123", "UK"],
    ["2", "1001", "MUG", 3, "12-03-2023 10:00:00", 2.5, "00123", "UK"],
    ["3", "1001", "MUG", 3, "2023-11-05T23:30:00-05:00", 2.5, "01-02-2003", "UK"],
    ["4", 1001, "MUG", 3, "12-03-2023 10:00:00", 2.5, 17850, "UK"],
    ["5", "1001", "MUG", 3, "12-03-2023 10:00:00", 2.5, "\x1b[2J17850", "UK"],
]


def write_json_lines(path, rows):
    lines = (json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_values_in_lines_of_json_are_read_as_in_csv(sample_warehouse, tmp_path):
    arguments = ["--as-of", "2023-12-10", "--vars", '{"timestamp_format": "%m-%d-%Y %H:%M:%S"}']
    files = [
        write_log(tmp_path / "orders.csv", TELLTALE),
        write_json_lines(tmp_path / "orders.jsonl", TELLTALE),
    ]
    by_csv, by_json = (score(file, sample_warehouse.warehouse, *arguments) for file in files)
    assert by_json.returncode == 0, by_json.stderr
    assert by_json.stdout == by_csv.stdout
    assert by_json.stderr == by_csv.stderr.replace("orders.csv", "orders.jsonl")
    # 90 days after 5 November, 5 November and 3 December.
    assert re.findall(r"^(\S+), \d orders?, on (\S+)", by_json.stdout, re.MULTILINE) == [
        (r"\x1b[2J17850", "2024-03-02"), ("00123", "2024-02-03"), ("01-02-2003", "2024-02-03"),
        ("17850", "2024-03-02"),
    ]  # fmt: skip


def test_lines_that_are_left_out_are_told(sample_warehouse, tmp_path):
    rows = [[*row[:4], "2023-11-05 10:00:00", *row[5:]] for row in TELLTALE]
    rows[1][1] = rows[3][1] = ""
    orders = write_log(tmp_path / "orders.csv", rows)
    done = score(orders, sample_warehouse.warehouse)
    assert done.returncode == 0, done.stderr
    assert f"2 lines of {orders} left out as invalid (missing_product_id)." in done.stderr


def test_dates_in_lines_of_json_are_not_guessed(sample_warehouse, tmp_path):
    orders = write_json_lines(tmp_path / "orders.jsonl", TELLTALE[:2])
    done = score(orders, sample_warehouse.warehouse)
    assert done.returncode == 1
    assert done.stderr.startswith(f"2 of 2 rows of {orders} have a InvoiceDate that cannot be read")
    assert "set timestamp_format to '%d-%m-%Y %H:%M:%S' or '%m-%d-%Y %H:%M:%S'" in done.stderr


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "No data: {} is empty; "),
        ('[{"InvoiceNo": "1"}]', "{}, line 1 is no object of JSON; expected one on each line"),
        ('{"InvoiceNo": "1"}\n{"Invoice', "{}, line 2 is no object of JSON; expected one on each"),
        ('{"a": 1, "A": 2}', "The header of {} names a column twice: A, a; "),
        ('{"InvoiceNo": "1"}', "{} has no column 'StockCode', "),
    ],
)
def test_what_is_wrong_with_lines_of_json_names_the_file(
    sample_warehouse, tmp_path, content, sentence
):
    orders = tmp_path / "orders.json"
    orders.write_text(content)
    done = score(orders, sample_warehouse.warehouse)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence.format(orders))


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
    assert score("", sample_warehouse.warehouse).stderr.startswith("No file is named: make score")
    done = score(orders, tmp_path / "none.duckdb")
    assert done.returncode == 1
    assert done.stderr.endswith("none.duckdb is missing. Run make build first.\n")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("update int_predictions__fitted set model_text = 'AAAA'", "its checksum differs"),
        ("update int_predictions__fitted set made_by = '0/scikit-learn 1.0'", "made by version 0"),
        ("delete from int_predictions__fitted", "its log was too short"),
        ("drop table int_predictions__fitted", "an earlier version built it"),
        ("alter table segment_playbook drop segment_name", "an earlier version built it"),
    ],
)
def test_a_model_that_cannot_be_used_says_why(sample_warehouse, tmp_path, change, words):
    changed = copy_warehouse(sample_warehouse.warehouse, tmp_path / "changed.duckdb")
    with duckdb.connect(changed) as warehouse:
        warehouse.execute(change)
    done = score(write_log(tmp_path / "orders.csv"), changed)
    assert done.returncode == 1
    assert words in done.stderr


def test_a_damaged_warehouse_is_told_in_a_sentence(sample_warehouse, tmp_path):
    damaged = copy_warehouse(sample_warehouse.warehouse, tmp_path / "damaged.duckdb")
    with damaged.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(8192))
    done = score(write_log(tmp_path / "orders.csv"), damaged)
    assert done.returncode == 1
    assert re.fullmatch(rf"{re.escape(str(damaged))} cannot be read, .*\.\n", done.stderr)


def test_after_more_orders_than_any_tested_the_margin_of_the_most_counts():
    margins = pd.DataFrame(
        {"horizon_days": 90, "orders_from": [1, 2, 5], "margin": [0.49, 0.09, 0.0]}
    )
    found = [_margin(margins, 90, orders) for orders in (1, 2, 4, 5, 9)]
    assert found == [0.49, 0.09, 0.09, 0.0, 0.0]
    assert _margin(margins, 180, 1) == prediction_choice.NEVER_TOLD
