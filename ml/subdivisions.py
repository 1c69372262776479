"""A finer level inside segments, found by a nonlinear method and held against chance."""

import numpy as np
import pandas as pd
from scipy.spatial import KDTree
from sklearn.cluster import KMeans
from sklearn.decomposition import KernelPCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from ml.segments import FEATURES

PARTS = (2, 3, 4)

# Kernel PCA compares each with each; larger segments are split by a sample.
MOST_CUSTOMERS = 500

# A segment without parts is stabler than all of so many others in one case of 20 (Hope 1968).
SIMULATIONS = 19

# Simulations are many, and take fewer resamples each; that varies more, which makes the bar higher.
SIMULATED_RESAMPLES = 3

# Logarithms of one plus a whole number.
COUNTS = ["log_recency", "log_frequency"]

WORDS = {
    "log_recency": ("longer ago", "more recently"),
    "log_frequency": ("more often", "less often"),
    "log_monetary": ("larger amounts", "smaller amounts"),
}

# What one unit of each feature is in standard deviations of the segment.
WEIGHTS = [f"{feature}_weight" for feature in FEATURES]

COLUMNS = [
    "segment_key", "parts", "part", "words", "share", "stability", "stability_by_chance",
    "silhouette", "k_means_stability", "k_means_silhouette", *FEATURES, *WEIGHTS,
]  # fmt: skip


FOLLOWERS = ["customer_id", "segment_key", "parts", "part", "words"]


def subdivide(customers, random_seed, resamples):
    """Split every segment into two, three and four parts, and measure how stable that is.

    Customers of a segment are laid out by kernel PCA (Schölkopf et al. 1998, radial kernel) and
    split by k-means; others belong where their nearest neighbour in R, F, M space does.

    An elongated cloud is cut across its length again and again, and whole orders make steps that
    are cut between: both are stable and neither is two kinds of customers. So segments without
    parts are simulated and split alike: one normal distribution with the segment's mean and
    covariance (as in SigClust, Liu et al. 2008), in whole days and orders, since a null model
    should have what is known of the data besides clusters (Hennig and Lin 2015).

    Parameters
    ----------
    customers : pandas.DataFrame
        `segment_key`, the `FEATURES` of `ml.segments`, and `is_sampled` for those that splits are
        made from and measured on, in an order that does not vary.
    random_seed : int
        Seed of samples, starts and resamples.
    resamples : int
        Splits of resamples that stability is measured with.

    Returns
    -------
    pandas.DataFrame, one row per number of parts and customer who was laid out
        `FEATURES` and `WEIGHTS`, by which `follow` finds the nearest; `part`, 1 for the highest
        mean monetary value, with `words` for how it differs most from its segment and its `share`
        of the segment's customers; `stability`, the mean adjusted Rand index with splits of
        resamples, over the drawn customers of the segment; `stability_by_chance`, the highest that
        one of `SIMULATIONS` segments without parts reaches; `silhouette` in R, F, M space; and
        `k_means_stability` and `k_means_silhouette` of k-means without the layout, to compare.
        Segments with fewer than 20 distinct customers drawn are not split.
    """
    random = np.random.default_rng(random_seed)
    tables = []
    for segment_key, members in customers.groupby("segment_key", sort=True):
        features = members[FEATURES].to_numpy(float)
        scaler = StandardScaler().fit(features)
        is_sampled = members["is_sampled"].to_numpy(bool)
        if len(np.unique(features[is_sampled], axis=0)) < 20:
            continue
        points = scaler.transform(features)
        drawn = points[is_sampled]
        # A generator of their own: what splits are compared with does not change them.
        compared = random.spawn(1)[0]
        some = compared.permutation(drawn)[:1000]
        by_chance = _stability_by_chance(features[is_sampled], compared)
        for number, parts in enumerate(PARTS):
            laid_out, split = _laid_out(drawn, [parts], random)
            plain = _k_means(drawn, [parts], compared)
            measures = {
                "stability": _stability(drawn, split, _split, [parts], random, resamples)[0],
                "stability_by_chance": by_chance[number],
                "silhouette": _silhouette(some, split),
                "k_means_stability": _stability(
                    drawn, plain, _k_means, [parts], compared, resamples
                )[0],
                "k_means_silhouette": _silhouette(some, plain),
            }
            labels = split(points)[:, 0]
            rows = _described(points, labels).loc[labels[is_sampled][laid_out]]
            rows[FEATURES] = features[is_sampled][laid_out]
            rows[WEIGHTS] = 1 / scaler.scale_
            tables.append(rows.assign(segment_key=segment_key, parts=parts, **measures))
    return pd.concat(tables)[COLUMNS] if tables else pd.DataFrame(columns=COLUMNS)


