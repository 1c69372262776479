"""`make bench`: the tables of made-up shops of several sizes, by us and by others.

Each contender is a process of its own; they take turns, A B C A B C. All have to give the same
totals, or nothing is reported. What is measured, and how, is in `benchmarks/README.md`.
"""

import argparse
import json
import math
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from benchmarks.measured import (
    BenchmarkError,
    divided,
    heading,
    machine,
    measured,
    most_memory,
    row,
    said,
)
from benchmarks.stages import seconds_by_stage, summed_to_stages

LINES = [500_000, 5_000_000]
ROUNDS = 3
TABLES = "+customer_rfm +returns +order_lines +orders"
# What DuckDB does with as many lines at most.
LITTLE_MEMORY = {5_000_000: "512MB", 54_000_000: "1200MB"}
ALMOST = 0.9  # a shop has about as many lines as were asked for


@dataclass(frozen=True)
class Shop:
    """A shop's log, and the folder where contenders write."""

    lines: int
    log: Path
    folder: Path

    def of(self, name):
        """Folder of one contender."""
        return self.folder / name

    def dbt(self, name, *arguments, **environment):
        """Measure dbt on the log, with all that it writes in a contender's folder."""
        folder = self.of(name)
        return measured(
            [
                *(sys.executable, "-m", "dbt.cli.main", "--quiet", *arguments),
                *("--vars", json.dumps({"transactions": str(self.log)})),
            ],
            {
                "WAREHOUSE": str(folder / "warehouse.duckdb"),
                "DBT_TARGET_PATH": str(self.folder / "target"),
                "DBT_LOG_PATH": str(self.folder / "logs"),
                **environment,
            },
        )


def main():
    """Measure and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("lines", nargs="*", type=int, default=LINES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--without-build", action="store_true", help="leave out whole builds")
    arguments = parser.parse_args()
    print(machine())
    if not find_spec("pyarrow"):
        print("\npandas is left out: to read Parquet it needs what pip install pyarrow installs.")
    sizes = []
    try:
        for lines in arguments.lines:
            with tempfile.TemporaryDirectory() as folder:
                sizes.append(measure_size(lines, Path(folder), arguments))
    except BenchmarkError as error:
        sys.exit(str(error))
    print_growth(sizes)


def measure_size(lines, folder, arguments):
    """Measure all contenders on one shop; give its lines and our median seconds."""
    log = folder / "shop.parquet"
    measured([sys.executable, "-m", "benchmarks.shop", lines, log])
    shop = Shop(lines, log, folder)
    prepare(shop)
    usages = usages_of_contenders(shop, arguments.rounds)
    agreed = agreed_totals(shop, usages)
    rows = sum(int(row[1]) for row in agreed["lines by verdict"])
    print(f"\n### {rows:,} lines, rounds: {arguments.rounds}")
    print_usages(usages)
    print_ratios(usages, lines)
    print_stages(shop, usages)
    if "pandas" in usages:
        print_row_loop(shop)
    print_little_memory(shop, agreed)
    seconds = {name: median(usages[name], "seconds") for name in ("ours: SQL", "ours: dbt run")}
    if not arguments.without_build:
        seconds["ours: whole build"] = measure_build(shop)
    return rows, seconds


def usages_of_contenders(shop, rounds):
    """Measure the contenders in turns; others that run out of memory are left out."""
    usages = {name: [] for name in CONTENDERS if name != "pandas" or find_spec("pyarrow")}
    for _ in range(rounds):
        for name in list(usages):
            try:
                usages[name].append(CONTENDERS[name](shop, name))
            except BenchmarkError as error:
                if name not in OTHERS or not error.is_of_memory:
                    raise
                del usages[name]
                print(f"\n{name} is left out: {most_memory() / 1e9:,.1f} GB are too little for it.")
    return usages


def prepare(shop):
    """Load the seeds, open the log, and compile our models once."""
    start_afresh(shop.of("seeded"))
    shop.dbt("seeded", "seed")
    run_of_our_models(shop, "compiled")
    target = shop.folder / "target"
    nodes = json.loads((target / "manifest.json").read_text())["nodes"]
    statements = []
    # In the order in which they ended.
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        if result["relation_name"]:
            kind = nodes[result["unique_id"]]["config"]["materialized"]
            statements.append(
                f"create or replace {kind} {result['relation_name']} as {result['compiled_code']};"
            )
    (shop.folder / "statements.sql").write_text("\n".join(statements))
    shutil.rmtree(shop.of("compiled"))


def start_afresh(folder, seeded=None):
    """Empty a folder, but for a warehouse that the seeds are loaded into."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if seeded:
        shutil.copy(seeded / "warehouse.duckdb", folder)


