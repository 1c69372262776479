"""F34: text in settings and file names stays text, and what must be a number is one."""

import duckdb
import pytest
import yaml
from conftest import HEADER, PROJECT, rows_of_a_log, write_log

from ingest.settings import KINDS, problem_with

HOSTILE = "x'); drop table orders; --"
VARS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
# Whatever stands in these, it is a name or a value: it reaches SQL only in quotes.
QUOTED = {name for name in KINDS if name.endswith("_column")} | {
    "transactions", "encoding", "credit_prefix", "guest_markers", "currency"
}  # fmt: skip


def test_every_setting_has_a_kind():
    assert list(KINDS) == list(VARS)
    assert problem_with(PROJECT, {}) is None


@pytest.mark.parametrize("name", sorted(set(VARS) - QUOTED))
def test_sql_is_refused_where_no_text_belongs(name):
    refused = problem_with(PROJECT, {name: HOSTILE})
    assert refused.startswith(f"The setting {name} is ")
    assert "it must be " in refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of", "2011'); drop table orders; --"),
        ("as_of", "2011-02-30"),
        ("prediction_orders", [1, "2) or (1 = 1"]),
        ("prediction_horizons", []),
        ("guest_markers", "nan"),
        ("max_invalid_share", 1.5),
        ("max_invalid_share", float("nan")),
        ("segment_count", True),
        ("random_seed", "1"),
        ("currency", "GBP\n; drop table orders"),
        ("thousands_separator", None),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused(name, value):
    assert problem_with(PROJECT, {name: value}).startswith(f"The setting {name} is ")


def test_a_setting_that_is_not_known_is_refused():
    assert "perhaps segment_count is meant" in problem_with(PROJECT, {"segment_cuont": 4})


def test_the_build_says_so_by_make_and_by_dbt(build, tmp_path):
    settings = {"max_units_per_line": f"1 {HOSTILE}"}
    sentence = "The setting max_units_per_line is"
    by_make = build(tmp_path, settings=settings)
    assert by_make.exit_code == 1
    assert by_make.stderr.startswith(sentence)
    by_dbt = build(tmp_path, settings=settings, select="orders")
    assert by_dbt.exit_code != 0
    assert by_dbt.stdout.count(sentence) == 1
    assert by_dbt.query("from duckdb_tables() where table_name <> 'transactions'") == []


def test_text_in_settings_columns_and_file_names_stays_text(build, tmp_path):
    columns = {name: f"a\"b'c; {name}" for name in HEADER}
    rows = [
        [*row[:4], f"{row[4][:10]} o'clock", *row[5:]]
        for row in rows_of_a_log()
        if not row[0].startswith("C")
    ]
    rows[0][6] = HOSTILE.upper()
    folder = tmp_path / "o'brien; drop table x"
    folder.mkdir()
    log = write_log(folder / "a'b [1]\".csv", rows, header=list(columns.values()))
    settings = {name: columns[VARS[name]] for name in VARS if name.endswith("_column")} | {
        "timestamp_format": "%Y-%m-%d o'clock",
        "guest_markers": [HOSTILE, "it's"],
        "credit_prefix": "'); --",
        "currency": HOSTILE,
    }
    built = build(tmp_path / "b'uilt", log, settings, select="+orders +build_info +line_funnel")
    assert built.exit_code == 0, built.stdout
    assert built.query("select currency from build_info") == [(HOSTILE,)]
    assert built.query("select sum(lines) from line_funnel") == [(len(rows),)]
    guests = built.query("select count(*) from stg_transactions where customer_id is null")
    assert guests == [(1,)]
    with duckdb.connect(built.warehouse, read_only=True) as connection:
        files = connection.execute("select distinct source_file from raw.transactions").fetchall()
    assert files == [(str(log),)]
