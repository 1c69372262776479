"""Segments of customers: k-means on standardised log recency, frequency and monetary value."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

MEASURES = ["recency", "frequency", "monetary"]
FEATURES = [f"log_{measure}" for measure in MEASURES]
CENTERS = [f"{measure}_center" for measure in MEASURES]
MEANS = [f"{measure}_mean" for measure in MEASURES]
SCALES = [f"{measure}_scale" for measure in MEASURES]
LEVELS = [f"{measure}_level" for measure in MEASURES]

# Centres are kept to this many decimals, far finer than any customer can tell, so that the last
# bits of a processor's arithmetic do not reach the tables.
CENTER_DECIMALS = 6


def fit(features, playbook, segment_count, random_seed):
    """Fit segments and give each the playbook's key that describes it best.

    Parameters
    ----------
    features : pandas.DataFrame, shape (customers, 5)
        `customer_id`, the `FEATURES` (natural logarithms of one plus days, orders, currency) and
        `is_outlier`; outliers are kept out of the fit. The order of the rows decides between
        equally good fits, so it must not vary.
    playbook : pandas.DataFrame
        `segment_key` and the `LEVELS` (standard deviations from the mean) that a segment of
        that name typically has; rows without levels are not for fitted segments.
    segment_count : int
        Segments wanted; fewer where there are fewer distinct customers.
    random_seed : int
        Seed of the ten random starts.

    Returns
    -------
    pandas.DataFrame, one row per segment, the most valuable first
        `segment_key`, `segment_rank` (1 has the highest monetary centre), `customers_fitted`,
        the `CENTERS` in standard deviations, and the `MEANS` and `SCALES` of the features.

    Examples
    --------
    >>> features = pd.DataFrame({
    ...     "customer_id": list("abcd"),
    ...     "log_recency": [1.0, 1.0, 5.0, 5.0],
    ...     "log_frequency": [3.0, 3.0, 1.0, 1.0],
    ...     "log_monetary": [8.0, 8.0, 4.0, 4.0],
    ...     "is_outlier": False,
    ... })
    >>> playbook = pd.DataFrame({
    ...     "segment_key": ["lapsed", "champions"],
    ...     "recency_level": [1.0, -1.0],
    ...     "frequency_level": [-1.0, 1.0],
    ...     "monetary_level": [-1.0, 1.0],
    ... })
    >>> fit(features, playbook, 2, 0)[["segment_key", "segment_rank", "monetary_center"]]
      segment_key  segment_rank  monetary_center
    0   champions             1              1.0
    1      lapsed             2             -1.0
    """
    points = features.loc[~features["is_outlier"].astype(bool), FEATURES].to_numpy(float)
    prototypes = playbook.dropna(subset=LEVELS)
    count = min(segment_count, len(np.unique(points, axis=0)), len(prototypes))
    columns = ["segment_key", "segment_rank", "customers_fitted", *CENTERS, *MEANS, *SCALES]
    if count == 0:
        return pd.DataFrame(columns=columns)
    scaler = StandardScaler()
    kmeans = KMeans(count, n_init=10, random_state=random_seed)
    # On one thread sums are added up in one order.
    with threadpool_limits(1):
        clusters = make_pipeline(scaler, kmeans).fit_predict(points)
    centers = kmeans.cluster_centers_.round(CENTER_DECIMALS)
    most_valuable_first = np.lexsort((*centers.T[:2], -centers[:, 2]))
    centers = centers[most_valuable_first]
    return pd.DataFrame(
        {
            "segment_key": _best_names(centers, prototypes),
            "segment_rank": np.arange(1, count + 1),
            "customers_fitted": np.bincount(clusters, minlength=count)[most_valuable_first],
            **dict(zip(CENTERS, centers.T, strict=True)),
            **dict(zip(MEANS, scaler.mean_, strict=True)),
            **dict(zip(SCALES, scaler.scale_, strict=True)),
        }
    )


def assign(features, model):
    """Assign every customer to the segment with the nearest centre, the first of equals.

    Parameters
    ----------
    features : pandas.DataFrame, shape (customers, 4 or more)
        `customer_id` and the `FEATURES`.
    model : pandas.DataFrame
        What `fit` returned.

    Returns
    -------
    pandas.DataFrame, shape (customers, 2)
        `customer_id` and `segment_key`.

    Examples
    --------
    >>> model = pd.DataFrame({
    ...     "segment_key": ["champions", "lapsed"], "segment_rank": [1, 2],
    ...     "recency_center": [-1.0, 1.0], "frequency_center": [1.0, -1.0],
    ...     "monetary_center": [1.0, -1.0],
    ...     **{name: 0.0 for name in MEANS}, **{name: 1.0 for name in SCALES},
    ... })
    >>> features = pd.DataFrame({
    ...     "customer_id": ["a", "b"],
    ...     "log_recency": [0.0, 2.0], "log_frequency": 0.0, "log_monetary": 0.0,
    ... })
    >>> assign(features, model)["segment_key"].tolist()
    ['champions', 'lapsed']
    """
    if model.empty:
        return pd.DataFrame(columns=["customer_id", "segment_key"])
    model = model.sort_values("segment_rank")
    scaled = (features[FEATURES].to_numpy(float) - model[MEANS].to_numpy()[0]) / (
        model[SCALES].to_numpy()[0]
    )
    nearest = pairwise_distances_argmin(scaled, model[CENTERS].to_numpy())
    return pd.DataFrame(
        {
            "customer_id": features["customer_id"],
            "segment_key": model["segment_key"].to_numpy()[nearest],
        }
    )


def _best_names(centers, prototypes):
    """Give each centre a key of its own, so that centres and prototypes lie nearest in sum."""
    levels = prototypes[LEVELS].to_numpy(float)
    distances = ((centers[:, None, :] - levels[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(distances)
    return prototypes["segment_key"].to_numpy()[chosen]
