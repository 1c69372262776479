"""Rows of texts as a Parquet file, for what DuckDB cannot read by itself."""

import csv
import hashlib
from pathlib import Path

import duckdb

from ingest.quoting import literal


def write_parquet(names, rows, folder, label):
    """Write rows of texts.

    Parameters
    ----------
    names : list of str
        The columns.
    rows : iterable of sequence of (str or None)
        As many texts as there are columns; None and empty text are both empty.
    folder : path
        That takes the file.
    label : str
        What tells these rows from others, for the file's name.

    Returns
    -------
    str
        Path of the file.
    """
    stem = Path(folder) / hashlib.sha256(label.encode()).hexdigest()
    stem.parent.mkdir(parents=True, exist_ok=True)
    texts, parquet = stem.with_suffix(".csv"), stem.with_suffix(".parquet")
    with texts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    columns = ", ".join(f"{literal(name)}: 'varchar'" for name in names)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (from read_csv({literal(texts)}, columns = {{{columns}}}, "
            "header = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', "
            "auto_detect = false, strict_mode = true, max_line_size = 100000000)) "
            f"to {literal(parquet)} (format parquet)"
        )
    texts.unlink()
    return str(parquet)
