"""Learning from samples: drawn the same whatever the order, enough for all, and nobody left out."""

from pathlib import Path

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from ml import categories, category_candidates, outlook, segments, subdivisions
from tests.test_candidates import clouds
from tests.test_interests import FIT_DATES, SETTINGS, SHELVES, shop

CUSTOMERS = 210_000

# Far below what the bundled sample has.
LIMITS = {
    "fit_customers": 150,
    "fit_new_customers": 100,
    "fit_baskets": 600,
    "fit_products": 200,
    "evaluation_customers": 90,
}


def drawn(rows, most, within=None, seed=7, threads=2):
    """Rows that the project's macro draws, of a table with the column `customer_id`."""
    macro = jinja2.Environment(autoescape=True).from_string(Path("macros/sampling.sql").read_text())
    macros = macro.make_module({"var": {"random_seed": seed}.get})
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.register("rows", rows)
        is_sampled = macros.is_sampled("customer_id", most, within)
        query = f"select *, {is_sampled} as is_sampled from rows"
        return connection.execute(
            f"select * exclude (is_sampled) from ({query}) where is_sampled order by all"
        ).df()


def kinds_of_customers(count):
    """Features of four kinds of customers who overlap: one in twenty is nearer to another kind."""
    random = np.random.default_rng(3)
    centers = np.array([[2.0, 2.6, 8.3], [3.8, 1.8, 7.0], [2.8, 0.9, 5.5], [5.3, 0.8, 5.2]])
    kind = random.choice(4, count, p=[0.15, 0.3, 0.25, 0.3])
    points = centers[kind] + random.normal(0, [0.7, 0.35, 0.6], (count, 3))
    customers = pd.DataFrame(points, columns=segments.FEATURES)
    return customers.assign(
        customer_id=[f"{number:06}" for number in range(count)], is_outlier=False
    )


