"""F24: with little memory DuckDB spills to disk, and the tables are the same."""

from types import SimpleNamespace

import duckdb
import pytest

from ingest.plugin import Plugin
from tests.builds import CHECKSUM

SPINE = "+line_funnel +customer_rfm +returns"
TABLES = ("line_funnel", "order_lines", "orders", "returns", "customer_rfm")


def checksums(built):
    assert built.exit_code == 0, built.stdout + built.stderr
    return {table: built.query(CHECKSUM.format(table)) for table in TABLES}


def test_the_sample_in_less_memory_than_it_takes(build, sample_warehouse, tmp_path):
    tight = build(
        tmp_path,
        select=SPINE,
        environment={"DUCKDB_MEMORY_LIMIT": "100MB", "DUCKDB_THREADS": "2"},
    )
    assert checksums(tight) == checksums(sample_warehouse)


def test_a_limit_is_kept_and_not_merely_accepted(build, tmp_path):
    starved = build(tmp_path, select="+orders", environment={"DUCKDB_MEMORY_LIMIT": "2MB"})
    assert starved.exit_code != 0
    assert "Out of Memory" in starved.stdout


def test_without_a_limit_duckdb_leaves_memory_to_the_learning(monkeypatch):
    monkeypatch.delenv("DUCKDB_MEMORY_LIMIT", raising=False)
    with duckdb.connect() as warehouse:
        its_own = memory_limit(warehouse)
        Plugin("ingest", {}, SimpleNamespace(path=":memory:")).configure_connection(warehouse)
        assert memory_limit(warehouse) == pytest.approx(0.75 * its_own, rel=0.01)


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("DUCKDB_MEMORY_LIMIT", "much", "an amount of memory such as 4GB"),
        ("DUCKDB_THREADS", "all", "a number of threads such as 2"),
        ("DUCKDB_THREADS", "0", "a number of threads such as 2"),
    ],
)
def test_a_limit_that_is_none_is_told_in_a_sentence(monkeypatch, variable, value, expected):
    monkeypatch.setenv(variable, value)
    plugin = Plugin("ingest", {}, SimpleNamespace(path=":memory:"))
    with (
        duckdb.connect() as warehouse,
        pytest.raises(RuntimeError, match=f"{variable} is '{value}'; expected {expected}."),
    ):
        plugin.configure_connection(warehouse)


def memory_limit(warehouse):
    ((limit,),) = warehouse.execute("select current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    return float(number) * {"MiB": 2**20, "GiB": 2**30, "TiB": 2**40}[unit]


@pytest.mark.slow
def test_five_million_lines_in_half_a_gigabyte(build, tmp_path):
    log = tmp_path / "log.parquet"
    duckdb.execute(
        f"""
        copy (
            select * exclude (copy) replace (
                if(InvoiceNo like 'C%', 'C', '') || copy || InvoiceNo as InvoiceNo,
                CustomerID || '-' || copy as CustomerID
            )
            from 'sample/transactions.parquet'
            cross join (select cast(100 + range as varchar) as copy from range(85))
        ) to '{log}'
        """
    )
    limits = {"DUCKDB_MEMORY_LIMIT": "512MB", "DUCKDB_THREADS": "2"}
    tight = checksums(build(tmp_path / "tight", log, select=SPINE, environment=limits))
    assert tight == checksums(build(tmp_path / "roomy", log, select=SPINE))
