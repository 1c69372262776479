"""Spark builds the tables that DuckDB builds: decimals to the last digit, doubles to 1e-9."""

import json
import subprocess
import sys
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pytest

from tests.builds import PROJECT, environment_in
from tests.logs import HEADER, rows_of_a_log, write_rates

pytest.importorskip("pyspark", reason="pyspark is not installed: run make test-spark")

pytestmark = pytest.mark.spark

# Only the data tests of which all tables are built.
NO_UNIT_TESTS = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"]

# They name the delivery and the build, which are not the same.
NAMES_OF_THE_BUILD = ("build_id", "source_fingerprint")


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """Give a function that builds on Spark and says where the tables are and what was said."""

    def build(*arguments, settings=None, project=PROJECT, profiles=PROJECT):
        folder = tmp_path_factory.mktemp("spark")
        done = subprocess.run(
            [
                *[sys.executable, "-m", "dbt.cli.main", "build", "--target", "spark"],
                *["--profiles-dir", str(profiles), "--vars", json.dumps(settings or {})],
                *arguments,
            ],
            cwd=project,
            capture_output=True,
            text=True,
            env=environment_in(folder) | {"SPARK_WAREHOUSE": str(folder / "tables")},
        )
        return folder / "tables" / "segmentation.db", done.returncode, done.stdout

    return build


def write_parquet(path, rows, header=HEADER):
    """Write a log whose columns are all text, which Spark reads as DuckDB does."""
    with duckdb.connect() as connection:
        connection.execute(f"create table log ({', '.join(f'{name} varchar' for name in header)})")
        connection.executemany(f"insert into log values ({', '.join('?' * len(header))})", rows)
        connection.execute(f"copy log to '{path}'")
    return path


def differences(warehouse, tables, only=None):
    """Say in which marts a DuckDB warehouse and a folder of Spark's tables differ."""
    with duckdb.connect() as connection:
        connection.execute(f"set timezone = 'UTC'; attach '{warehouse}.marts' as built (read_only)")
        marts = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'built' order by all"
        ).fetchall()
        return [
            problem
            for (mart,) in marts
            if only is None or mart in only
            for problem in _differences(
                connection,
                mart,
                f"built.main.{mart}",
                _on_spark(tables / mart, f"built.main.{mart}"),
            )
        ]


def _on_spark(folder, on_duckdb):
    """Name a table's files; a table without rows is a folder without files."""
    if any(folder.glob("*.parquet")):
        return f"read_parquet('{folder}/*.parquet')"
    return f"(from {on_duckdb} limit 0)"


def _differences(connection, mart, on_duckdb, on_spark):
    types = {
        name: kind
        for name, kind, *_ in connection.execute(f"describe from {on_duckdb}").fetchall()
        if name not in NAMES_OF_THE_BUILD
    }
    exact = ", ".join(
        f"cast({name} as {kind}) as {name}" for name, kind in types.items() if kind != "DOUBLE"
    )
    doubles = [name for name, kind in types.items() if kind == "DOUBLE"]
    for one, other in ((on_duckdb, on_spark), (on_spark, on_duckdb)):
        rows = connection.execute(
            f"from (select {exact} from {one} except all select {exact} from {other})"
        ).fetchmany(3)
        if rows:
            yield f"{mart}: only in {one}: {rows}"
            return
    if doubles:
        found, expected = (
            connection.execute(
                f"select {exact}, {', '.join(doubles)} from {relation} order by all"
            ).fetchnumpy()
            for relation in (on_spark, on_duckdb)
        )
        for name in doubles:
            pair = [np.ma.filled(np.ma.asarray(rows[name]), np.nan) for rows in (found, expected)]
            if not np.allclose(*pair, rtol=1e-9, atol=1e-9, equal_nan=True):
                yield f"{mart}.{name}: {np.nanmax(np.abs(pair[0] - pair[1]))} apart"


def test_a_whole_build_passes_and_gives_the_same_tables(spark, sample_warehouse):
    tables, exit_code, said = spark()

    assert exit_code == 0, said[-3000:]
    assert "ERROR=0 SKIP=0" in said
    assert differences(sample_warehouse.warehouse, tables) == []


def test_online_retail_gives_the_same_tables(spark, online_retail, online_retail_warehouse):
    tables, exit_code, said = spark(*NO_UNIT_TESTS, settings={"transactions": online_retail})

    assert exit_code == 0, said[-3000:]
    assert differences(online_retail_warehouse.warehouse, tables) == []


def test_goods_by_weight_at_prices_of_four_decimals_lose_no_digit(spark, build, tmp_path):
    rows = [
        [*row[:3], f"{row[3]}.00{number % 9 + 1}", row[4], f"{row[5]}{number % 9 + 1:02}", *row[6:]]
        for number, row in enumerate(rows_of_a_log())
    ]
    log = write_parquet(tmp_path / "log.parquet", rows)
    marts = ["order_lines", "orders", "returns", "line_funnel", "customer_rfm"]
    built = build(tmp_path, log, select=" ".join(f"+{mart}" for mart in marts))
    tables, exit_code, said = spark(
        *NO_UNIT_TESTS,
        "--select",
        *(f"+{mart}" for mart in marts),
        settings={"transactions": str(log)},
    )

    assert built.exit_code == 0, built.stdout
    assert exit_code == 0, said[-3000:]
    assert differences(built.warehouse, tables, only=marts) == []
    # With a digit beyond the sixth, which is where Spark rounds unless it is told not to.
    assert built.query("select count(*) from orders where net_amount != round(net_amount, 6)") > [
        (0,)
    ]


