"""F34: text in settings and file names stays text, and what must be a number is one."""

import os
import subprocess
import sys

import pytest
import yaml

from commands.sources import SOURCES, read_source
from commands.warehouse import open_warehouse
from ingest.settings import KINDS, problem_with
from publish.identity import identify
from tests.builds import PROJECT, environment_in
from tests.logs import HEADER, rows_of_a_log, write_log

HOSTILE = "x'); drop table orders; --"
VARS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
# Whatever stands in these, it is a name or a value: it reaches SQL only in quotes.
QUOTED = {name for name in KINDS if name.endswith("_column")} | {
    "transactions", "encoding", "credit_prefix"
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
        ("guest_markers", ["Guest"]),
        ("sheets", [1]),
        ("credit_statuses", "refunded"),
        ("credit_marker", "sign"),
        ("quantity_column", None),
        ("delimiter", ";;"),
        ("delimiter", "a"),
        ("time_zone", "London"),
        ("time_zone", "+02:00"),
        ("timestamp_format", "iso"),
        ("prediction_horizons", [90, 90]),
        ("refit_gain", float("inf")),
        ("generations_kept", 0),
        ("currency", "£"),
        ("max_invalid_share", 1.5),
        ("max_invalid_share", float("nan")),
        ("segment_count", True),
        ("segment_count", 101),
        ("max_units_per_line", 10**400),
        ("fit_share", 0),
        ("evaluation_customers", 49),
        ("random_seed", "1"),
        ("thousands_separator", None),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused(name, value):
    assert problem_with(PROJECT, {name: value}).startswith(f"The setting {name} is ")


def test_a_day_without_quotes_is_a_day(tmp_path):
    settings = f"transactions: {write_log(tmp_path / 'log.csv')}, as_of: 2011-02-01"
    done = subprocess.run(
        [
            *[sys.executable, "-m", "dbt.cli.main", "build", "--vars", f"{{{settings}}}"],
            *["--select", "+stg_transactions__known", "--indirect-selection", "cautious"],
            *["--exclude-resource-type", "unit_test"],
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env=environment_in(tmp_path),
    )
    assert done.returncode == 0, done.stdout
    with open_warehouse(tmp_path / "warehouse.duckdb") as connection:
        last = connection.sql("select max(ordered_at) < '2011-02-01' from stg_transactions__known")
        assert last.fetchall() == [(True,)]


def test_a_day_without_quotes_in_the_project_is_a_day_in_the_name_of_a_build(project):
    file = project / "dbt_project.yml"
    file.write_text(file.read_text().replace("as_of: null", "as_of: 2011-02-01"))
    assert problem_with(project, {}) is None
    assert identify(project, {}, "a log").settings["as_of"] == "2011-02-01"


def test_a_setting_that_is_not_known_is_refused():
    assert "perhaps segment_count is meant" in problem_with(PROJECT, {"segment_cuont": 4})


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"decimal_separator": ",", "thousands_separator": ","}, "set thousands_separator"),
        ({"timestamp_format": "%d.%m.%Y %H:%M %z"}, "set time_zone to the shop's zone"),
        ({"credit_marker": "status", "status_column": "state"}, "set credit_statuses"),
        ({"min_segments": 9}, "set max_segments to no less than min_segments"),
        ({"min_categories": 13}, "set max_categories to no less than min_categories"),
    ],
)
def test_two_settings_that_do_not_go_together_are_refused(settings, advice):
    refused = problem_with(PROJECT, settings)
    assert refused.startswith("The settings ")
    assert "which do not go together: " + advice in refused


def test_a_setting_that_belongs_to_another_passes_with_it():
    zone = {"timestamp_format": "%d.%m.%Y %H:%M %z", "time_zone": "Europe/London"}
    assert problem_with(PROJECT, zone) is None
    assert problem_with(PROJECT, {"min_segments": 9, "max_segments": 9}) is None


@pytest.mark.parametrize("path", sorted(SOURCES.glob("*.yml")), ids=lambda path: path.stem)
def test_every_shipped_source_passes(path):
    assert problem_with(PROJECT, read_source(path.stem)) is None


def test_make_score_refuses_it_too(sample_warehouse, tmp_path):
    done = subprocess.run(
        [
            *(sys.executable, "-m", "commands.score", str(write_log(tmp_path / "orders.csv"))),
            *("--vars", '{"max_units_per_line": "1 or 1 = 1"}'),
        ],
        cwd=PROJECT,
        env=os.environ | {"WAREHOUSE": str(sample_warehouse.warehouse)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The setting max_units_per_line is '1 or 1 = 1'")


def test_make_check_says_what_the_build_will_refuse(tmp_path):
    rows = [[*row, "£"] for row in rows_of_a_log()]
    log = write_log(tmp_path / "log.csv", rows, [*HEADER, "Currency"])
    done = subprocess.run(
        [sys.executable, "-m", "commands.check", str(log)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert "The setting currency is '£'; it must be an ISO 4217 code such as GBP." in done.stdout


def test_the_build_says_so_by_make_and_by_dbt(build, tmp_path):
    settings = {"max_units_per_line": f"1 {HOSTILE}"}
    sentence = "The setting max_units_per_line is"
    by_make = build(tmp_path, settings=settings)
    assert by_make.exit_code == 1
    # dbt's log has nothing of it.
    assert by_make.stderr.startswith(sentence)
    assert "dbt.log" not in by_make.stderr
    by_dbt = build(tmp_path, settings=settings, select="orders", plain=True)
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
    folder = tmp_path / "o'brien; drop table x \N{GRINNING FACE}\N{NO-BREAK SPACE}"
    folder.mkdir()
    log = write_log(folder / "a'b [1]\".csv", rows, header=list(columns.values()))
    settings = {name: columns[VARS[name]] for name in VARS if VARS[name] in HEADER} | {
        "timestamp_format": "%Y-%m-%d o'clock",
        "guest_markers": [HOSTILE, "it's"],
        "credit_prefix": "'); --",
    }
    built = build(tmp_path / "b'uilt", log, settings, select="+orders +line_funnel")
    assert built.exit_code == 0, built.stdout
    assert built.query("select sum(lines) from line_funnel") == [(len(rows),)]
    guests = built.query("select count(*) from stg_transactions where customer_id is null")
    assert guests == [(1,)]
    files = built.query("select distinct source_file from warehouse.raw.transactions")
    assert files == [(str(log),)]
