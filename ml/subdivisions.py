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
COLUMNS = ["customer_id", "segment_key", "parts", "part", "words", "stability", "silhouette"]


def subdivide(customers, random_seed, resamples):
    """Split every segment into two, three and four parts, and measure how stable that is.

    Customers of a segment are laid out by kernel PCA (Schölkopf et al. 1998, radial kernel) and
    split by k-means; others belong where their nearest neighbour in R, F, M space does.

    Parameters
    ----------
    customers : pandas.DataFrame
        `customer_id`, `segment_key`, the `FEATURES` of `ml.segments`, and `is_sampled` for those
        that splits are made from and measured on, in an order that does not vary.
    random_seed : int
        Seed of samples, starts and resamples.
    resamples : int
        Splits of resamples that stability is measured with.

    Returns
    -------
    pandas.DataFrame, one row per customer and number of parts
        `part`, 1 for the highest mean monetary value; `words` for how it differs most from its
        segment; `stability`, the mean adjusted Rand index with splits of resamples, over the
        drawn customers of the segment; `silhouette` in R, F, M space. Segments with fewer than 20
        distinct customers drawn are not split.
    """
    random = np.random.default_rng(random_seed)
    tables = []
    for segment_key, members in customers.groupby("segment_key", sort=True):
        points = StandardScaler().fit_transform(members[FEATURES].to_numpy(float))
        is_sampled = members["is_sampled"].to_numpy(bool)
        if len(np.unique(points[is_sampled], axis=0)) < 20:
            continue
        for parts in PARTS:
            tables.append(
                _split(segment_key, members, points, is_sampled, parts, random, resamples)
            )
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=COLUMNS)


def _split(segment_key, members, points, is_sampled, parts, random, resamples):
    drawn = points[is_sampled]
    labels = _labels(drawn, points, parts, random)
    agreement = [
        adjusted_rand_score(
            labels[is_sampled],
            _labels(drawn[random.integers(len(drawn), size=len(drawn))], drawn, parts, random),
        )
        for _ in range(resamples)
    ]
    means = pd.DataFrame(points, columns=FEATURES).groupby(labels).mean()
    ranks = means["log_monetary"].rank(ascending=False, method="first").astype(int)
    words = {label: _words(mean) for label, mean in means.iterrows()}
    several = len(means) > 1
    return pd.DataFrame(
        {
            "customer_id": members["customer_id"].to_numpy(),
            "segment_key": segment_key,
            "parts": parts,
            "part": ranks.loc[labels].to_numpy(),
            "words": [words[label] for label in labels],
            "stability": np.mean(agreement),
            "silhouette": silhouette_score(
                drawn, labels[is_sampled], sample_size=min(len(drawn), 1000), random_state=0
            )
            if several
            else None,
        },
        columns=COLUMNS,
    )


def _labels(known, everybody, parts, random):
    """Split some customers, and let everybody follow the nearest of them."""
    drawn = random.choice(len(known), min(len(known), MOST_CUSTOMERS), replace=False)
    known = known[drawn]
    seed = int(random.integers(2**31))
    layout = KernelPCA(2, kernel="rbf", random_state=seed, eigen_solver="dense").fit_transform(
        known
    )
    labels = KMeans(parts, n_init=5, random_state=seed).fit_predict(layout)
    return KNeighborsClassifier(1).fit(known, labels).predict(everybody)


def _words(mean):
    """Say how a part differs most from its segment, whose means are zero."""
    measure = mean.abs().idxmax()
    more, less = WORDS[measure]
    return more if mean[measure] > 0 else less
