"""How many segments, and by which algorithm: the evidence, measured in one space."""

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import KMeans
from sklearn.manifold import TSNE
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances,
    pairwise_distances_argmin,
    silhouette_score,
)
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

from ml.segments import FEATURES

COUNTS = range(2, 11)

# Different customers that each segment should have on average, for a number to be measured.
CUSTOMERS_PER_SEGMENT = 5

# Share of the best candidate's explained variance of the future that counts as nearly as good.
NEARLY_AS_GOOD = 0.85

COLUMNS = [
    "algorithm", "segment_count", "resamples", "silhouette", "davies_bouldin",
    "calinski_harabasz", "bootstrap_ari_mean", "bootstrap_ari_min", "bootstrap_ari_error",
    "smallest_share", "future_variance_explained", "is_chosen", "reason",
]  # fmt: skip


def evaluate(customers, earlier, settings):
    """Measure every algorithm and number of segments, and choose by the documented rule.

    Candidates are k-means, which alone can be assigned from published centres, with
    `min_segments` to `max_segments` segments, a mean bootstrap ARI of at least `min_stability` and
    a smallest segment of at least `min_segment_share`. Of those that explain what customers did
    next nearly as well as the best of them, the one with the fewest segments is chosen that is as
    stable as the most stable one: their mean ARIs differ by no more than the standard error of the
    difference (the rule of one standard error, Breiman et al. 1984).

    Parameters
    ----------
    customers : pandas.DataFrame
        `FEATURES` of the customers who keep something, in an order that does not vary; of a sample
        where there are many, since the measures need memory for each pair of customers.
    earlier : pandas.DataFrame
        `FEATURES` as of the start of the outlook and `next_net_amount`, what they kept of the
        orders of the days that followed; may be empty.
    settings : dict
        `random_seed`, `stability_resamples` of k-means (three of the others, which are for
        comparison), `min_segments`, `max_segments`, `min_stability`, `min_segment_share`,
        `full_evaluation` (also the notebooks' recipe, k-means on a t-SNE picture, which takes
        minutes).

    Returns
    -------
    pandas.DataFrame, one row per algorithm and number of segments
        `COLUMNS`: silhouette (Rousseeuw 1987), Davies-Bouldin index (1979), Calinski-Harabasz
        index (1974); `bootstrap_ari_*`, the adjusted Rand index (Hubert and Arabie 1985) of the
        fit on all customers with fits on resamples of them, over all customers, with the standard
        error of the mean;
        `future_variance_explained`, the share of the variance of log1p(`next_net_amount`) that
        lies between segments fitted on `earlier`.
    """
    random = np.random.default_rng(settings["random_seed"])
    # Algorithm and how often it is fitted again on a resample.
    algorithms = {
        "k-means": (_kmeans, settings["stability_resamples"]),
        "mixture": (_mixture, 3),
        "ward": (_ward, 3),
    }
    if settings["full_evaluation"]:
        algorithms["t-sne, k-means"] = (_tsne, 1)
    rows = []
    for algorithm, (fits, resamples) in algorithms.items():
        for count, measures in _measured(fits, resamples, customers, earlier, random):
            rows.append({"algorithm": algorithm, "segment_count": count, **measures})
    return _chosen(pd.DataFrame(rows, columns=COLUMNS), settings)


def _standardised(customers):
    return StandardScaler().fit_transform(customers[FEATURES].to_numpy(float))


def _measured(fits, resamples, customers, earlier, random):
    """Yield the measures of one algorithm for each number of segments that the data allow."""
    if len(customers) == 0:
        return
    points = _standardised(customers)
    most = len(np.unique(points, axis=0)) // CUSTOMERS_PER_SEGMENT
    counts = [count for count in COUNTS if count <= most]
    if not counts:
        return
    seed = int(random.integers(2**31))
    fitted = fits(points, counts, seed)
    draws = [random.integers(len(points), size=len(points)) for _ in range(resamples)]
    refitted = [fits(points[drawn], counts, seed) for drawn in draws]
    then = fits(_standardised(earlier), counts, seed) if len(earlier) > max(counts) else {}
    distances = pairwise_distances(points)
    for count in counts:
        labels = fitted[count](points)
        if len(np.unique(labels)) < 2:
            continue
        agreement = [adjusted_rand_score(labels, again[count](points)) for again in refitted]
        yield (
            count,
            {
                "resamples": resamples,
                "silhouette": silhouette_score(distances, labels, metric="precomputed"),
                "davies_bouldin": davies_bouldin_score(points, labels),
                "calinski_harabasz": calinski_harabasz_score(points, labels),
                "bootstrap_ari_mean": np.mean(agreement),
                "bootstrap_ari_min": np.min(agreement),
                "bootstrap_ari_error": np.std(agreement) / np.sqrt(max(resamples - 1, 1)),
                "smallest_share": np.bincount(labels).min() / len(labels),
                "future_variance_explained": _variance_explained(then[count], earlier)
                if then
                else None,
            },
        )


