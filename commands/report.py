"""`make report`: one page of HTML from the tables, to be opened from disk."""

import argparse
import sys
from pathlib import Path

from commands.build import PROJECT, WAREHOUSE


def main():
    """Write the report and say where, or say what is missing and exit with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", default="report.html", help="file to write")
    path = Path(parser.parse_args().to)
    warehouse = Path(PROJECT, WAREHOUSE)
    if not warehouse.is_file():
        sys.exit(f"There is no {WAREHOUSE} yet: run make build first.")
    # What is published is whole, and open to readers while a build is at work.
    published = warehouse.parent / "published" / "marts.duckdb"
    source = published if published.is_file() else warehouse

    import duckdb

    from report.page import page  # takes seconds to import
    from report.queries import answers

    try:
        with duckdb.connect(source, read_only=True) as tables:
            answered = answers(tables)
    except duckdb.IOException as error:
        sys.exit(f"{source} cannot be read, perhaps because a build is at work on it: {error}")
    if "build" not in answered:
        sys.exit(f"{source} holds no tables of a build: run make build first.")
    path.write_text(page(answered), encoding="utf-8")
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB. Open it in a browser.")


if __name__ == "__main__":
    main()
