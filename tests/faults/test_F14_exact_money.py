"""F14: sums are exact: equal bit for bit for 1, 2 and 4 threads and in any order of rows."""

import duckdb
import pytest


@pytest.mark.parametrize("threads", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_threads_and_order_change_nothing(build, sample_warehouse, tmp_path, threads):
    shuffled = tmp_path / "shuffled.parquet"
    duckdb.execute(
        "copy (select * from 'sample/transactions.parquet' "
        f"order by hash(concat(InvoiceNo, StockCode, {threads}))) to '{shuffled}'"
    )
    built = build(
        tmp_path / "built",
        shuffled,
        environment={
            "DBT_THREADS": str(threads),
            "DUCKDB_THREADS": str(threads),
            "TZ": "Pacific/Auckland",
        },
        quick=False,
    )
    assert built.exit_code == 0, built.stderr
    assert built.checksums() == sample_warehouse.checksums()
    models = "select checksum from int_predictions__fitted order by horizon_days, fit"
    assert built.query(models) == sample_warehouse.query(models)
