"""`make report`: one page of HTML from the tables, to be opened from disk."""

import argparse
import sys
from pathlib import Path

from commands.build import PUBLISHED
from commands.sources import PROJECT


def main():
    """Write the report and say where, or say what is missing and exit with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", default="report.html", help="file to write")
    path = Path(parser.parse_args().to)
    published = Path(PROJECT, PUBLISHED)
    if not published.is_file():
        sys.exit(f"There is no {PUBLISHED} yet: run make build first.")

    import duckdb

    from report.page import page  # takes seconds to import
    from report.queries import answers

    try:
        with duckdb.connect(published, read_only=True) as marts:
            answered = answers(marts)
    except duckdb.Error as error:
        what = str(error).splitlines()[0]
        sys.exit(f"{PUBLISHED} cannot be read ({what}): build again, or make rollback.")
    try:
        path.write_text(page(answered), encoding="utf-8")
    except OSError as error:
        sys.exit(f"{path} cannot be written ({error.strerror}): set --to to a file that can be.")
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB. Open it in a browser.")


if __name__ == "__main__":
    main()
