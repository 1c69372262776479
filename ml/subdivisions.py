"""A finer level inside segments, found by a nonlinear method and kept only where it is stable."""

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import KernelPCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from ml.segments import FEATURES

PARTS = (2, 3, 4)

# Kernel PCA needs the cube of the customers; larger segments are split by a sample.
MOST_CUSTOMERS = 500

WORDS = {
    "log_recency": ("longer ago", "more recently"),
    "log_frequency": ("more often", "less often"),
    "log_monetary": ("larger amounts", "smaller amounts"),
}

# What one unit of each feature is in standard deviations of the segment.
WEIGHTS = [f"{feature}_weight" for feature in FEATURES]

COLUMNS = [
    "segment_key", "parts", "part", "words", "share", "stability", "silhouette", *FEATURES, *WEIGHTS
]  # fmt: skip


FOLLOWERS = ["customer_id", "segment_key", "parts", "part", "words"]


def subdivide(customers, random_seed, resamples):
    """Split every segment into two, three and four parts, and measure how stable that is.

    Customers of a segment are laid out by kernel PCA (Schölkopf et al. 1998, radial kernel) and
    split by k-means; others belong where their nearest neighbour in R, F, M space does.

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
        resamples, over the drawn customers of the segment; `silhouette` in R, F, M space. Segments
        with fewer than 20 distinct customers drawn are not split.
    """
    random = np.random.default_rng(random_seed)
    tables = []
    for segment_key, members in customers.groupby("segment_key", sort=True):
        scaler = StandardScaler().fit(members[FEATURES].to_numpy(float))
        points = scaler.transform(members[FEATURES].to_numpy(float))
        is_sampled = members["is_sampled"].to_numpy(bool)
        if len(np.unique(points[is_sampled], axis=0)) < 20:
            continue
        for parts in PARTS:
            split = _split(points, is_sampled, parts, random, resamples)
            split[FEATURES] = members.loc[is_sampled, FEATURES].to_numpy()[split.index]
            split[WEIGHTS] = 1 / scaler.scale_
            tables.append(split.assign(segment_key=segment_key, parts=parts))
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


def _split(points, is_sampled, parts, random, resamples):
    """Split a segment; the index of the rows numbers the drawn customers who were laid out."""
    drawn = points[is_sampled]
    laid_out, nearest = _laid_out(drawn, parts, random)
    labels = nearest.predict(points)
    agreement = []
    for _ in range(resamples):
        resample = drawn[random.integers(len(drawn), size=len(drawn))]
        again = _laid_out(resample, parts, random)[1].predict(drawn)
        agreement.append(adjusted_rand_score(labels[is_sampled], again))
    groups = pd.DataFrame(points, columns=FEATURES).groupby(labels)
    means = groups.mean()
    of_part = pd.DataFrame(
        {
            "part": means["log_monetary"].rank(ascending=False, method="first").astype(int),
            "words": [_words(mean) for _, mean in means.iterrows()],
            "share": groups.size() / len(points),
        }
    )
    several = len(means) > 1
    return (
        of_part.loc[labels[is_sampled][laid_out]]
        .set_axis(laid_out)
        .assign(
            stability=np.mean(agreement),
            silhouette=silhouette_score(
                drawn, labels[is_sampled], sample_size=min(len(drawn), 1000), random_state=0
            )
            if several
            else None,
        )
    )


def _laid_out(known, parts, random):
    """Lay some customers out and split them; everybody may follow the nearest of them."""
    drawn = random.choice(len(known), min(len(known), MOST_CUSTOMERS), replace=False)
    seed = int(random.integers(2**31))
    layout = KernelPCA(2, kernel="rbf", random_state=seed, eigen_solver="dense").fit_transform(
        known[drawn]
    )
    labels = KMeans(parts, n_init=5, random_state=seed).fit_predict(layout)
    return drawn, KNeighborsClassifier(1).fit(known[drawn], labels)


def _words(mean):
    """Say how a part differs most from its segment, whose means are zero."""
    measure = mean.abs().idxmax()
    more, less = WORDS[measure]
    return more if mean[measure] > 0 else less