def contender(module):
    """Measure a module of `benchmarks.contenders` in an empty folder."""

    def contend(shop, name):
        start_afresh(shop.of(name))
        return measured([sys.executable, "-m", module, shop.log, shop.of(name)])

    return contend


def our_sql(shop, name):
    """Measure the SQL that dbt compiled."""
    start_afresh(shop.of(name), shop.of("seeded"))
    shutil.copy(shop.folder / "statements.sql", shop.of(name))
    return measured([sys.executable, "-m", "benchmarks.contenders.ours", shop.log, shop.of(name)])


def run_of_our_models(shop, name, **environment):
    """Measure dbt on the models of the tables."""
    start_afresh(shop.of(name), shop.of("seeded"))
    return shop.dbt(name, "run", "--select", *TABLES.split(), **environment)


CONTENDERS = {
    "floor": contender("benchmarks.contenders.floor"),
    "ours: SQL": our_sql,
    "ours: dbt run": run_of_our_models,
    "pandas": contender("benchmarks.contenders.with_pandas"),
    "polars": contender("benchmarks.contenders.with_polars"),
}
OTHERS = ("pandas", "polars")


def totals(folder):
    """Read the totals of what a contender wrote, in a process: this one has to stay small."""
    return json.loads(said([sys.executable, "-m", "benchmarks.totals", folder]))


def agreed_totals(shop, names):
    """Give the totals of all contenders, which have to be the same."""
    found = {name: totals(shop.of(name)) for name in names}
    first, *others = found
    for name in others:
        for what, rows in found[name].items():
            if rows != found[first][what]:
                raise BenchmarkError(
                    f"Nothing is reported, since {name} and {first} differ in {what}: "
                    f"{rows} and {found[first][what]}."
                )
    return found[first]


def median(usages, measure):
    """Median of one measure over the rounds."""
    return statistics.median(getattr(usage, measure) for usage in usages)


def print_usages(usages):
    """Print medians of what each contender took."""
    heading("contender", "wall, s", "CPU, s", "peak memory, MB")
    for name, rounds in usages.items():
        print(
            f"| {name} | {median(rounds, 'seconds'):,.1f} | {median(rounds, 'cpu_seconds'):,.1f} "
            f"| {median(rounds, 'megabytes'):,.0f} |",
            flush=True,
        )


def print_ratios(usages, lines):
    """Print ratios of the same round, with their bars."""
    is_large, is_huge = lines >= 5_000_000 * ALMOST, lines >= 54_000_000 * ALMOST
    to_floor = ("≤", 1.3 if is_huge else 1.5) if is_large else None
    bars = {
        ("ours: SQL", "floor", "seconds"): to_floor,
        ("ours: SQL", "floor", "cpu_seconds"): None,
        ("ours: SQL", "floor", "megabytes"): None,
        ("ours: dbt run", "floor", "seconds"): None,
        ("pandas", "ours: SQL", "seconds"): ("≥", 7) if is_huge else None,
        ("pandas", "ours: SQL", "megabytes"): ("≥", 10) if is_huge else None,
        ("pandas", "ours: dbt run", "seconds"): None,
        ("pandas", "ours: dbt run", "megabytes"): None,
        ("polars", "ours: SQL", "seconds"): None,
        ("polars", "ours: SQL", "megabytes"): None,
    }
    names = {"seconds": "wall", "cpu_seconds": "CPU", "megabytes": "memory"}
    heading("ratio", "median", "from", "to", "bar", "")
    for (above, below, measure), bar in bars.items():
        if above not in usages:
            continue
        ratios = divided(
            [getattr(usage, measure) for usage in usages[above]],
            [getattr(usage, measure) for usage in usages[below]],
        )
        row(f"{above} / {below}, {names[measure]}", ratios, bar)


