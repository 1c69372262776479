"""F33: nothing is exported as CSV, and how to do it safely is written down and works."""

import csv
import re

import duckdb

from tests.builds import PROJECT

FORMULAS = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"]


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


def test_the_export_in_the_guide_neutralises_formulas(sample_warehouse, tmp_path, monkeypatch):
    guide = (PROJECT / "docs" / "bi.md").read_text(encoding="utf-8")
    export = re.search(r"```sql\n(copy.*?)```", guide, re.DOTALL)[1]
    texts = ("product_id", "product_name", "first_product_name")
    names = [*FORMULAS, "CAFÉ - 1"]
    monkeypatch.chdir(tmp_path)
    marts = sample_warehouse.published.path / "marts.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{marts}' as marts (read_only)")
        connection.execute(
            f"create table products as select * from marts.products limit {len(names)}"
        )
        for number, name in enumerate(names):
            changes = ", ".join(f"{text} = $name" for text in texts)
            connection.execute(
                f"update products set {changes} where rowid = $number",
                {"name": name, "number": number},
            )
        connection.execute(export)
    with open("products.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for text in texts:
        written = {row[text] for row in rows}
        assert written == {f"'{formula}" for formula in FORMULAS} | {"CAFÉ - 1"}, text