def follow(customers, laid_out):
    """Put customers into the parts of their segment, each where the nearest one laid out is.

    Parameters
    ----------
    customers : pandas.DataFrame
        `customer_id`, `segment_key` and `FEATURES`.
    laid_out : pandas.DataFrame
        What `subdivide` returned, of the same or of earlier customers.

    Returns
    -------
    pandas.DataFrame, one row per customer of a segment that was split and number of parts
        `customer_id`, `segment_key`, `parts`, and `part` and `words` of the nearest.

    Examples
    --------
    >>> laid_out = pd.DataFrame({"segment_key": "a", "parts": 2, "part": [1, 2], "words": ""})
    >>> laid_out[FEATURES] = [[2.0] * 3, [9.0] * 3]
    >>> laid_out[WEIGHTS] = 1.0
    >>> customers = pd.DataFrame({"customer_id": ["c", "d", "e"], "segment_key": ["a", "a", "b"]})
    >>> customers[FEATURES] = [[1.0] * 3, [8.0] * 3, [0.0] * 3]
    >>> follow(customers, laid_out)[["customer_id", "part"]].to_numpy().tolist()
    [['c', 1], ['d', 2]]
    """
    tables = []
    for (segment_key, parts), of_split in laid_out.groupby(["segment_key", "parts"], sort=True):
        members = customers[customers["segment_key"] == segment_key]
        if len(members):
            weights = of_split[WEIGHTS].to_numpy(float)[0]
            known = KNeighborsClassifier(1).fit(
                of_split[FEATURES].to_numpy(float) * weights, of_split["part"].to_numpy(int)
            )
            found = known.predict(members[FEATURES].to_numpy(float) * weights)
            words = of_split.groupby("part")["words"].first()
            tables.append(
                members[["customer_id", "segment_key"]].assign(
                    parts=parts, part=found, words=words.loc[found].to_numpy()
                )
            )
    return pd.concat(tables) if tables else pd.DataFrame(columns=FOLLOWERS)


def _described(points, labels):
    """Say of each part of a segment its number, words and share."""
    groups = pd.DataFrame(points, columns=FEATURES).groupby(labels)
    means = groups.mean()
    return pd.DataFrame(
        {
            "part": means["log_monetary"].rank(ascending=False, method="first").astype(int),
            "words": [_words(mean) for _, mean in means.iterrows()],
            "share": groups.size() / len(points),
        }
    )


def _laid_out(known, numbers, random):
    """Lay some customers out and split them; everybody may follow the nearest of them.

    One layout serves for several numbers of parts; a column of labels is one of them.
    """
    drawn = random.choice(len(known), min(len(known), MOST_CUSTOMERS), replace=False)
    seed = int(random.integers(2**31))
    layout = KernelPCA(2, kernel="rbf", random_state=seed, eigen_solver="arpack").fit_transform(
        known[drawn]
    )
    labels = np.column_stack(
        [KMeans(parts, n_init=5, random_state=seed).fit_predict(layout) for parts in numbers]
    )
    tree = KDTree(known[drawn])
    return drawn, lambda points: labels[tree.query(points)[1]]


def _split(known, numbers, random):
    return _laid_out(known, numbers, random)[1]


def _k_means(known, numbers, random):
    seed = int(random.integers(2**31))
    fits = [KMeans(parts, n_init=5, random_state=seed).fit(known) for parts in numbers]
    return lambda points: np.column_stack([fit.predict(points) for fit in fits])


def _stability(points, split, method, numbers, random, resamples):
    """Mean adjusted Rand index with splits of resamples, for each number of parts."""
    labels = split(points)
    agreement = []
    for _ in range(resamples):
        resample = points[random.integers(len(points), size=len(points))]
        again = method(resample, numbers, random)(points)
        agreement.append(list(map(adjusted_rand_score, labels.T, again.T)))
    return np.mean(agreement, axis=0)


def _stability_by_chance(features, random):
    """Highest stability of segments without parts, for each number of parts."""
    reached = []
    for _ in range(SIMULATIONS):
        points = StandardScaler().fit_transform(_without_parts(features, random))
        split = _split(points, PARTS, random)
        reached.append(_stability(points, split, _split, PARTS, random, SIMULATED_RESAMPLES))
    return np.max(reached, axis=0)


def _without_parts(features, random):
    """As many customers of one normal distribution, in whole days and orders like the segment."""
    normal = random.multivariate_normal(features.mean(axis=0), np.cov(features.T), len(features))
    simulated = pd.DataFrame(np.maximum(normal, features.min(axis=0)), columns=FEATURES)
    simulated[COUNTS] = np.log1p(np.expm1(simulated[COUNTS]).round())
    return simulated.to_numpy()


def _silhouette(points, split):
    labels = split(points)[:, 0]
    return silhouette_score(points, labels) if len(np.unique(labels)) > 1 else None


def _words(mean):
    """Say how a part differs most from its segment, whose means are zero."""
    measure = mean.abs().idxmax()
    more, less = WORDS[measure]
    return more if mean[measure] > 0 else less