def print_stages(shop, usages):
    """Print seconds of the floor's statements and of our SQL, by stage, in the last round."""
    floor, ours = (
        summed_to_stages(json.loads((shop.of(name) / "seconds.json").read_text()))
        for name in ("floor", "ours: SQL")
    )
    floor["start, close"] = usages["floor"][-1].seconds - sum(floor.values())
    ours["start, close"] = usages["ours: SQL"][-1].seconds - sum(ours.values())
    heading("SQL by stage", "floor, s", "ours, s")
    for stage in ours:
        if floor[stage] or ours[stage]:
            print(f"| {stage} | {floor[stage]:.2f} | {ours[stage]:.2f} |", flush=True)


def print_row_loop(shop):
    """Print what the notebooks' own returns loop would take, extrapolated from some rows."""
    hours = (
        float(said([sys.executable, "-m", "benchmarks.contenders.row_loop", shop.of("pandas")]))
        / 3600
    )
    print(f"\nThe notebooks' loop over rows, extrapolated: {hours:,.2g} hours.", flush=True)


def print_little_memory(shop, agreed):
    """Print whether DuckDB within little memory gives the same totals."""
    name = "ours: little memory"
    memory = next((limit for most, limit in LITTLE_MEMORY.items() if shop.lines <= most), None)
    if memory is None:
        return
    try:
        usage = run_of_our_models(shop, name, DUCKDB_MEMORY_LIMIT=memory)
    except BenchmarkError as error:
        answer = f"fails{', out of memory' if error.is_of_memory else ': ' + str(error)}"
    else:
        is_same = totals(shop.of(name)) == agreed
        answer = f"{'the same' if is_same else 'other'} totals, {usage.seconds:,.1f} s"
        answer += f" and {usage.megabytes:,.0f} MB at the top of the process"
    print(f"\ndbt run with DUCKDB_MEMORY_LIMIT={memory}: {answer}.", flush=True)


def measure_build(shop):
    """Measure a whole build, once; print its stages; give its seconds."""
    start_afresh(shop.of("build"))
    usage = shop.dbt("build", "build", "--exclude-resource-type", "unit_test")
    print(
        f"\nWhole build, published: {usage.seconds:,.1f} s wall, {usage.cpu_seconds:,.1f} s CPU, "
        f"{usage.megabytes:,.0f} MB."
    )
    if shop.lines >= 54_000_000 * ALMOST:
        heading("figure", "median", "from", "to", "bar", "")
        row("whole build, minutes", [usage.seconds / 60], ("≤", 5))
        row("whole build, GB", [usage.megabytes / 1000], ("≤", 8))
    heading("whole build by stage", "s", "share")
    for stage, seconds in seconds_by_stage(shop.folder / "target", usage).items():
        print(f"| {stage} | {seconds:,.1f} | {seconds / usage.seconds:.0%} |", flush=True)
    return usage.seconds


def print_growth(sizes):
    """Print by which power of the lines our time grows from each size to the next."""
    if len(sizes) > 1:
        heading("growth exponent", "median", "from", "to", "bar", "")
    for (fewer, before), (more, after) in pairwise(sizes):
        for name in before:
            exponent = math.log(after[name] / before[name]) / math.log(more / fewer)
            row(f"{name}, {fewer:,} to {more:,} lines", [exponent], ("≤", 1.1))


if __name__ == "__main__":
    main()
