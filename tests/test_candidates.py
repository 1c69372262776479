"""The evidence for a number of segments: known values, refusals in words, small data."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from ml import candidates, maps, segments, subdivisions

SETTINGS = {
    "random_seed": 1,
    "stability_resamples": 20,
    "min_segments": 2,
    "max_segments": 4,
    "min_stability": 0.85,
    "min_segment_share": 0.1,
    "full_evaluation": False,
}


def clouds(centers, sizes, spread=0.05):
    random = np.random.default_rng(0)
    points = np.concatenate(
        [
            random.normal(center, spread, (size, 3))
            for center, size in zip(centers, sizes, strict=True)
        ]
    )
    frame = pd.DataFrame(points, columns=segments.FEATURES)
    return frame.assign(
        customer_id=[f"{number:04}" for number in range(len(frame))], is_sampled=True
    )


THREE = clouds([[0, 0, 0], [5, 0, 0], [0, 5, 0]], [60, 60, 60])


def test_the_planted_number_is_chosen_and_measured():
    earlier = THREE.assign(next_net_amount=np.repeat([0.0, 10.0, 100.0], 60))
    rows = candidates.evaluate(THREE, earlier, SETTINGS)
    chosen = rows[rows["is_chosen"]]
    assert chosen[["algorithm", "segment_count"]].to_numpy().tolist() == [["k-means", 3]]
    assert chosen["bootstrap_ari_mean"].item() == 1
    # Within a cloud all do the same next: the segments explain all of the variance.
    assert chosen["future_variance_explained"].item() == pytest.approx(1)
    assert chosen["smallest_share"].item() == pytest.approx(1 / 3)


def test_refusals_name_what_speaks_against():
    lopsided = clouds([[0, 0, 0], [5, 0, 0], [9, 9, 0]], [190, 190, 20])
    rows = candidates.evaluate(lopsided, lopsided.head(0), SETTINGS)
    reasons = rows[rows["algorithm"] == "k-means"].set_index("segment_count")["reason"]
    assert reasons[3] == "smallest segment 5.0%"
    assert reasons[10].startswith(("smallest segment", "more than 4"))
    others = rows[rows["algorithm"] != "k-means"]["reason"]
    assert set(others) == {"for comparison: only k-means can be assigned from published centres"}


def test_the_fewest_are_chosen_that_are_as_stable_as_any():
    # Two and four differ by 0.04, and the error of the difference is 0.05; of three it is 0.03.
    rows = pd.DataFrame(
        {
            "algorithm": "k-means",
            "segment_count": [2, 3, 4],
            "smallest_share": 0.2,
            "bootstrap_ari_mean": [0.90, 0.90, 0.94],
            "bootstrap_ari_error": [0.04, 0.0, 0.03],
            "future_variance_explained": 0.2,
        }
    )
    chosen = candidates._chosen(rows.copy(), SETTINGS).set_index("segment_count")
    assert chosen["is_chosen"].tolist() == [True, False, False]
    assert chosen["reason"].tolist() == [
        "chosen: the fewest that are as stable as any and explain nearly as much",
        "passes, but another number is more stable",
        "passes, but fewer segments are as stable",
    ]
    chosen = candidates._chosen(rows.assign(bootstrap_ari_error=0.0), SETTINGS)
    assert chosen["is_chosen"].tolist() == [False, False, True]


def test_variance_explained_by_hand():
    # Amounts log1p to 0, 2 and 4, 6 in two segments: between 4, in all 5.
    earlier = pd.DataFrame(
        {"log_recency": [0.0, 0.0, 9.0, 9.0], "log_frequency": 0.0, "log_monetary": 0.0}
    ).assign(next_net_amount=np.expm1([0, 2, 4, 6]))
    explained = candidates._variance_explained(lambda points: points[:, 0] > 0, earlier)
    assert explained == pytest.approx(4 / 5)


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_few_customers_have_few_candidates(size):
    few = THREE.iloc[[0, 60, 120]].head(size)
    rows = candidates.evaluate(few, few.assign(next_net_amount=0.0).head(0), SETTINGS)
    assert (rows["segment_count"] < max(size, 1)).all()
    assert len(maps.coordinates(few, 0, False)) == size
    assert subdivisions.subdivide(few.assign(segment_key="a"), 0, 2).empty


def test_a_planted_subdivision_is_stabler_than_chance():
    planted = clouds([[5, 5, 5], [5, 5, 10]], [80, 80]).assign(segment_key="planted")
    split = subdivisions.subdivide(planted, 1, 10)
    two = split[split["parts"] == 2]
    assert two["stability"].iloc[0] > 0.9
    assert two["stability"].iloc[0] > two["stability_by_chance"].iloc[0]
    # Plain k-means finds the same.
    points = StandardScaler().fit_transform(planted[segments.FEATURES])
    known = silhouette_score(points, np.repeat([0, 1], 80))
    assert two["silhouette"].iloc[0] == pytest.approx(known)
    assert two["k_means_silhouette"].iloc[0] == pytest.approx(known)
    assert two["k_means_stability"].iloc[0] == 1
    assert two.groupby("part")["words"].first().tolist() == ["larger amounts", "smaller amounts"]


def one_kind(*, in_whole_orders):
    """Customers of one normal distribution, longer than wide or in steps of an order."""
    random = np.random.default_rng(0)
    if in_whole_orders:
        covariance = [[0.16, 0, 0], [0, 0.0625, 0.1], [0, 0.1, 0.64]]
        points = random.multivariate_normal([5, 0.9, 6], covariance, 400)
        points[:, 1] = np.log1p(np.maximum(np.expm1(points[:, 1]).round(), 1))
    else:
        points = random.multivariate_normal([5, 5, 6], 0.7 + 0.3 * np.eye(3), 300)
    return pd.DataFrame(points, columns=segments.FEATURES).assign(is_sampled=True, segment_key="a")


@pytest.mark.parametrize("in_whole_orders", [True, False])
def test_customers_of_one_kind_split_no_more_stably_than_chance(in_whole_orders):
    split = subdivisions.subdivide(one_kind(in_whole_orders=in_whole_orders), 1, 10)
    of_split = split.groupby("parts")[["stability", "stability_by_chance"]].first()
    # Stability alone takes them for two kinds, with the default of min_subdivision_stability.
    assert of_split["stability"].max() >= 0.8
    assert (of_split["stability"] <= of_split["stability_by_chance"]).all()


@pytest.mark.builds
def test_online_retail_has_the_known_measures(online_retail_warehouse):
    # Of k-means on all customers at the end of the log, computed with other code.
    customers = pd.DataFrame(
        online_retail_warehouse.query(
            f"select {', '.join(segments.FEATURES)} from int_customers__features_drawn "
            "where is_present order by customer_id"
        ),
        columns=segments.FEATURES,
    )
    rows = candidates.evaluate(customers, customers.head(0), SETTINGS).iloc[:4]
    assert rows["silhouette"].tolist() == pytest.approx([0.432, 0.338, 0.336, 0.313], abs=0.01)
    stability = rows["bootstrap_ari_mean"].tolist()
    assert stability == pytest.approx([0.969, 0.938, 0.905, 0.828], abs=0.05)


def test_the_number_in_use_is_the_one_the_evidence_favours(
    sample_warehouse, online_retail_warehouse
):
    for built in (sample_warehouse, online_retail_warehouse):
        chosen = built.query(
            "select segment_count, is_in_use, bootstrap_ari_mean >= 0.85 "
            "from segment_candidates where is_chosen"
        )
        assert chosen == [(4, True, True)]


def test_a_picture_of_few_customers_looks_at_fewer_neighbours():
    few = clouds([[0, 0, 0], [9, 9, 9]], [10, 10])
    rows = candidates.evaluate(few, few.head(0), SETTINGS | {"full_evaluation": True})
    by_picture = rows[(rows["algorithm"] == "t-sne, k-means") & (rows["segment_count"] == 2)]
    assert by_picture["silhouette"].iloc[0] > 0.5


def test_resamples_are_summed_up_by_mean_least_and_standard_error():
    scattered = clouds([[0, 0, 0], [2, 2, 2]], [60, 60], spread=1.0)
    two = candidates.evaluate(scattered, scattered.head(0), SETTINGS).iloc[0]
    assert two["bootstrap_ari_min"] < two["bootstrap_ari_mean"] <= 1
    # The spread of so many values is at most half of their range, its error smaller by their root.
    most = (1 - two["bootstrap_ari_min"]) / 2 / np.sqrt(two["resamples"] - 1)
    assert 0 < two["bootstrap_ari_error"] <= most
