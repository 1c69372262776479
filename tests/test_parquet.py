"""Columns of Parquet are read by their types: quicker than out of text, and with the same lines."""

import duckdb
import pytest

from ingest.errors import IngestError
from ingest.settings import SALT
from tests.logs import opened, write_log, write_parquet_of

ODD_PRICES = "'nan', 'inf', 1e300, 2.123456789, 0.00005, 0.00015, -0.0, 1e-9, 12345678901234.5"
ODD_CUSTOMERS = "-5, 1.5, 1e15, 1e16, 12345678901234567890, 'nan', 0"
TYPED = f"""
    select * exclude (row_number) replace (
        cast(Quantity as integer) as Quantity,
        cast(InvoiceDate as timestamp) as InvoiceDate,
        case
            when row_number % 50 = 0 then [{ODD_PRICES}][1 + row_number // 50 % 9]
            else cast(UnitPrice as double)
        end as UnitPrice,
        case
            when row_number % 70 = 0 then [{ODD_CUSTOMERS}][1 + row_number // 70 % 7]
            else try_cast(CustomerID as double)
        end as CustomerID
    )
    from (select *, row_number() over () as row_number from 'sample/transactions.parquet')
    where row_number <= 5000
"""


def lines(build, folder, query):
    folder.mkdir()
    duckdb.execute(f"copy ({query}) to '{folder / 'log.parquet'}'")
    built = build(folder, folder / "log.parquet", {"max_invalid_share": 0.05}, "+source_lines")
    assert built.exit_code == 0, built.stdout
    return built.query("select * from source_lines order by line_id")


def test_numbers_times_and_ids_are_those_of_their_texts(build, tmp_path):
    typed = lines(build, tmp_path / "typed", TYPED)
    text = "select cast(columns(*) as varchar) from (" + TYPED + ")"
    assert len(typed) == 5000
    assert typed == lines(build, tmp_path / "text", text)


def test_a_number_is_no_point_in_time(build, tmp_path):
    log = tmp_path / "log.parquet"
    seconds = "cast(epoch(cast(InvoiceDate as timestamp)) as bigint) as InvoiceDate"
    duckdb.execute(
        f"copy (select * replace ({seconds}) from 'sample/transactions.parquet') to '{log}'"
    )
    built = build(tmp_path, log)
    assert built.exit_code != 0
    assert "have a InvoiceDate that cannot be read, such as '16" in built.stdout + built.stderr


def test_a_day_is_the_shop_s_whatever_zone_times_are_in(build, small_log, tmp_path):
    log = tmp_path / "log.parquet"
    write_parquet_of(small_log, log, InvoiceDate="cast(InvoiceDate as date)")
    built = build(tmp_path, log, {"time_zone": "America/New_York"}, select="+source_lines")
    days = "select order_id, ordered_at from source_lines order by all"
    day = "cast(cast(InvoiceDate as date) as timestamp)"
    of_log = f"select InvoiceNo, {day} from '{small_log}' order by all"
    assert built.query(days) == duckdb.execute(of_log).fetchall()


def test_numbers_that_are_none_are_guests_under_a_pseudonym_too(build, small_log, tmp_path):
    log = tmp_path / "log.parquet"
    customer = "cast(if(CustomerID = '17850', 'nan', CustomerID) as double)"
    write_parquet_of(small_log, log, CustomerID=customer)
    settings = {"hash_customer_ids": True, "guest_markers": ["0"]}
    salt = {SALT: "sixteen letters at least"}
    built = build(tmp_path, log, settings, select="+source_lines", environment=salt)
    customers = "select count(distinct customer_id), count(*) filter (customer_id is null)"
    of_log = f"select count(*) filter (CustomerID = '17850') from '{small_log}'"
    ((guests,),) = duckdb.execute(of_log).fetchall()
    assert built.query(f"{customers} from source_lines") == [(9, guests)]


def test_times_of_one_file_and_numbers_of_another_are_refused(tmp_path):
    log = write_log(tmp_path / "log.csv")
    for name, time in {
        "a": "cast(InvoiceDate as timestamp)",
        "b": "cast(1320000000 as bigint)",
    }.items():
        write_parquet_of(log, tmp_path / f"{name}.parquet", InvoiceDate=time)
    with pytest.raises(
        IngestError,
        match=r"a.parquet has InvoiceDate as TIMESTAMP, and .*b.parquet has InvoiceDate as BIGINT",
    ):
        opened(tmp_path / "*.parquet")