def _variance_explained(assign, earlier):
    """Share of the variance of log1p(next net amount) that lies between segments (eta squared)."""
    amounts = pd.Series(np.log1p(earlier["next_net_amount"].to_numpy(float)))
    means = amounts.groupby(assign(_standardised(earlier))).transform("mean")
    return means.var(ddof=0) / amounts.var(ddof=0) if amounts.var(ddof=0) else None


def _kmeans(points, counts, seed):
    return {
        count: KMeans(count, n_init=10, random_state=seed).fit(points).predict for count in counts
    }


def _mixture(points, counts, seed):
    return {
        count: GaussianMixture(count, random_state=seed).fit(points).predict for count in counts
    }


def _ward(points, counts, seed):
    tree = linkage(points, "ward")
    return {count: _nearest_mean(points, fcluster(tree, count, "maxclust") - 1) for count in counts}


def _tsne(points, counts, seed):
    """k-means on a t-SNE picture; who is not in the picture goes to the nearest mean."""
    # Neighbours to look at: scikit-learn's 30, fewer of few customers.
    neighbours = min(30, (len(points) - 1) / 3)
    tsne = TSNE(perplexity=neighbours, init="pca", random_state=seed, n_jobs=1)
    picture = tsne.fit_transform(points)
    return {
        count: _nearest_mean(
            points, KMeans(count, n_init=10, random_state=seed).fit_predict(picture)
        )
        for count in counts
    }


def _nearest_mean(points, labels):
    means = pd.DataFrame(points).groupby(labels).mean().to_numpy()
    return lambda others: pairwise_distances_argmin(others, means)


def _chosen(candidates, settings):
    """Refuse candidates by name, and choose among the others."""
    candidates["reason"] = [_refusal(row, settings) for row in candidates.to_dict("records")]
    passed = candidates[candidates["reason"].isna()]
    future = passed["future_variance_explained"].astype(float).fillna(0)
    nearly = passed[future >= NEARLY_AS_GOOD * future.max()]
    means, errors = nearly["bootstrap_ari_mean"], nearly["bootstrap_ari_error"]
    best = means == means.max()
    as_stable = nearly[means.max() - means <= np.hypot(errors, errors[best].max())]
    chosen = as_stable.sort_values("segment_count").head(1)
    candidates["is_chosen"] = candidates.index.isin(chosen.index)
    for reason, those in {
        "passes, but explains less of what customers do next": passed,
        "passes, but another number is more stable": nearly,
        "passes, but fewer segments are as stable": as_stable,
        "chosen: the fewest that are as stable as any and explain nearly as much": chosen,
    }.items():
        candidates.loc[those.index, "reason"] = reason
    return candidates


def _refusal(row, settings):
    """Say in words what speaks against a candidate, or None."""
    if row["algorithm"] != "k-means":
        return "for comparison: only k-means can be assigned from published centres"
    if row["smallest_share"] < settings["min_segment_share"]:
        return f"smallest segment {row['smallest_share']:.1%}"
    if row["segment_count"] < settings["min_segments"]:
        return f"fewer than {settings['min_segments']} segments tell too little apart"
    if row["segment_count"] > settings["max_segments"]:
        return f"more than {settings['max_segments']} segments are too many to act on"
    if row["bootstrap_ari_mean"] < settings["min_stability"]:
        return (
            f"unstable: bootstrap ARI {row['bootstrap_ari_mean']:.3f}, "
            f"{settings['min_stability']} wanted"
        )
    return None
