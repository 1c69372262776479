"""Who is measured: each is a process of its own, `python -m benchmarks.contenders.NAME LOG FOLDER`.

They read one Parquet file and write `source_lines`, `returns`, `order_lines`, `orders` and
`customer_rfm` into the folder, as Parquet files or as tables of a DuckDB file.
"""
