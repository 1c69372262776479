"""F27: another order of rows, one thread, 1 % more rows: segments stay themselves."""

import duckdb

NAMES = "select segment_key, segment_name from segments where segment_rank is not null order by all"
MEMBERS = "select customer_id, segment_key from customer_segments"


def test_one_per_cent_more_rows_in_another_order_keep_keys_and_names(
    build, sample_warehouse, tmp_path
):
    log = tmp_path / "log.parquet"
    duckdb.execute(
        f"""
        copy (
            from (
                from 'sample/transactions.parquet'
                union all by name
                select * replace ('9' || InvoiceNo as InvoiceNo)
                from 'sample/transactions.parquet'
                where hash(concat(InvoiceNo, StockCode)) % 100 = 0 and InvoiceNo not like 'C%'
            )
            order by hash(concat(StockCode, InvoiceNo))
        ) to '{log}'
        """
    )
    threads = {"DBT_THREADS": "1", "DUCKDB_THREADS": "1"}
    built = build(tmp_path, log, select="+segments", environment=threads)
    assert built.exit_code == 0, built.stdout
    assert built.query("select source_lines from build_info") > sample_warehouse.query(
        "select source_lines from build_info"
    )
    assert built.query(NAMES) == sample_warehouse.query(NAMES)
    before, after = (dict(each.query(MEMBERS)) for each in (sample_warehouse, built))
    assert before.keys() == after.keys()
    moved = sum(before[customer_id] != after[customer_id] for customer_id in before)
    assert moved <= 0.05 * len(before)