def test_amounts_in_two_currencies_are_converted_alike(spark, build, project, tmp_path):
    rows = [
        [*row, ("GBP", "eur", " EUR ")[number % 3]] for number, row in enumerate(rows_of_a_log())
    ]
    log = write_parquet(tmp_path / "log.parquet", rows, [*HEADER, "Currency"])
    write_rates(project, "EUR,2009-01-01,0.85\nEUR,2011-03-01,0.8333333333\n")
    settings = {"transactions": str(log), "currency_column": "Currency"}
    marts = ["source_lines", "orders", "returns", "line_funnel"]
    select = ["currency_rates", *(f"+{mart}" for mart in marts)]
    built = build(
        tmp_path,
        settings=settings,
        select=" ".join(select),
        started_from=project,
        quick=False,
        plain=True,
    )
    tables, exit_code, said = spark(
        *NO_UNIT_TESTS, "--select", *select, settings=settings, project=project
    )

    assert built.exit_code == 0, built.stdout
    assert exit_code == 0, said[-3000:]
    assert differences(built.warehouse, tables, only=marts) == []
    # 2.05 by the one rate and by the other.
    assert built.query(
        "select count(distinct unit_price) from source_lines where unit_price in (1.7425, 1.7083)"
    ) == [(2,)]


def test_a_day_and_the_time_of_day_of_another_column_are_read_alike(spark, build, tmp_path):
    rows = []
    for number, row in enumerate(rows_of_a_log()):
        day, time = row[4].split()
        # As typed columns and spreadsheets have them, and as tills do.
        written = [(f"{day} 00:00:00", time), (day, f"1899-12-30 {time[:5]}"), (day, "")][
            number % 3
        ]
        rows.append([*row[:4], written[0], *row[5:], written[1]])
    log = write_parquet(tmp_path / "log.parquet", rows, [*HEADER, "Time"])
    settings = {"transactions": str(log), "time_column": "Time"}
    built = build(tmp_path, settings=settings, select="+source_lines")
    tables, exit_code, said = spark(*NO_UNIT_TESTS, "--select", "+source_lines", settings=settings)

    assert built.exit_code == 0, built.stdout
    assert exit_code == 0, said[-3000:]
    assert differences(built.warehouse, tables, only=["source_lines"]) == []
    hours = "select hour(ordered_at), count(*) from source_lines group by all order by all"
    assert built.query(hours) == [(0, 62), (10, 124)]


def test_numbers_and_times_as_other_software_writes_them_are_read_alike(spark, build, tmp_path):
    rows = rows_of_a_log()
    for number, row in enumerate(rows):
        units = int(row[3])
        row[3] = row[3] if units > 0 else f"({-units})" if number % 2 else f"{-units} -"
        at = datetime.fromisoformat(row[4]) + timedelta(seconds=number)
        row[4] = f"{(at - datetime(1899, 12, 30)) / timedelta(days=1):.6f}"
        row[5] = f"€ {row[5]}"
        row[6] = row[6] if number % 7 else r"\N"
    log = write_parquet(tmp_path / "log.parquet", rows)
    settings = {"transactions": str(log), "currency_sign": "€", "timestamp_format": "excel"}
    marts = ["source_lines", "orders", "returns", "line_funnel", "customer_rfm"]
    select = [f"+{mart}" for mart in marts]
    built = build(tmp_path, settings=settings, select=" ".join(select))
    tables, exit_code, said = spark(*NO_UNIT_TESTS, "--select", *select, settings=settings)

    assert built.exit_code == 0, built.stdout
    assert exit_code == 0, said[-3000:]
    assert differences(built.warehouse, tables, only=marts) == []
    assert built.query("select count(*) from source_lines where is_guest") == [(27,)]
    assert built.query("select count(*) from source_lines where verdict = 'invalid'") == [(0,)]
    assert built.query("select count(distinct second(ordered_at)) from source_lines") == [(60,)]


def test_a_share_is_learned_from_and_all_are_scored(spark, build, tmp_path):
    settings = {"fit_share": 0.5}
    built = build(tmp_path, settings=settings, select="+customer_segments", quick=False)
    tables, exit_code, said = spark(
        *NO_UNIT_TESTS, "--select", "+customer_segments", settings=settings
    )

    assert built.exit_code == 0, built.stdout
    assert exit_code == 0, said[-3000:]
    assert differences(built.warehouse, tables, only=["segment_models", "customer_segments"]) == []


def test_a_session_that_would_lose_digits_is_refused(spark, tmp_path):
    profile = (PROJECT / "profiles.yml").read_text()
    assert 'allowPrecisionLoss: "false"' in profile
    (tmp_path / "profiles.yml").write_text(
        profile.replace('allowPrecisionLoss: "false"', 'allowPrecisionLoss: "true"')
    )

    _, exit_code, said = spark("--select", "stg_transactions__typed", profiles=tmp_path)

    assert exit_code != 0
    assert "This Spark session would lose digits or hours" in said


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        (
            {"max_units_per_line": "1) or (1 = 1", "transactions": "a`b.parquet"},
            "The setting max_units_per_line is '1) or (1 = 1'; it must be ",
        ),
        ({"hash_customer_ids": True}, "hash_customer_ids is true, which Spark does not do; put "),
    ],
)
def test_a_setting_that_is_no_use_on_spark_is_refused(spark, setting, sentence):
    _, exit_code, said = spark("--select", "stg_transactions__typed", settings=setting)

    assert exit_code != 0
    assert sentence in said
