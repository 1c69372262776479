"""`make bench`: the build against bare imports, the returns ledger against a row loop.

Absolute times say little on shared machines, so everything is a ratio of two things measured in
turn in one run: A B A B. The log is the one in the environment variable ONLINE_RETAIL, else the
bundled sample.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.contenders.row_loop import row_loop
from benchmarks.measured import divided, heading, machine, measured, row
from commands.dbt import environment_in
from commands.warehouse import open_warehouse

ROUNDS = 5
# Its tables; the steps between them are views.
LEDGER = ["int_returns__piles", "int_returns__matches", "returns"]
IMPORTS = (
    "import dbt.cli.main, dbt.adapters.duckdb, "
    "sklearn.cluster, sklearn.pipeline, sklearn.preprocessing"
)


def main():
    """Measure and print a table in Markdown."""
    log = os.path.abspath(os.environ.get("ONLINE_RETAIL", "sample/transactions.parquet"))
    print(f"{machine()}; log: {Path(log).stem}")
    heading("figure", "median", "from", "to", "bar", "")
    with tempfile.TemporaryDirectory() as folder:
        builds = build_against_imports(Path(folder), log) | small_build_against_imports(
            Path(folder) / "small"
        )
        for name, (figures, bar) in builds.items():
            row(name, figures, bar)
        report = [sys.executable, "-m", "commands.report", "--to", Path(folder, "report.html")]
        reports = [measured(report, environment_in(Path(folder))) for _ in range(ROUNDS)]
        row("report, s", [usage.seconds for usage in reports], ("≤", 15))
        loop, ledger = row_loop_against_ledger(Path(folder))
        row("returns: row loop / SQL ledger", [loop / once for once in ledger], ("≥", 50))


def build_against_imports(folder, log):
    """Wall time of dbt, as a multiple of the bare imports that it cannot avoid."""
    environment = environment_in(folder)
    dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet"]
    of_log = ["--vars", f'{{"transactions": "{log}"}}']
    again = [*dbt, "build", "--exclude-resource-type", "unit_test", *of_log]
    anew = [*again, "--full-refresh"]
    commands = {
        "imports": [sys.executable, "-c", IMPORTS],
        "spine": [*dbt, "run", "--select", "+segments", *of_log, "--full-refresh"],
        "everything": anew,
        # After a build that has learned everything. What leaves out a test is not published.
        "unpublished": [*again, "--exclude", "few_lines_are_invalid"],
        "again": again,
    }
    seconds = {name: [] for name in commands}
    measured(commands["everything"], environment)
    # What is compared is alike in what it comes after: a long build leaves a disk to write to.
    for names in (["imports", "spine"], ["everything"], ["unpublished", "again"]):
        for _ in range(ROUNDS):
            for name in names:
                seconds[name].append(measured(commands[name], environment).seconds)
    imports = seconds["imports"]
    # Of builds that learn nothing new: what learning takes differs by more than is measured.
    published = zip(seconds["again"], seconds["unpublished"], strict=True)
    return {
        "models of the spine / imports": (divided(seconds["spine"], imports), ("≤", 3)),
        "whole build with its tests / imports": (divided(seconds["everything"], imports), None),
        "the same again / imports": (divided(seconds["again"], imports), None),
        "publishing adds, s": ([with_it - without for with_it, without in published], ("≤", 1)),
    }


def small_build_against_imports(folder):
    """Wall time of builds of the bundled sample, where all learned is found again or nothing."""
    folder.mkdir()
    environment = environment_in(folder)
    dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet"]
    build = [*dbt, "build", "--exclude-resource-type", "unit_test"]
    commands = {
        "imports": [sys.executable, "-c", IMPORTS],
        "models": [*dbt, "run"],
        "build": build,
        "anew": [*build, "--full-refresh"],
    }
    measured(build, environment)
    seconds = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            seconds[name].append(measured(command, environment).seconds)
    imports = seconds["imports"]
    return {
        "sample: all models, again / imports": (divided(seconds["models"], imports), ("≤", 2.5)),
        "sample: with its tests, again / imports": (divided(seconds["build"], imports), None),
        "sample: with its tests, anew / imports": (divided(seconds["anew"], imports), None),
    }


def row_loop_against_ledger(folder):
    """Seconds of the notebooks' loop over credits, and of our SQL for the same lines."""
    with open_warehouse(folder / "warehouse.duckdb", read_only=False) as connection:
        lines = connection.execute(
            "select line_id, customer_id, product_id, units, unit_price, ordered_at "
            "from source_lines where not is_guest and verdict in "
            "('sale', 'service', 'zero_price', 'return') order by ordered_at"
        ).df()
        start = time.perf_counter()
        row_loop(lines.astype({"units": float}))
        loop = time.perf_counter() - start
        sources = (folder / "target" / "compiled").rglob("*.sql")
        sql = {path.stem: path.read_text() for path in sources if path.parent.suffix != ".yml"}
        seconds = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            for name in LEDGER:
                connection.execute(f"create or replace table {name} as {sql[name]}")
            seconds.append(time.perf_counter() - start)
    return loop, seconds


if __name__ == "__main__":
    main()
