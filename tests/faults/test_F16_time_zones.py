"""F16: the machine's zone moves no date; the shop's zone is a setting."""

import duckdb
import pytest
from conftest import opened, rows_of_a_log, write_log

ZONES = ["America/New_York", "Pacific/Auckland"]


@pytest.mark.parametrize(
    ("zone", "shown"), [("UTC", "2011-07-01 23:30:00"), (ZONES[1], "2011-07-02 11:30:00")]
)
def test_a_parquet_time_with_a_zone_is_told_on_the_shops_clock(tmp_path, zone, shown):
    log = tmp_path / "log.parquet"
    csv = write_log(tmp_path / "log.csv", rows_of_a_log()[:1])
    duckdb.execute(
        "copy (select * replace (timestamptz '2011-07-01 23:30:00+00' as InvoiceDate) "
        f"from read_csv('{csv}', all_varchar = true)) to '{log}'"
    )
    query = opened(log, time_zone=zone).query
    for machine in ZONES:
        with duckdb.connect() as connection:
            connection.execute(f"set TimeZone = '{machine}'")
            found = connection.execute(f"select cast(InvoiceDate as varchar) from ({query})")
            assert found.fetchall() == [(shown,)]


def test_texts_are_told_on_the_shops_clock_wherever_the_machine_is(build, tmp_path):
    late = [[*row[:4], row[4].replace("10:00", "23:59"), *row[5:]] for row in rows_of_a_log()]
    moments = ["2011-07-01T11:30:00Z", "2011-07-01 13:30:00+02:00", "2011-07-01 23:30:00"]
    with_offset = [
        [f"{number}", *late[0][1:4], moment, *late[0][5:]] for number, moment in enumerate(moments)
    ]
    built = build(
        tmp_path,
        write_log(tmp_path / "log.csv", late + with_offset),
        {"time_zone": "Pacific/Auckland"},
        select="stg_transactions__typed",
        environment={"TZ": "America/New_York"},
    )
    assert built.exit_code == 0, built.stdout
    told = built.query("select distinct cast(ordered_at as varchar) from stg_transactions__typed")
    assert {moment for (moment,) in told} == {row[4] for row in late} | {"2011-07-01 23:30:00"}
