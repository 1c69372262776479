"""A table of a database reads as a file with the same rows would."""

import sqlite3
from types import SimpleNamespace

import duckdb
import pytest

from ingest.databases import read_table, table_of
from ingest.errors import IngestError
from tests.logs import HEADER, opened, rows_of_a_log, write_log
from tests.postgres import PASSWORD


def test_a_table_in_duckdb(build, tmp_path, small_log, small_build):
    with duckdb.connect(tmp_path / "shop.duckdb") as shop:
        shop.execute(f"create schema web; create table web.lines as from read_csv('{small_log}')")
        assert "TIMESTAMP" in str(shop.table("web.lines").types)
        shop.execute(
            "insert into web.lines select * replace ('9' as InvoiceNo, '-infinity' as InvoiceDate) "
            "from web.lines limit 1"
        )
    log = f"duckdb:{tmp_path}/shop.duckdb:web.lines"
    built = build(tmp_path / "built", log, select="+source_lines")
    assert built.exit_code == 0, built.stdout
    ids = (
        "select line_id, units, unit_price, ordered_at, verdict from source_lines "
        "where order_id <> '9' order by all"
    )
    assert built.query(ids) == small_build.query(ids)
    infinite = "select verdict_reason, ordered_at_text from source_lines where order_id = '9'"
    assert built.query(infinite) == [("unreadable_date", "-infinity")]
    assert built.query("select distinct source_file from warehouse.raw.transactions") == [
        (f"{tmp_path}/shop.duckdb, table web.lines",)
    ]


def test_a_table_in_sqlite(build, tmp_path, small_build):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute(
            "create table lines (InvoiceNo text, StockCode text, Description text, "
            "Quantity integer, InvoiceDate text, UnitPrice real, CustomerID real, Country text)"
        )
        shop.executemany("insert into lines values (?, ?, ?, ?, ?, ?, ?, ?)", rows_of_a_log())
    shop.close()
    built = build(tmp_path / "built", f"sqlite:{tmp_path}/shop.db:lines", select="+source_lines")
    assert built.exit_code == 0, built.stdout
    ids = "select line_id, units, unit_price, ordered_at, verdict from source_lines order by all"
    assert built.query(ids) == small_build.query(ids)


def test_the_fingerprint_is_of_the_rows_and_not_of_the_file(tmp_path):
    csv = write_log(tmp_path / "log.csv")
    fingerprints = []
    for name, change in (("a", ""), ("b", ""), ("c", "where Country = 'UK' limit 185")):
        with duckdb.connect(tmp_path / f"{name}.duckdb") as shop:
            shop.execute(f"create table lines as from read_csv('{csv}') {change}")
        fingerprints.append(opened_table(tmp_path, f"duckdb:{name}.duckdb:lines").fingerprint)
    assert fingerprints[0] == fingerprints[1] != fingerprints[2]


def opened_table(folder, transactions):
    return opened(folder / "any", transactions=transactions)


def test_what_is_not_there_is_told_in_a_sentence(tmp_path):
    write_log(tmp_path / "log.csv", [], HEADER)
    with duckdb.connect(tmp_path / "shop.duckdb") as shop:
        shop.execute("create table lines (InvoiceNo text)")
    with pytest.raises(IngestError, match=r"no database .*set transactions to kind:path:table"):
        opened_table(tmp_path, "sqlite:none.db:lines")
    with pytest.raises(IngestError, match=r"shop.duckdb, table orders cannot be read .*set trans"):
        opened_table(tmp_path, "duckdb:shop.duckdb:orders")
    with pytest.raises(IngestError, match=r"shop.duckdb, table lines has no column 'StockCode'"):
        opened_table(tmp_path, "duckdb:shop.duckdb:lines")
    with pytest.raises(IngestError, match=r"log.csv, table lines cannot be read"):
        opened_table(tmp_path, "sqlite:log.csv:lines")


