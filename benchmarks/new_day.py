"""`python -m benchmarks.new_day`: what a new day costs beside a first build.

Of a made-up shop of five million lines the last hundredth is held back, late returns among it; the
rest is built, then all of the log over that, all of it again, and all of it anew, which has to give
the same bytes: once learning each day, once each month. Another number of lines may be named.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb

from benchmarks import shop
from benchmarks.measured import BenchmarkError, heading, machine, measured, row
from commands.dbt import environment_in
from ingest.quoting import literal

LINES = 5_000_000
HELD_BACK = 0.01


def main(lines=LINES):
    """Measure and print two tables in Markdown."""
    print(f"{machine()}; {lines:,} lines")
    with tempfile.TemporaryDirectory() as folder:
        whole, cut = Path(folder, "whole.parquet"), Path(folder, "cut.parquet")
        shop.write(lines, whole)
        cut_log(whole, cut)
        usages = {
            period: usages_of_builds(Path(folder, period), whole, cut, period)
            for period in ("day", "month")
        }
    heading("learned each", "build", "wall, s", "CPU, s")
    for period, of_period in usages.items():
        for name, usage in of_period.items():
            print(f"| {period} | {name} | {usage.seconds:,.1f} | {usage.cpu_seconds:,.0f} |")
    heading("a new day / all anew", "median", "from", "to", "bar", "")
    for period, of_period in usages.items():
        over, anew = of_period["a new day"], of_period["all anew"]
        row(f"learned each {period}, wall", [over.seconds / anew.seconds], ("≤", 0.25))
        row(f"learned each {period}, CPU", [over.cpu_seconds / anew.cpu_seconds])


def cut_log(whole, cut):
    """Write a log without its last days."""
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from {literal(whole)} where InvoiceDate < (select "  # noqa: S608
            f"quantile_disc(InvoiceDate, {1 - HELD_BACK}) from {literal(whole)})) to {literal(cut)}"
        )


def usages_of_builds(folder, whole, cut, period):
    """Build the cut log, the whole one over it, the same again, and the whole one anew."""
    folder.mkdir()
    usages = {"without it": built(folder, cut, period)}
    usages["a new day"] = built(folder, whole, period)
    over = bytes_published(folder)
    usages["the same again"] = built(folder, whole, period)
    shutil.rmtree(folder)
    folder.mkdir()
    usages["all anew"] = built(folder, whole, period)
    if bytes_published(folder) != over:
        raise BenchmarkError("Nothing is reported, since a new day's marts are not those of all.")
    return usages


def built(folder, log, period):
    """Measure a whole build, published, of a log that lies where it lay before."""
    transactions = shutil.copy(log, folder / "log.parquet")
    settings = json.dumps({"transactions": str(transactions), "learning_period": period})
    dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build"]
    return measured(
        [*dbt, "--exclude-resource-type", "unit_test", "--vars", settings], environment_in(folder)
    )


def bytes_published(folder):
    """Checksum of each mart's Parquet file."""
    manifest = json.loads((folder / "published" / "manifest.json").read_text())
    return {mart: table["sha256"] for mart, table in manifest["tables"].items()}


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
