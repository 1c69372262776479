"""Categories of interest: planted ones are found, real ones are real, forecasts are honest."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from ml import categories, interests
from sample.generate import themes

SETTINGS = {
    "random_seed": 1,
    "fit_products": 4000,
    "stability_resamples": 6,
    "min_categories": 2,
    "max_categories": 4,
    "min_category_stability": 0.7,
    "min_category_lift": 1.5,
}
SHELVES = np.repeat([0, 1, 2], 20)


def shop(orders=600, seed=0):
    """Sixty products of three shelves; an order takes five of one shelf and one of any."""
    random = np.random.default_rng(seed)
    rows = []
    for order in range(orders):
        shelf = random.integers(3)
        of_shelf = random.choice(np.flatnonzero(shelf == SHELVES), 5, replace=False)
        for product in {*of_shelf.tolist(), int(random.integers(60))}:
            rows.append((order, product, order % 5 == 0))
    products = pd.DataFrame({"product_name": [f"thing of shelf {shelf}" for shelf in SHELVES]})
    return products, pd.DataFrame(rows, columns=["basket_number", "product_number", "is_held_out"])


def test_planted_categories_are_found_and_their_number_chosen():
    products, baskets = shop()
    measured = categories.evaluate(products, baskets, SETTINGS)
    assert measured.loc[measured["is_chosen"], "categories"].tolist() == [3]
    found = categories.categorise(products, baskets, 3, 4000, 1)["category"]
    assert adjusted_rand_score(SHELVES, found) == 1


def test_baskets_held_out_are_not_looked_at():
    products, baskets = shop()
    found = categories.categorise(products, baskets, 3, 4000, 1)
    held_out = baskets["is_held_out"]
    scrambled = baskets.assign(
        product_number=baskets["product_number"].where(~held_out, 59 - baskets["product_number"])
    )
    pd.testing.assert_frame_equal(found, categories.categorise(products, scrambled, 3, 4000, 1))


def test_words_place_a_product_that_was_in_no_basket():
    products, baskets = shop()
    products["product_name"] = [f"{['red', 'green', 'blue'][shelf]} thing" for shelf in SHELVES]
    without = baskets[baskets["product_number"] != 0]
    found = categories.categorise(products, without, 3, 4000, 1)["category"]
    assert found[0] == found[1]
    unnamed = products.assign(product_name=products["product_name"].where(products.index > 0))
    assert categories.categorise(unnamed, without, 3, 4000, 1)["category"][0] == categories.OTHER


def test_nothing_to_learn_from_gives_no_candidates():
    products, baskets = shop()
    nameless = products.assign(product_name=None)
    assert categories.evaluate(nameless, baskets, SETTINGS).empty
    assert categories.evaluate(products, baskets.iloc[:0], SETTINGS).empty
    assert categories.evaluate(products.iloc[:3], baskets.iloc[:0], SETTINGS).empty


def cases(loyal, number=400, seed=0):
    """Customers of three equally popular categories who stay with theirs, or do not care."""
    random = np.random.default_rng(seed)
    rows = []
    for customer in range(number):
        first, other = random.integers(3, size=2)
        answer = first if random.random() < loyal else other
        part = "train" if customer < number / 2 else "test"
        rows += [
            ("next_order", part, f"{customer:04}", 1, category, float(category == first), 4, 1 / 3,
             category == answer)
            for category in range(3)
        ]  # fmt: skip
    columns = ["question", "part", "customer_id", "order_number", "category", "spend_share",
               "lines", "popularity", "is_answer"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


BANDS = pd.DataFrame(
    {"customer_id": ["0000"], "order_number": [1], "price_band": [1], "gross_amount": [5.0]}
)


def advantage(of_cases, baseline):
    quality = interests.evaluate(of_cases, BANDS, interests.fit(of_cases), 0)
    row = quality[(quality["model"] == baseline) & (quality["metric"] == "log_loss")]
    return row[["advantage_low", "advantage_high"]].to_numpy()[0]


def test_loyal_customers_are_foreseen_and_others_are_not():
    assert advantage(cases(loyal=0.7), "most popular category")[0] > 0.1
    assert advantage(cases(loyal=0.0), "most popular category")[0] < 0


def test_the_fit_gives_what_loyalty_makes_of_it():
    # Two thirds stay, by choice (0.5) or by chance (0.5 / 3): the best probability is that share.
    trained = cases(loyal=0.5, number=4000)
    model = interests.fit(trained).iloc[0]
    predicted = interests.probabilities(
        np.array([[1.0, 0, 0]]),
        np.array([4]),
        np.full((1, 3), 1 / 3),
        model.prior_lines,
        model.power,
    )
    training = trained[(trained["part"] == "train") & (trained["spend_share"] == 1)]
    assert predicted[0, 0] == pytest.approx(training["is_answer"].mean(), abs=1e-3)


def test_planted_themes_of_the_sample_are_its_categories(sample_warehouse):
    planted = themes()
    found = sample_warehouse.query("select product_id, category_key from product_categories")
    both = [(planted[product], category) for product, category in found if product in planted]
    assert len(both) == 600
    assert adjusted_rand_score(*zip(*both, strict=True)) > 0.95


def test_categories_of_online_retail_are_real(online_retail_warehouse):
    query = online_retail_warehouse.query
    assert query("select metric from interest_quality where not is_met") == []
    assert query("select count(*) from interest_quality where is_met") == [(5,)]
    assert query("select count(*) from product_categories") == query(
        "select count(*) from products"
    )


def test_interest_of_online_retails_new_customers_beats_every_baseline(online_retail_warehouse):
    query = online_retail_warehouse.query
    beaten = query(
        "select question, orders_seen, metric, bool_and(is_beaten), count(*) "
        "from interest_prediction_quality where model <> 'shares' "
        "and metric in ('log_loss', 'top_3_accuracy') and orders_seen = 1 group by all order by all"
    )
    assert beaten == [
        ("next_90_days", 1, "log_loss", True, 4),
        ("next_90_days", 1, "top_3_accuracy", True, 4),
        ("next_order", 1, "log_loss", True, 4),
        ("next_order", 1, "top_3_accuracy", True, 4),
    ]


def test_a_log_without_descriptions_has_no_categories_and_builds(build, tmp_path):
    built = build(tmp_path, settings={"description_column": None})
    assert built.exit_code == 0, built.stderr
    assert built.query("select category_key, products > 0 from interest_categories") == [
        ("other", True)
    ]
    assert built.query("select count(*) from interest_predictions") == [(0,)]
    assert "No categories of interest: the log has no descriptions" in built.stdout
