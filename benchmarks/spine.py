"""`make bench`: the build against bare imports, the returns ledger against a row loop.

Absolute times say little on shared machines, so everything is a ratio of two things measured in
turn in one run: A B A B. The log is the one in the environment variable ONLINE_RETAIL, else the
bundled sample.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import duckdb
import pandas as pd

ROUNDS = 5
LEDGER = ["int_returns__piles", "int_returns__nearest_steps", "int_returns__matches", "returns"]
IMPORTS = (
    "import dbt.cli.main, dbt.adapters.duckdb, "
    "sklearn.cluster, sklearn.pipeline, sklearn.preprocessing"
)


def main():
    """Measure and print a table in Markdown."""
    log = os.path.abspath(os.environ.get("ONLINE_RETAIL", "sample/transactions.parquet"))
    print(f"{machine()}; log: {Path(log).stem}\n")
    print("| figure | median | from | to | bar |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        builds = build_against_imports(Path(folder), log)
        for name, (ratios, bar) in builds.items():
            row(name, ratios, bar)
        loop, ledger = row_loop_against_ledger(Path(folder))
        row("returns: row loop / SQL ledger", [loop / once for once in ledger], "≥ 50")


def row(name, ratios, bar):
    """Print one line of the table."""
    figures = (statistics.median(ratios), min(ratios), max(ratios))
    print(f"| {name} | " + " | ".join(f"{figure:.2f}" for figure in figures) + f" | {bar} |")


def machine():
    """Name the machine and the versions measured on."""
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [
            line.split(": ")[1]
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    packages = ", ".join(
        f"{package} {version(package)}" for package in ("dbt-core", "duckdb", "scikit-learn")
    )
    return f"{os.cpu_count()} × {processor}, Python {platform.python_version()}, {packages}"


def build_against_imports(folder, log):
    """Wall time of dbt on the spine, as a multiple of the bare imports that it cannot avoid."""
    environment = os.environ | {
        "WAREHOUSE": str(folder / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet"]
    of_log = ["--vars", f'{{"transactions": "{log}"}}']
    commands = {
        "imports": [sys.executable, "-c", IMPORTS],
        "spine": [*dbt, "run", "--select", "+segments", *of_log],
        "everything": [*dbt, "build", "--exclude-resource-type", "unit_test", *of_log],
    }
    seconds = {name: [] for name in commands}
    timed([*dbt, "build", "--exclude-resource-type", "unit_test", *of_log], environment)
    for _ in range(ROUNDS):
        for name, command in commands.items():
            seconds[name].append(timed(command, environment))
    imports = seconds["imports"]
    return {
        "models of the spine / imports": (divided(seconds["spine"], imports), "≤ 3"),
        "whole build with its tests / imports": (divided(seconds["everything"], imports), ""),
    }


def timed(command, environment):
    """Seconds that a process takes from start to end."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)  # noqa: S603
    return time.perf_counter() - start


def divided(numerators, denominators):
    """Ratios round by round."""
    return [a / b for a, b in zip(numerators, denominators, strict=True)]


def row_loop_against_ledger(folder):
    """Seconds of the notebooks' loop over credits, and of our SQL for the same lines."""
    with duckdb.connect(folder / "warehouse.duckdb") as connection:
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


def row_loop(lines):
    """Match credits as widely copied notebooks do: filter the whole frame for each credit.

    The treatment of F. Daniel, "Customer Segmentation" (Kaggle, 2017): look for earlier purchases
    of the customer and product; with one take it, with several take the latest that is large
    enough. (It matches less than the ledger does; here only its time counts.)
    """
    lines = lines.assign(QuantityCanceled=0.0)
    for index, credit in lines.iterrows():
        if credit["units"] > 0:
            continue
        earlier = lines[
            (lines["customer_id"] == credit["customer_id"])
            & (lines["product_id"] == credit["product_id"])
            & (lines["ordered_at"] < credit["ordered_at"])
            & (lines["units"] > 0)
        ]
        if len(earlier) == 1:
            lines.loc[earlier.index[0], "QuantityCanceled"] = -credit["units"]
        elif len(earlier) > 1:
            for purchase in pd.Index(earlier.index).sort_values(ascending=False):
                if earlier.loc[purchase, "units"] < -credit["units"]:
                    continue
                lines.loc[purchase, "QuantityCanceled"] = -lines.loc[index, "units"]
                break
    return lines


if __name__ == "__main__":
    main()
