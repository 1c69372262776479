"""Segments of customers: k-means on standardised log recency, frequency and monetary value."""

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin
from sklearn.preprocessing import StandardScaler

MEASURES = ["recency", "frequency", "monetary"]
FEATURES = [f"log_{measure}" for measure in MEASURES]
CENTERS = [f"{measure}_center" for measure in MEASURES]
MEANS = [f"{measure}_mean" for measure in MEASURES]
SCALES = [f"{measure}_scale" for measure in MEASURES]
LEVELS = [f"{measure}_level" for measure in MEASURES]
MODEL_COLUMNS = ["segment_rank", "cluster", "customers_fitted", *CENTERS, *MEANS, *SCALES]

# Centres are kept to this many decimals, far finer than any customer can tell, so that the last
# bits of a processor's arithmetic do not reach the tables.
CENTER_DECIMALS = 6

# Every row further down in the playbook counts as this much further away, in squared standard
# deviations, so that of names that fit about equally the more usual one is taken.
ORDER_PENALTY = 0.1


def fit(features, segment_count, random_seed):
    """Fit segments, the most valuable first.

    Parameters
    ----------
    features : pandas.DataFrame, shape (customers, 4 or more)
        The `FEATURES` (natural logarithms of one plus days, orders, currency); `is_outlier` for
        those that are kept out of the fit; `is_start` for those that its starts are tried on. The
        order of the rows decides between equally good fits, so it must not vary.
    segment_count : int
        Segments wanted; fewer where there are fewer distinct customers.
    random_seed : int
        Seed of the ten random starts. From the best of them all customers together go on, so that
        a fit on more customers is not another fit by chance.

    Returns
    -------
    pandas.DataFrame, one row per segment
        `segment_rank` (1 has the highest monetary centre), `cluster` (the number that k-means
        happened to give), `customers_fitted`, the `CENTERS` in standard deviations, and the
        `MEANS` and `SCALES` of the features. Empty without customers.

    Examples
    --------
    >>> features = pd.DataFrame({
    ...     "log_recency": [1.0, 1.0, 5.0, 5.0],
    ...     "log_frequency": [3.0, 3.0, 1.0, 1.0],
    ...     "log_monetary": [8.0, 8.0, 4.0, 4.0],
    ...     "is_outlier": False, "is_start": True,
    ... })
    >>> fit(features, segment_count=2, random_seed=0)[["segment_rank", *CENTERS]]
       segment_rank  recency_center  frequency_center  monetary_center
    0             1            -1.0               1.0              1.0
    1             2             1.0              -1.0             -1.0
    """
    fitted = features[~features["is_outlier"].astype(bool)]
    points, is_start = fitted[FEATURES].to_numpy(float), fitted["is_start"].to_numpy(bool)
    count = min(segment_count, len(np.unique(points[is_start], axis=0)))
    if count == 0:
        return pd.DataFrame(columns=MODEL_COLUMNS)
    scaler = StandardScaler()
    scaled = scaler.fit_transform(points)
    # On one thread sums are added up in one order.
    kmeans = KMeans(count, n_init=10, random_state=random_seed).fit(scaled[is_start])
    if not is_start.all():
        kmeans = KMeans(count, init=kmeans.cluster_centers_, n_init=1).fit(scaled)
    centers = kmeans.cluster_centers_.round(CENTER_DECIMALS)
    most_valuable_first = np.lexsort((*centers.T[:2], -centers[:, 2]))
    centers = centers[most_valuable_first]
    rows = pairwise_distances_argmin(scaled, centers)
    return pd.DataFrame(
        {
            "segment_rank": np.arange(1, count + 1),
            "cluster": most_valuable_first,
            "customers_fitted": np.bincount(rows, minlength=count),
            **dict(zip(CENTERS, centers.T, strict=True)),
            **dict(zip(MEANS, scaler.mean_, strict=True)),
            **dict(zip(SCALES, scaler.scale_, strict=True)),
        }
    )


def assign(features, model):
    """Assign every customer to the segment with the nearest centre, the first of equals.

    Parameters
    ----------
    features : pandas.DataFrame, shape (customers, 3 or more)
        The `FEATURES`.
    model : pandas.DataFrame
        What `fit` returned, at least one segment.

    Returns
    -------
    numpy.ndarray of int, shape (customers,)
        Row of the model that each customer belongs to.

    Examples
    --------
    >>> model = pd.DataFrame({
    ...     "recency_center": [-1.0, 1.0], "frequency_center": [1.0, -1.0],
    ...     "monetary_center": [1.0, -1.0],
    ...     **{name: 0.0 for name in MEANS}, **{name: 1.0 for name in SCALES},
    ... })
    >>> features = pd.DataFrame(
    ...     {"log_recency": [0.0, 2.0], "log_frequency": 0.0, "log_monetary": 0.0}
    ... )
    >>> assign(features, model).tolist()
    [0, 1]
    """
    return pairwise_distances_argmin(standardised(features, model), model[CENTERS].to_numpy(float))


