"""F16: the machine's zone moves no date; the shop's zone is a setting."""

import os
import subprocess
import sys

import duckdb
import pytest

from tests.builds import PROJECT
from tests.logs import opened, rows_of_a_log, write_log

MACHINES = ["America/New_York", "Pacific/Auckland"]
INSTANT = "2011-07-01 23:30:00+00"


def log_of(path, moments):
    """A log of an order at each of the moments."""
    row = rows_of_a_log()[0]
    return write_log(
        path, [[f"{n}", *row[1:4], moment, *row[5:]] for n, moment in enumerate(moments)]
    )


def parquet_log(folder):
    """A log of one order, in Parquet's type with a zone."""
    csv = log_of(folder / "one.txt", [""])
    log = folder / "log.parquet"
    duckdb.execute(
        f"copy (select * replace ('P' as InvoiceNo, timestamptz '{INSTANT}' as InvoiceDate) "
        f"from read_csv('{csv}', all_varchar = true)) to '{log}'"
    )
    return log


def in_database(folder):
    """The same log as a table."""
    with duckdb.connect(folder / "shop.duckdb") as shop:
        shop.execute(f"create table lines as from '{parquet_log(folder)}'")
    return "duckdb:shop.duckdb:lines"


@pytest.mark.parametrize("log_in", [parquet_log, in_database])
def test_a_typed_time_with_a_zone_is_in_utc_in_every_session(tmp_path, log_in):
    found = opened(tmp_path / "any", transactions=str(log_in(tmp_path)))
    for machine in MACHINES:
        with duckdb.connect() as connection:
            connection.execute(f"set TimeZone = '{machine}'")
            told = connection.execute(f"select cast(InvoiceDate as varchar) from ({found.query})")
            assert told.fetchall() == [("2011-07-01 23:30:00",)]


@pytest.mark.parametrize(
    ("machine", "zone", "date_format", "told"),
    [
        # Turned to the shop's clock, twelve hours ahead of UTC in July.
        (
            "America/New_York",
            "Pacific/Auckland",
            "%d/%m/%Y %H:%M %z",
            {
                "2011-07-01T11:30:00Z": "2011-07-01 23:30:00",
                "2011-07-01 13:30:00+02:00": "2011-07-01 23:30:00",
                "2011-07-01 13:30:00 +0200": "2011-07-01 23:30:00",
                "01/07/2011 13:30 +0200": "2011-07-01 23:30:00",
                "2011-07-01 11:30:00": "2011-07-01 23:30:00",
                INSTANT: "2011-07-02 11:30:00",
            },
        ),
        # As written; a point in time is written in UTC.
        (
            "Pacific/Auckland",
            None,
            "%d/%m/%Y %H:%M",
            {
                "2011-07-01T11:30:00Z": "2011-07-01 11:30:00",
                "2011-07-01 13:30:00+02:00": "2011-07-01 13:30:00",
                "2011-07-01 13:30:00 +0200": "2011-07-01 13:30:00",
                "01/07/2011 13:30": "2011-07-01 13:30:00",
                "2011-07-01 11:30:00": "2011-07-01 11:30:00",
                INSTANT: "2011-07-01 23:30:00",
            },
        ),
    ],
)
def test_times_are_told_by_the_shops_clock_wherever_the_machine_is(
    build, tmp_path, machine, zone, date_format, told
):
    log_of(tmp_path / "log.csv", [moment for moment in told if moment != INSTANT])
    parquet_log(tmp_path)
    built = build(
        tmp_path,
        tmp_path / "log.*",
        {"time_zone": zone, "timestamp_format": date_format},
        select="stg_transactions__typed",
        environment={"TZ": machine},
    )
    assert built.exit_code == 0, built.stdout
    found = built.query(
        "select cast(ordered_at as varchar) from stg_transactions__typed "
        "order by try_cast(order_id as int)"
    )
    assert [moment for (moment,) in found] == list(told.values())
    note = "4 rows of {} say how far from UTC their InvoiceDate is".format(tmp_path / "log.*")
    notes = (tmp_path / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert (note in notes) == (zone is None)


def test_make_check_says_the_same_everywhere(tmp_path):
    pages = [
        subprocess.run(
            [sys.executable, "-m", "commands.check", str(parquet_log(tmp_path))],
            cwd=PROJECT,
            env=os.environ | {"TZ": machine},
            capture_output=True,
            text=True,
        ).stdout
        for machine in MACHINES
    ]
    assert pages[0] == pages[1]
    assert "2011-07-01 23:30:00+00" in pages[0]
    assert "100.0% say how far from UTC they are: set time_zone" in pages[0]
