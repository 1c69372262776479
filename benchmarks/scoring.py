"""`python -m benchmarks.scoring`: segments of five million customers, fitted on a sample.

Draws, fits and scores made-up customers by the SQL that dbt compiles from the project, and compares
with a fit on all of them. The customers have no gaps between them, which is the hard case: where
segments stand apart, samples agree far sooner. Another number of customers may be named.
"""

import sys
import tempfile
import time
from pathlib import Path

import duckdb
from sklearn.metrics import adjusted_rand_score

from benchmarks.measured import machine, measured
from benchmarks.shop import SEED, declare_draws
from commands.dbt import environment_in
from ml import segments

CUSTOMERS = 5_000_000
SAMPLES = [10_000, 50_000, 200_000, 500_000]
# Stands in the compiled SQL for the size of the sample, so that dbt is started once.
ANY_SIZE = "987654321"
MODELS = ["int_customers__features_at_fits", "int_customers__nearest_segments"]

# Many customers with few orders, a long tail of amounts; those with many orders came lately.
FEATURES = """
create table int_customers__features as

with

normals as (

    select
        range as number,
        sqrt(2 * exponential('0', range)) * cos(2 * pi() * uniform('1', range)) as loyalty,
        sqrt(2 * exponential('0', range)) * sin(2 * pi() * uniform('1', range)) as generosity,
        exponential('2', range) as patience,
        exponential('3', range) as absence

    from range(?)

),

ordered as (

    select
        *,
        1 + floor(exp(0.4 + 0.9 * loyalty) * patience) as orders

    from normals

)

select
    printf('%08d', number) as customer_id,
    date '2011-12-10' as snapshot_date,
    ln(1 + least(373, greatest(1, round(200 * absence / power(orders, 0.8))))) as log_recency,
    ln(1 + orders) as log_frequency,
    ln(1 + orders * exp(5.5 + 0.7 * generosity)) as log_monetary,
    cast(orders as integer) as frequency_orders,
    'known' as view_name,
    false as is_outlier,
    date '2011-12-10' as fitted_on

from ordered
"""


def main(customers=CUSTOMERS):
    """Measure and print a table in Markdown."""
    print(f"{machine()}; {customers:,} customers\n")
    print("| fitted on | ARI to all | draw, s | fit, s | score everybody, s |")
    print("|---|---|---|---|---|")
    sizes = [customers, *(size for size in SAMPLES if size < customers)]
    with tempfile.TemporaryDirectory() as folder:
        drawing, assigning = compiled(folder)
        queries = {size: (drawing.replace(ANY_SIZE, str(size)), assigning) for size in sizes}
        measure(f"{folder}/warehouse.duckdb", customers, queries)


def measure(path, customers, queries):
    """Print a line of the table for each sample; the first is everybody."""
    with duckdb.connect(path) as shop:
        declare_draws(shop)
        shop.execute(FEATURES, [customers])
        shop.execute("create view int_customers__views as select * from int_customers__features")
        shop.execute(
            "create table int_snapshots as select date '2011-12-10' as snapshot_date, "
            "true as is_fit_date"
        )
        everybody = None
        for size, of_size in queries.items():
            seconds, found = learned(shop, of_size)
            everybody = found if everybody is None else everybody
            agreement = adjusted_rand_score(everybody, found)
            print(
                f"| {size:,} | {agreement:.4f} | "
                + " | ".join(f"{one:.1f}" for one in seconds) + " |"
            )  # fmt: skip


def compiled(folder):
    """Give the SQL of the two models, with `ANY_SIZE` for the customers of the sample."""
    folder = Path(folder)
    measured(
        [
            *[sys.executable, "-m", "dbt.cli.main", "--quiet", "compile", "--select", *MODELS],
            *["--vars", f"{{fit_customers: {ANY_SIZE}}}"],
        ],
        environment_in(folder),
    )
    sources = (folder / "target" / "compiled").rglob("*.sql")
    sql = {path.stem: path.read_text() for path in sources}
    return [sql[model] for model in MODELS]


def learned(shop, queries):
    """Seconds to draw, fit and score; and everybody's segment in the order of their ids."""
    drawing, assigning = queries
    start = time.perf_counter()
    sample = shop.execute(f"select * from ({drawing}) order by customer_id").df()  # noqa: S608
    drawn = time.perf_counter()
    model = segments.fit(sample, 4, SEED)
    fitted = time.perf_counter()
    model = model.assign(
        segment_key=model["segment_rank"].astype(str), fitted_on=sample["snapshot_date"].iloc[0],
        event="new", is_accepted=True,
    )  # fmt: skip
    shop.register("fitted_model", model)
    shop.execute("create or replace table segment_models as select * from fitted_model")
    scoring = time.perf_counter()
    shop.execute(f"create or replace table scored as {assigning}")
    scored = time.perf_counter()
    found = shop.execute(
        "select cast(segment_key as tinyint) as segment from scored order by customer_id"
    ).fetchnumpy()["segment"]
    return (drawn - start, fitted - drawn, scored - scoring), found


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