def assigned(features, model):
    """Write down the segment of every customer.

    Parameters
    ----------
    features : pandas.DataFrame
        `customer_id` and the `FEATURES`.
    model : pandas.DataFrame
        `segment_key` and what `fit` returned; no rows where nobody ever kept anything.

    Returns
    -------
    pandas.DataFrame, shape (customers, 2)
        `customer_id` and `segment_key`.
    """
    keys = model["segment_key"].to_numpy()
    rows = assign(features, model) if len(model) and len(features) else []
    return pd.DataFrame({"customer_id": features["customer_id"], "segment_key": keys[rows]})


def standardised(features, model):
    """Express features in the standard deviations of a model; shape (customers, 3)."""
    means, scales = model[MEANS].to_numpy(float)[0], model[SCALES].to_numpy(float)[0]
    return (features[FEATURES].to_numpy(float) - means) / scales


def centers_in(model, other):
    """Express the centres of one model in the standard deviations of another."""
    logs = model[CENTERS].to_numpy(float) * model[SCALES].to_numpy(float)
    logs += model[MEANS].to_numpy(float)
    return standardised(pd.DataFrame(logs, columns=FEATURES), other)


def matched(old, new):
    """Pair two sets of centres, so that the paired ones lie nearest in sum.

    Parameters
    ----------
    old, new : numpy.ndarray, shapes (o, 3) and (n, 3)
        Centres in one space.

    Returns
    -------
    dict of int to (int, float)
        For rows of `new` with a partner: its row in `old` and how far away it lies.

    Examples
    --------
    >>> matched(np.array([[0.0, 0, 0], [5, 0, 0]]), np.array([[4.0, 0, 0], [0, 1, 0], [9, 9, 9]]))
    {1: (0, 1.0), 0: (1, 1.0)}
    """
    distances = cdist(old, new)
    return {
        int(in_new): (int(in_old), float(distances[in_old, in_new]))
        for in_old, in_new in zip(*linear_sum_assignment(distances**2), strict=True)
    }


def keys(centers, playbook, old_keys=None, loyalty=0.0):
    """Give each centre the key of the playbook that describes it best, each key once.

    Squared distances between centres and the playbook's levels are made smallest in sum (optimal
    assignment). Rows further down count as a little further away; the key that a centre had
    before counts as nearer by `loyalty`, so that it is only given up where another clearly fits
    better, and no other centre can have it: a name may end, but never passes to other customers.

    Parameters
    ----------
    centers : numpy.ndarray, shape (segments, 3)
        Centres in standard deviations.
    playbook : pandas.DataFrame
        `segment_key` and the `LEVELS`, in the playbook's order; rows without levels are not for
        fitted segments.
    old_keys : dict of int to str, optional
        Keys of centres that have had one.
    loyalty : float, optional
        Squared standard deviations.

    Returns
    -------
    list of str
        A key for each centre.

    Raises
    ------
    ValueError
        If the playbook has fewer rows with levels than there are centres.

    Examples
    --------
    >>> playbook = pd.DataFrame({
    ...     "segment_key": ["champions", "lapsed", "kept_nothing"],
    ...     "recency_level": [-1.0, 1.0, None], "frequency_level": [1.0, -1.0, None],
    ...     "monetary_level": [1.0, -1.0, None],
    ... })
    >>> keys(np.array([[0.5, 0.1, 0.1], [-0.5, -0.1, -0.1]]), playbook)
    ['lapsed', 'champions']
    """
    prototypes = playbook.dropna(subset=LEVELS)
    if len(prototypes) < len(centers):
        raise ValueError(
            f"The playbook has {len(prototypes)} rows with levels, but {len(centers)} segments are "
            "fitted; add rows to seeds/segment_playbook.csv or lower segment_count."
        )
    candidates = prototypes["segment_key"].to_numpy()
    costs = cdist(centers, prototypes[LEVELS].to_numpy(float)) ** 2
    costs += ORDER_PENALTY * np.arange(len(prototypes))
    for row, key in (old_keys or {}).items():
        costs[row, candidates == key] -= loyalty
        costs[np.arange(len(centers)) != row, candidates == key] = np.inf
    return [str(candidates[column]) for column in linear_sum_assignment(costs)[1]]
