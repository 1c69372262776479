"""F33: nothing is exported as CSV, and how to do it safely is written down and works."""

import csv
import re

import duckdb
from conftest import PROJECT

FORMULAS = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx"]


def test_no_code_writes_csv(sample_warehouse):
    writers = re.compile(r"to_csv|write_csv|csv\.(Dict)?writer|format '?csv", re.IGNORECASE)
    folders = ("commands", "ingest", "macros", "ml", "models", "publish", "report")
    for folder in folders:
        for path in (PROJECT / folder).rglob("*"):
            # What these two write is for a database alone, and gone when it was read.
            if path.suffix in (".py", ".sql") and path.name not in ("scratch.py", "postgres.py"):
                assert not writers.search(path.read_text(encoding="utf-8")), path
    published = sample_warehouse.folder / "published"
    assert {path.suffix for path in published.rglob("*") if path.is_file()} == {
        *("", ".duckdb", ".parquet", ".json")
    }


def test_the_export_in_the_guide_neutralises_formulas(tmp_path):
    guide = (PROJECT / "docs" / "bi.md").read_text(encoding="utf-8")
    export = re.search(r"```sql\n(copy.*?)```", guide, re.DOTALL)[1]
    with duckdb.connect() as connection:
        connection.execute("create table products (product_id varchar, description varchar)")
        connection.executemany("insert into products values ('A', ?)", [[t] for t in FORMULAS])
        connection.execute("insert into products values ('B', 'CAFÉ - 1')")
        connection.execute(export.replace("'products.csv'", f"'{tmp_path}/products.csv'"))
    with open(tmp_path / "products.csv", newline="") as file:
        written = {row["description"] for row in csv.DictReader(file)}
    assert written == {f"'{formula}" for formula in FORMULAS} | {"CAFÉ - 1"}
