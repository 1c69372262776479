"""Categories of interest: planted ones are found, real ones are real, forecasts are honest."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from commands.warehouse import open_warehouse
from ml import categories, category_candidates, interests
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
DAY = pd.Timestamp("2024-01-15")
MONTH_AFTER = pd.Timestamp("2024-02-01")
FIT_DATES = pd.DataFrame({"fitted_on": [MONTH_AFTER], "is_count_date": [True]})
TWO_MONTHS = pd.DataFrame({"fitted_on": [MONTH_AFTER, pd.Timestamp("2024-03-01")]})
THREE = pd.DataFrame({"categories": [2, 3, 4], "is_chosen": [False, True, False]})
LEARNING = {"random_seed": 1, "fit_products": 4000, "category_loyalty": 0.1}


def shop(orders=600, seed=0):
    """Sixty products of three shelves; an order takes five of one shelf and one of any."""
    random = np.random.default_rng(seed)
    rows = []
    for order in range(orders):
        shelf = random.integers(3)
        of_shelf = random.choice(np.flatnonzero(shelf == SHELVES), 5, replace=False)
        for product in {*of_shelf.tolist(), int(random.integers(60))}:
            rows.append((order, product, order % 5 == 0))
    products = pd.DataFrame(
        {
            "product_id": [f"{product:02}" for product in range(60)],
            "first_product_name": [f"thing of shelf {shelf}" for shelf in SHELVES],
            "first_sold_on": DAY,
        }
    )
    baskets = pd.DataFrame(rows, columns=["basket_number", "product_number", "is_held_out"])
    return products, baskets.assign(ordered_on=DAY)


def test_planted_categories_are_found_and_their_number_chosen():
    products, baskets = shop()
    measured = category_candidates.evaluate(products, baskets, FIT_DATES, SETTINGS)
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
    products["first_product_name"] = [
        f"{['red', 'green', 'blue'][shelf]} thing" for shelf in SHELVES
    ]
    without = baskets[baskets["product_number"] != 0]
    found = categories.categorise(products, without, 3, 4000, 1)["category"]
    assert found[0] == found[1]
    names = products["first_product_name"].where(products.index > 0)
    unnamed = products.assign(first_product_name=names)
    assert categories.categorise(unnamed, without, 3, 4000, 1)["category"][0] == categories.OTHER


def test_nothing_to_learn_from_gives_no_candidates():
    products, baskets = shop()
    nameless = products.assign(first_product_name=None)
    assert category_candidates.evaluate(nameless, baskets, FIT_DATES, SETTINGS).empty
    assert category_candidates.evaluate(products, baskets.iloc[:0], FIT_DATES, SETTINGS).empty
    assert category_candidates.evaluate(
        products.iloc[:3], baskets.iloc[:0], FIT_DATES, SETTINGS
    ).empty


def test_categories_keep_their_numbers_and_new_products_join_them():
    products, baskets = shop()
    later, month = baskets["basket_number"] >= 300, pd.Timestamp("2024-02-15")
    # The last product of each shelf is sold in the second month only.
    is_new = np.isin(np.arange(60), [19, 39, 59])
    products["first_sold_on"] = np.where(is_new, month, DAY)
    products, numbers = _in_order_of_sale(products)
    baskets = baskets.assign(
        ordered_on=baskets["ordered_on"].where(~later, month),
        product_number=numbers[baskets["product_number"]],
    )
    baskets = baskets[later | (baskets["product_number"] < 57)]
    found = categories.categorise_by_month(products, baskets, TWO_MONTHS, THREE, LEARNING)
    first, second = (of_date["category"].to_numpy() for _, of_date in found.groupby("fitted_on"))
    assert len(first) == 57
    assert second[:57].tolist() == first.tolist()
    assert adjusted_rand_score(products["first_product_name"], second) == 1
    # Learned again without the second month, nothing of the first one changes.
    alone = categories.categorise_by_month(
        products[:57], baskets[baskets["ordered_on"] == DAY], TWO_MONTHS[:1], THREE, LEARNING
    )
    pd.testing.assert_frame_equal(alone, found[: len(alone)])


def test_a_category_that_all_its_products_leave_is_no_more():
    products, baskets = shop()
    in_force = SHELVES.copy()
    in_force[[0, 20]] = 3  # one thing each of two shelves
    found = categories.recategorise(products, baskets, in_force, 0.1)
    assert found["category"].tolist() == SHELVES.tolist()


def test_baskets_older_than_a_year_do_not_count():
    products, baskets = shop()
    # Long ago each shelf was bought with the next one.
    old = baskets.assign(
        basket_number=baskets["basket_number"] + 1000,
        product_number=(baskets["product_number"] + 10) % 60,
        ordered_on=DAY - pd.DateOffset(years=1),
    )
    found = categories.categorise_by_month(
        products, pd.concat([baskets, old, old]), TWO_MONTHS[:1], THREE, LEARNING
    )
    assert adjusted_rand_score(SHELVES, found["category"]) == 1


def test_the_split_is_told_what_was_in_force_then_and_nothing_later():
    products, baskets = shop()
    asked = pd.DataFrame({"fit": ["before_split", "present"], "known_on": [DAY, MONTH_AFTER]})
    in_force = pd.DataFrame(
        {"fit": "present", "product_number": range(59), "category": 2 - SHELVES[:59]}
    )
    found = categories.categorise_asked(
        products, baskets, asked, in_force, THREE, LEARNING
    ).set_index("fit")["category"]
    # Nothing had been bought before DAY; at present the product without a category joins.
    assert (found["before_split"] == categories.OTHER).all()
    assert found["present"].tolist() == (2 - SHELVES).tolist()


def _in_order_of_sale(products):
    """Products numbered as the project does, and the new number of each old one."""
    order = np.argsort(products["first_sold_on"].to_numpy(), kind="stable")
    return products.iloc[order].reset_index(drop=True), np.argsort(order)


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


def test_without_customers_to_test_on_nothing_is_measured():
    trained = cases(loyal=0.7).query("part == 'train'")
    assert interests.evaluate(trained, BANDS, interests.fit(trained), 0).empty


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
    assert query(
        "select metric_value > 0.85 from interest_quality "
        "where metric = 'share of products that kept their category in the last month'"
    ) == [(True,)]


@pytest.mark.builds
def test_categories_of_online_retail_stay_all_month(
    build, online_retail, online_retail_warehouse, tmp_path
):
    # A week earlier; the number of categories that the whole build chooses is given.
    ((count,),) = online_retail_warehouse.query(
        "select categories from interest_candidates where is_chosen"
    )
    settings = {"as_of": "2011-12-03", "min_categories": count, "max_categories": count}
    earlier = build(tmp_path, online_retail, settings, select="+customer_main_interests")
    assert earlier.exit_code == 0, earlier.stderr

    def categories_of(built):
        return built.query(
            "select product_id, category_key from product_categories "
            "inner join products using (product_id) where first_sold_at < '2011-12-01' order by all"
        )

    assert categories_of(earlier) == categories_of(online_retail_warehouse)
    # Customers change their main interest by what they buy, and no longer by what others do.
    before, after = (
        dict(built.query("select customer_id, main_interest_key from customer_main_interests"))
        for built in (earlier, online_retail_warehouse)
    )
    assert sum(after.get(customer) == key for customer, key in before.items()) > 0.98 * len(before)


@pytest.mark.parametrize("warehouse", ["sample_warehouse", "online_retail_warehouse"])
def test_python_measures_the_lift_that_sql_does(warehouse, request):
    built = request.getfixturevalue(warehouse)
    with open_warehouse(built.warehouse) as connection:
        numbers = connection.sql(
            "select category from int_products__numbered inner join int_products__categorised "
            "using (product_id) where fit = 'present' order by product_number"
        ).df()["category"].to_numpy()  # fmt: skip
        baskets = connection.sql(
            "select basket_number, product_number from int_baskets__products where is_held_out"
        ).df()
    ((lift,),) = built.query(
        "select metric_value from interest_quality "
        "where metric = 'lift of pairs of products in held-out baskets'"
    )
    incidence = np.zeros((baskets["basket_number"].max() + 1, len(numbers)))
    incidence[baskets["basket_number"], baskets["product_number"]] = 1
    assert category_candidates.lift(numbers, incidence) == pytest.approx(lift, abs=1e-9)


def test_interest_of_online_retails_customers_beats_all_baselines_but_one(online_retail_warehouse):
    query = online_retail_warehouse.query
    beaten = query(
        "select question, orders_seen, metric, count(*), "
        "coalesce(string_agg(model) filter (comparison <> 'better'), 'all are beaten') "
        "from interest_prediction_quality where model <> 'shares' "
        "and metric in ('log_loss', 'top_3_accuracy') and orders_seen = 1 group by all order by all"
    )
    assert beaten == [
        ("next_90_days", 1, "log_loss", 4, "all are beaten"),
        # Of 74 customers, whose interval reaches down to no advantage.
        ("next_90_days", 1, "top_3_accuracy", 4, "same as before"),
        ("next_order", 1, "log_loss", 4, "all are beaten"),
        ("next_order", 1, "top_3_accuracy", 4, "all are beaten"),
    ]


def test_a_log_without_descriptions_has_no_categories_and_says_so(cdnow_build):
    assert cdnow_build.query("select category_key, products > 0 from interest_categories") == [
        ("other", True)
    ]
    assert cdnow_build.query("select count(*) from interest_predictions") == [(0,)]
    assert "No categories of interest: the log has no descriptions" in cdnow_build.stdout
