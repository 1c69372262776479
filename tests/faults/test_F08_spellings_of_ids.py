"""F08: `17850`, `17850.0` and ` 17850` are one customer, `00017850` is another."""

import duckdb

from tests.logs import rows_of_a_log, write_log, write_parquet_of


def test_three_spellings_are_one_customer(build, tmp_path):
    rows = rows_of_a_log()
    for place, spelling in enumerate(["17850", "17850.0", " 17850", "00017850", "", "NaN"]):
        rows[place][6] = spelling
    built = build(tmp_path, write_log(tmp_path / "log.csv", rows[:6]), select="+source_lines")
    customers = built.query("select customer_id, count(*) from source_lines group by 1 order by 1")
    assert customers == [("00017850", 1), ("17850", 3), (None, 2)]


def test_floating_point_ids_of_parquet_files_too(build, small_log, small_build, tmp_path):
    log = tmp_path / "log.parquet"
    write_parquet_of(small_log, log, CustomerID="cast(CustomerID as double)")
    floating = build(tmp_path, log, select="+source_lines")
    ids = "select line_id, customer_id from source_lines order by 1"
    assert floating.query(ids) == small_build.query(ids)


def test_a_data_frame_s_way_to_say_that_there_is_no_order_is_no_order(build, tmp_path):
    csv, log = write_log(tmp_path / "log.csv"), tmp_path / "log.parquet"
    order = "if(InvoiceNo in ('536365', '536366'), 'nan', InvoiceNo)"
    duckdb.execute(
        f"copy (select * replace (cast({order} as double) as InvoiceNo) "
        f"from read_csv('{csv}', all_varchar = true) where InvoiceNo not like 'C%') to '{log}'"
    )
    built = build(tmp_path, log, {"max_invalid_share": 0.1}, select="+source_lines")
    missing = "select count(*) from source_lines where verdict_reason = 'missing_order_id'"
    assert built.query(missing) == [(6,)]


def test_text_that_a_file_calls_bytes_is_text(build, small_log, small_build, tmp_path):
    log = tmp_path / "log.parquet"
    texts = ("InvoiceNo", "StockCode", "Description", "CustomerID", "Country")
    write_parquet_of(small_log, log, **{column: f"encode({column})" for column in texts})
    built = build(tmp_path, log, select="+source_lines")
    lines = "from source_lines order by line_id"
    assert built.query(lines) == small_build.query(lines)
