"""Segments keep their keys, moves have causes, and the next step leads where it says."""

import numpy as np
import pandas as pd
import pytest

from commands.warehouse import open_warehouse
from ml import refits, segments

PLAYBOOK = pd.read_csv("seeds/segment_playbook.csv")
SETTINGS = {"segment_count": 4, "random_seed": 1, "refit_gain": 0.10, "key_loyalty": 1.0}


def customers_around(centers, fitted_on, spread=0.1, each=50, seed=0):
    """Customers in tight clouds around centres in log space, one fit date."""
    random = np.random.default_rng(seed)
    points = np.concatenate(
        [random.normal(center, spread, size=(each, len(center))) for center in centers]
    )
    customers = pd.DataFrame(points, columns=segments.FEATURES)
    customers.insert(0, "customer_id", [f"{number:04}" for number in range(len(customers))])
    return customers.assign(snapshot_date=pd.Timestamp(fitted_on), is_outlier=False, is_start=True)


# Champions, regulars, newcomers, lapsed: recency, frequency, monetary value as logarithms.
FOUR = np.array([[2.0, 3.0, 9.0], [4.0, 1.8, 7.0], [2.5, 0.9, 5.5], [5.5, 0.8, 5.0]])
LATER = FOUR + np.array([0.9, 0.4, 0.4])


def test_a_refit_on_the_same_customers_is_refused():
    features = pd.concat(
        [customers_around(FOUR, "2011-01-01"), customers_around(FOUR, "2011-04-01", seed=1)]
    )
    models = refits.fit_history(features, PLAYBOOK, SETTINGS)
    assert models.groupby("fitted_on")["is_accepted"].all().tolist() == [True, False]
    second = models[models["fitted_on"] == "2011-04-01"]
    assert second["share_moved_matched"].iloc[0] == 0
    # The clouds are far apart: nobody left theirs, and nobody changes segment by one model.
    assert second["share_moved_frozen"].iloc[0] == 0
    assert (second["event"] == "kept").all()
    assert second["match_distance"].max() < 0.05


def test_numbers_of_k_means_move_where_keys_stay():
    features = pd.concat(
        [customers_around(FOUR, "2011-01-01"), customers_around(FOUR[::-1], "2011-04-01", seed=1)]
    )
    models = refits.fit_history(features, PLAYBOOK, SETTINGS)
    # Every cloud is a quarter of the customers, whichever number it gets.
    numbers = models.pivot(index="segment_key", columns="fitted_on", values="cluster")
    moved = (numbers.iloc[:, 0] != numbers.iloc[:, 1]).mean()
    second = models[models["fitted_on"] == "2011-04-01"]
    assert second["share_moved_raw"].iloc[0] == moved > 0
    assert second["share_moved_matched"].iloc[0] == 0


def test_a_refit_on_other_customers_is_accepted_and_keys_go_with_the_centres():
    features = pd.concat(
        [
            customers_around(FOUR, "2011-01-01"),
            customers_around(LATER, "2011-04-01", seed=1),
        ]
    )
    models = refits.fit_history(features, PLAYBOOK, SETTINGS)
    assert models["is_accepted"].all()
    keys = models.groupby("fitted_on")["segment_key"].apply(list)
    assert keys.iloc[0] == keys.iloc[1] == ["champions", "regulars", "newcomers", "lapsed"]
    # Every mean moved by (0.9, 0.4, 0.4); recency has a standard deviation of about 1.37.
    assert models["drift"].iloc[-1] == pytest.approx(
        0.9 / models["recency_scale"].iloc[0], abs=0.05
    )


def test_the_threshold_is_what_decides():
    features = pd.concat(
        [
            customers_around(FOUR, "2011-01-01"),
            customers_around(LATER, "2011-04-01", seed=1),
        ]
    )
    models = refits.fit_history(features, PLAYBOOK, SETTINGS)
    gain = models["error_in_force"].iloc[-1] / models["error_refit"].iloc[-1] - 1
    stricter = refits.fit_history(features, PLAYBOOK, SETTINGS | {"refit_gain": gain + 0.01})
    assert stricter.groupby("fitted_on")["is_accepted"].all().tolist() == [True, False]


def test_a_key_without_a_centre_is_retired_and_a_centre_without_a_key_is_new():
    # Customers without any spread: two distinct ones at most make two segments.
    features = pd.concat(
        [
            customers_around(FOUR[:2], "2011-01-01", spread=0),
            customers_around(FOUR, "2011-04-01", spread=0),
            customers_around(FOUR[[0, 3]], "2011-07-01", spread=0),
        ]
    )
    faithful = SETTINGS | {"refit_gain": -1.0, "key_loyalty": 100.0}
    models = refits.fit_history(features, PLAYBOOK, faithful)
    events = models.groupby("fitted_on")["event"].apply(sorted)
    assert events.iloc[0] == ["new", "new"]
    assert events.iloc[1] == ["kept", "kept", "new", "new"]
    assert events.iloc[2] == ["kept", "kept", "retired", "retired"]


def test_a_key_is_given_up_where_another_name_fits_clearly_better():
    centers = np.array([[-1.2, 1.6, 1.5], [0.9, -0.7, -0.8]])
    assert segments.keys(centers, PLAYBOOK) == ["champions", "lapsed"]
    # By more than one squared standard deviation "lapsed" describes the second better ...
    assert segments.keys(centers, PLAYBOOK, {1: "newcomers"}, loyalty=1.0)[1] == "lapsed"
    # ... and by less than ten.
    assert segments.keys(centers, PLAYBOOK, {1: "newcomers"}, loyalty=10.0)[1] == "newcomers"