def test_a_name_of_a_table_is_never_sql(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table lines (a)")
    shop.close()
    with pytest.raises(IngestError, match="no such table"):
        opened_table(tmp_path, 'sqlite:shop.db:lines" where 1=1 --')


def test_files_are_not_taken_for_tables():
    assert table_of("C:/exports/2011.csv") is None
    assert table_of("duckdb:only-a-path") is None


@pytest.fixture(scope="module")
def shop(server):
    """A table in PostgreSQL with the rows of the small log, and types of all kinds."""
    server.query(
        'create schema web; create table web.lines ("InvoiceNo" text, "StockCode" varchar(20), '
        '"Description" text, "Quantity" integer, "InvoiceDate" timestamp, '
        '"UnitPrice" numeric(10, 2), "CustomerID" double precision, "Country" text)'
    )
    rows = ", ".join(
        "(" + ", ".join(f"'{value}'" for value in row) + ")" for row in rows_of_a_log()
    )
    server.query(f"insert into web.lines values {rows}")
    return server


def test_a_table_in_postgresql(build, tmp_path, small_build, shop):
    secret = {"DBT_ENV_SECRET_TRANSACTIONS": shop.connection}
    built = build(tmp_path, "postgresql:web.lines", environment=secret)
    assert built.exit_code == 0, built.stderr
    assert built.checksums() == small_build.checksums()
    assert built.query("select distinct source_file from warehouse.raw.transactions") == [
        ("PostgreSQL, table web.lines",)
    ]
    for path in built.folder.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path


def test_rows_of_postgresql_are_texts_in_one_order(monkeypatch, tmp_path, shop):
    monkeypatch.setenv("DBT_ENV_SECRET_TRANSACTIONS", shop.connection)
    fingerprint = opened_table(tmp_path, "postgresql:web.lines").fingerprint
    shop.query('update web.lines set "Country" = "Country" where "Quantity" = 2')
    assert opened_table(tmp_path, "postgresql:web.lines").fingerprint == fingerprint


def test_numbers_of_postgresql_are_in_the_notation_of_the_log(monkeypatch, tmp_path, shop):
    monkeypatch.setenv("DBT_ENV_SECRET_TRANSACTIONS", shop.connection)
    parquet = read_table(
        table_of("postgresql:web.lines"),
        SimpleNamespace(scratch_folder=tmp_path, decimal_separator=","),
    )
    first = duckdb.read_parquet(parquet).fetchall()[0]
    assert first == (
        "536365", "85000A", "GIFT 0", "2", "2011-01-01 10:00:00", "1,05", "17850", "UK",
    )  # fmt: skip


def test_what_is_wrong_with_postgresql_is_told_in_a_sentence(monkeypatch, tmp_path, shop):
    with pytest.raises(IngestError, match="DBT_ENV_SECRET_TRANSACTIONS is not set"):
        opened_table(tmp_path, "postgresql:web.lines")
    monkeypatch.setenv("DBT_ENV_SECRET_TRANSACTIONS", shop.connection.replace("not%2F", "hush"))
    with pytest.raises(IngestError, match="does not let this user in") as refused:
        opened_table(tmp_path, "postgresql:web.lines")
    assert "hush" not in str(refused.value)
    monkeypatch.setenv("DBT_ENV_SECRET_TRANSACTIONS", shop.connection)
    with pytest.raises(IngestError, match=r'relation "web.orders" does not exist.*schema.table'):
        opened_table(tmp_path, "postgresql:web.orders")
    with pytest.raises(IngestError, match="is a connection string, which logs") as refused:
        opened_table(tmp_path, shop.connection)
    assert PASSWORD not in str(refused.value)
    with pytest.raises(IngestError, match="cannot be read"):
        opened_table(tmp_path, 'postgresql:web.lines"; drop table web.lines; --')
    assert shop.query("select count(*) from web.lines") == [(len(rows_of_a_log()),)]


def test_whole_numbers_and_bytes_of_sqlite_stay_what_they_are(tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table lines (id integer, price real, name blob, picture blob)")
        for number in (1234567890123456000, 1234567890123456001):
            shop.execute("insert into lines values (?, 2.5, ?, ?)", (number, b"MUG", b"\xff\x00"))
    shop.close()
    settings = SimpleNamespace(scratch_folder=tmp_path, decimal_separator=".")
    parquet = read_table(table_of("sqlite:shop.db:lines", tmp_path), settings)
    assert duckdb.read_parquet(parquet).order("id").fetchall() == [
        ("1234567890123456000", "2.5", "MUG", "ff00"),
        ("1234567890123456001", "2.5", "MUG", "ff00"),
    ]