def test_the_same_ids_are_drawn_from_rows_in_any_order():
    rows = pd.DataFrame(
        {"customer_id": [f"{n % 500}" for n in range(1500)], "month": np.arange(1500) // 500}
    )
    sample = drawn(rows, 100)
    assert sample["customer_id"].nunique() == 100
    # All rows of an id are in it.
    assert (sample.groupby("customer_id").size() == 3).all()
    shuffled = drawn(rows.sample(frac=1, random_state=1), 100, threads=1)
    pd.testing.assert_frame_equal(sample, shuffled)
    assert set(drawn(rows, 50)["customer_id"]) < set(sample["customer_id"])
    assert set(drawn(rows, 100, seed=8)["customer_id"]) != set(sample["customer_id"])
    assert len(drawn(rows, 500)) == len(rows)
    # In each month the same ones.
    pd.testing.assert_frame_equal(sample, drawn(rows, 100, within="month"))


def test_fifty_thousand_customers_make_the_segments_of_all():
    customers = kinds_of_customers(CUSTOMERS)
    starts = drawn(customers, 5_000)["customer_id"]
    customers["is_start"] = customers["customer_id"].isin(starts)
    sample = drawn(customers, 50_000)
    assert len(sample) == 50_000
    labels = [
        segments.assign(customers, segments.fit(fitted, 4, 20111210))
        for fitted in (customers, sample)
    ]
    assert adjusted_rand_score(*labels) >= 0.99


def test_products_that_are_not_grouped_by_join_the_nearest_category(monkeypatch):
    learned = []

    class Watched(KMeans):
        def fit(self, points, **options):
            learned.append(len(points))
            return super().fit(points, **options)

    monkeypatch.setattr(categories, "KMeans", Watched)
    products, baskets = shop()
    settings = SETTINGS | {"fit_products": 30}
    measured = category_candidates.evaluate(products, baskets, FIT_DATES, settings)
    assert measured["categories"].tolist() == [2, 3, 4]
    assert measured["copurchase_lift"].iloc[1] > 1.5
    found = categories.categorise(products, baskets, 3, 30, 1)["category"]
    assert adjusted_rand_score(SHELVES, found) == 1
    # Resamples draw 80 % of the thirty.
    assert set(learned) == {30, 24}


def test_the_interval_of_a_sample_lies_around_the_whole_segments_value():
    customers = pd.DataFrame(
        {
            "segment_key": "regulars",
            "next_net_amount": [0.0, 20.0],
            "has_ordered_again": [False, True],
            "customers": 2,
            "mean_net_amount": 10.0,
            "repeat_rate": 0.5,
        }
    )
    # Of two customers resamples hold 0, 10 or 20 on average; of eight they spread half as far.
    interval = ["mean_net_amount_low", "mean_net_amount", "mean_net_amount_high"]
    whole = outlook.intervals(customers, 0).iloc[0]
    assert whole[interval].tolist() == [0, 10, 20]
    of_eight = customers.assign(customers=8, mean_net_amount=12.0, repeat_rate=0.75)
    sampled = outlook.intervals(of_eight, 0).iloc[0]
    assert sampled[interval].tolist() == [7, 12, 17]
    assert sampled[["customers", "repeat_rate", "repeat_rate_low"]].tolist() == [8, 0.75, 0.5]


def test_customers_that_are_not_drawn_follow_the_nearest_that_are():
    planted = clouds([[0, 0, 0], [0, 0, 5]], [80, 80]).assign(segment_key="planted")
    planted["is_sampled"] = planted.index % 4 == 0
    split = subdivisions.subdivide(planted, 1, 4)
    assert split.groupby("parts").size().tolist() == [40, 40, 40]
    found = subdivisions.follow(planted, split)
    two = found[found["parts"] == 2].sort_values("customer_id")
    assert two["part"].tolist() == [2] * 80 + [1] * 80
    # What was not drawn does not decide: noise there changes no split of those drawn.
    noisy = planted.assign(log_recency=planted["log_recency"].where(planted["is_sampled"], 0.1))
    assert len(subdivisions.subdivide(noisy, 1, 4)) == len(split)


@pytest.fixture(scope="module")
def limited(build, tmp_path_factory):
    """The bundled sample, learned from a part of it."""
    built = build(tmp_path_factory.mktemp("limited"), settings=LIMITS)
    assert built.exit_code == 0, built.stderr
    return built


@pytest.mark.builds
def test_learning_sees_no_more_than_its_limits(limited):
    def most(counted, table, groups=()):
        columns = "".join(f", {group}" for group in groups)
        rows = f"select count(distinct {counted}) as ids{columns} from {table} group by all"
        return limited.query(f"select max(ids) from ({rows})")[0][0]

    assert most("customer_id", "int_customers__features_at_fits", ["snapshot_date"]) == 150
    assert most("basket_number", "int_baskets__products", ["date_trunc('month', ordered_on)"]) == 50
    assert most("customer_id", "int_predictions__cases", ["horizon_days", "part"]) == 100
    assert limited.query(
        "select max(customers) <= 90 from (select count(distinct customer_id) as customers "
        "from int_predictions__cases where part = 'test' group by horizon_days)"
    ) == [(True,)]
    assert most("customer_id", "int_interests__cases", ["question", "part"]) == 100
    assert most("customer_id", "int_customers__outlook_drawn", ["segment_key"]) == 90
    assert most("customer_id", "int_customers__outlook_features") == 90
    assert limited.query(
        "select count(*) from int_customers__features_drawn where is_present and is_sampled"
    ) == [(90,)]  # fmt: skip


@pytest.mark.builds
def test_everybody_and_everything_has_a_place_all_the_same(limited, sample_warehouse):
    for counts in (
        "select count(*), count(segment_key) from customer_segments",
        "select count(*), count(category_key) from product_categories",
        "select count(*) from customer_interests",
        "select sum(customers) from segment_outlook",
        "select count(distinct customer_id), count(distinct horizon_days) "
        "from new_customer_segments",
        "select count(*) from customer_map where pca_x is not null",
        "select count(distinct customer_id) from int_customers__subdivided",
    ):
        assert limited.query(counts) == sample_warehouse.query(counts), counts


@pytest.mark.builds
def test_segments_of_a_part_are_nearly_those_of_all(limited, sample_warehouse):
    found = [
        dict(built.query("select customer_id, segment_key from customer_segments"))
        for built in (limited, sample_warehouse)
    ]
    ids = sorted(found[0])
    assert adjusted_rand_score(*([keys[customer] for customer in ids] for keys in found)) > 0.7


def test_an_interval_leaves_a_fortieth_on_either_side():
    customers = pd.DataFrame(
        {
            "segment_key": "regulars",
            "next_net_amount": 0.0,
            "has_ordered_again": [True] * 3 + [False] * 17,
            "customers": 20,
            "mean_net_amount": 0.0,
            "repeat_rate": 0.15,
        }
    )
    # That none of the three is drawn has a probability of 0.85 to the power of 20, or 3.9 %.
    assert outlook.intervals(customers, 0)["repeat_rate_low"].iloc[0] == 0