def test_a_key_never_passes_to_the_centre_of_another():
    centers = np.array([[0.9, -0.7, -0.8], [-0.1, 0.3, 0.3]])
    assert segments.keys(centers, PLAYBOOK) == ["lapsed", "regulars"]
    # Each lies where the name of the other is, and gets the nearest of those that nobody has.
    exchanged = segments.keys(centers, PLAYBOOK, {0: "regulars", 1: "lapsed"}, loyalty=1.0)
    assert exchanged == ["lost", "occasional"]


def test_one_customer_no_customer_and_more_segments_than_customers():
    one = customers_around(FOUR[:1], "2011-01-01", each=1)
    assert refits.fit_history(one, PLAYBOOK, SETTINGS)["segment_key"].tolist() == ["regulars"]
    assert refits.fit_history(one.head(0), PLAYBOOK, SETTINGS).empty
    two = customers_around(FOUR[:2], "2011-01-01", each=1)
    assert len(refits.fit_history(two, PLAYBOOK, SETTINGS | {"segment_count": 9})) == 2


def test_a_playbook_that_is_too_short_is_refused_in_words():
    with pytest.raises(ValueError, match="lower segment_count"):
        segments.keys(np.zeros((11, 3)), PLAYBOOK)


def segments_after(customers, orders, days, model):
    """Segment of each customer so many further orders later, the last of them so many days old."""
    orders_by_then = customers["frequency_orders"] + orders
    features = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "log_recency": np.log1p(np.maximum(days, 1)),
            "log_frequency": np.log1p(orders_by_then.astype(float)),
            "log_monetary": np.log1p(
                customers["amount"] * orders_by_then / customers["frequency_orders"]
            ),
        }
    )
    return segments.assigned(features, model)["segment_key"].tolist()


def model_in_force_and(built, customers):
    """Tables of a build: the model in force, and what a query gives."""
    in_force = "select * from segment_models where is_in_force order by segment_rank"
    with open_warehouse(built.warehouse) as connection:
        return [connection.execute(query).df() for query in (in_force, customers)]


def assert_next_steps_lead_where_they_say(built):
    """Take every customer's next step and score again, at both ends of the days it allows."""
    model, customers = model_in_force_and(
        built,
        "select *, cast(monetary_amount as double) as amount from customer_segments "
        "where next_step is not null order by customer_id",
    )
    assert len(customers) > 100
    ranks = dict(zip(model["segment_key"], model["segment_rank"], strict=True))
    last_days = customers["next_step_days"].astype(float).fillna(3650)
    assert last_days.min() >= 7
    for share, where in [(0, "first day"), (0.5, "half-way"), (1, "last day")]:
        reached = segments_after(customers, customers["next_step_orders"], share * last_days, model)
        assert reached == customers["next_segment_key"].tolist(), where
    assert (customers["next_segment_key"].map(ranks) < customers["segment_key"].map(ranks)).all()


def test_the_next_step_leads_where_it_says_on_the_sample(sample_warehouse):
    assert_next_steps_lead_where_they_say(sample_warehouse)


def test_the_next_step_leads_where_it_says_on_online_retail(online_retail_warehouse):
    assert_next_steps_lead_where_they_say(online_retail_warehouse)


def test_fewer_orders_do_not_lead_there_for_a_week(sample_warehouse):
    model, shorter = model_in_force_and(
        sample_warehouse,
        "select customers.*, cast(monetary_amount as double) as amount, orders.orders, "
        "orders.segment_key as reached from int_customers__further_orders as orders "
        "inner join customer_segments as customers using (customer_id) "
        "where orders.nearness = 1 and orders.segment_rank < orders.own_rank "
        "and orders.orders < coalesce(customers.next_step_orders, 13)",
    )
    assert len(shorter) > 100
    after_a_week = segments_after(shorter, shorter["orders"], 7, model)
    assert (shorter["reached"] != after_a_week).all()


def test_refits_of_online_retail_are_rare_and_stable(online_retail_warehouse):
    fits = online_retail_warehouse.query(
        "select fitted_on, bool_and(is_accepted), max(share_moved_by_chance), "
        "count(distinct segment_key) from segment_models group by 1 order by 1"
    )
    assert [accepted for _, accepted, _, _ in fits] == [True, True, False]
    assert all(chance is None or chance <= 0.06 for _, _, chance, _ in fits)
    assert all(names == 4 for *_, names in fits)


def test_every_fit_of_online_retail_has_the_same_four_names(online_retail_warehouse):
    names = online_retail_warehouse.query(
        "select fitted_on, string_agg(segment_key, ' ' order by segment_rank) "
        "from segment_models group by 1"
    )
    assert {name for _, name in names} == {"champions regulars newcomers lapsed"}


@pytest.mark.builds
def test_what_was_said_then_is_what_history_says_now(
    build, online_retail, online_retail_warehouse, tmp_path
):
    settings = {"as_of": "2011-10-01"}
    then = build(tmp_path, online_retail, settings)
    assert then.exit_code == 0, then.stderr
    query = (
        "select customer_id, segment_key, recency_days, frequency_orders, monetary_amount "
        "from customer_segment_history where month_end = '2011-09-30' order by customer_id"
    )
    said_then = then.query(query)
    assert said_then
    assert said_then == online_retail_warehouse.query(query)


def test_the_history_grows_with_customers_times_months(online_retail_warehouse):
    query = online_retail_warehouse.query
    customers = query("select count(*) from customers")[0][0]
    snapshots = query("select count(*) from int_snapshots")[0][0]
    assert query("select count(*) from int_customers__rfm_history")[0][0] <= customers * snapshots
    # Known, before a refit, before late returns: at most three views of each.
    assert query("select count(*) from int_customers__views")[0][0] <= 3 * customers * snapshots
