"""How many categories of products: the evidence, on baskets that were not learned from."""

import itertools

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from ml.categories import OTHER, grouped
from ml.product_space import (
    incidence_of,
    most_popular,
    parts,
    places_of,
    sold_before,
    together_in,
    totals_of,
    vectorizer,
    year_before,
)

# Share of the products that a resample draws.
SHARE_DRAWN = 0.8

# Products per category that a number of categories needs to be measured.
PRODUCTS_PER_CATEGORY = 10

CANDIDATES = ["categories", "resamples", "stability", "copurchase_lift", "term_coherence",
              "smallest_share", "is_chosen", "reason"]  # fmt: skip


def evaluate(products, baskets, fit_dates, settings):
    """Measure numbers of categories on the date that says so, and choose one.

    Of those with a stability of at least `min_category_stability` and a lift of at least
    `min_category_lift` the most stable one is chosen; where none has both, the most stable.

    Parameters
    ----------
    products : pandas.DataFrame, one row per product, in the order of their numbers
        `product_id`; `first_product_name`, which may be null; `first_sold_on`, a date. Numbers are
        given in the order of the first sale, so that those sold before a date come first.
    baskets : pandas.DataFrame, one row per basket and product
        `basket_number` and `product_number`, from 0, the latter a row of `products`; `ordered_on`,
        a date; `is_held_out`.
    fit_dates : pandas.DataFrame, one row per date that categories are learned on
        `fitted_on`, `is_count_date`.
    settings : dict
        `random_seed`, `fit_products`, `stability_resamples`, `min_categories`, `max_categories`,
        `min_category_stability`, `min_category_lift`.

    Returns
    -------
    pandas.DataFrame, one row per number of categories
        `CANDIDATES`: `stability`, the mean adjusted Rand index (Hubert and Arabie 1985) between
        fits on resamples of the products, of the `fit_products` in the most baskets where there are
        more; `copurchase_lift` of all products in the baskets held out, see `lift`;
        `term_coherence`, the likeness in words (cosine) of two products of one category over
        that of any two; `smallest_share` of products. Empty where there is nothing to learn from.
    """
    random, most = np.random.default_rng(settings["random_seed"]), settings["fit_products"]
    resamples = max(2, settings["stability_resamples"])
    count_date = fit_dates.loc[fit_dates["is_count_date"].astype(bool), "fitted_on"].max()
    products, baskets = sold_before(products, count_date), year_before(baskets, count_date)
    names = products["first_product_name"].fillna("")
    counts = range(settings["min_categories"], settings["max_categories"] + 1)
    counts = [count for count in counts if count * PRODUCTS_PER_CATEGORY <= len(names)]
    learned, held_out = (incidence_of(part, len(names)) for part in parts(baskets))
    if not counts or learned.nnz == 0 or (names == "").all():
        return pd.DataFrame(columns=CANDIDATES)
    together = together_in(learned)
    weights = totals_of(learned)
    words = vectorizer().fit_transform(names)
    redrawn = list(_redrawn(together, weights, names, most, resamples, random))
    places = places_of(together, weights, names)
    measured = []
    for count in counts:
        labels = grouped(places, weights, count, most, settings["random_seed"])
        fits = [
            pd.Series(grouped(again, weights[rows], count, most, settings["random_seed"]), rows)
            for rows, again in redrawn
        ]
        measured.append(
            {
                "categories": count,
                "resamples": resamples,
                "stability": _agreement(fits),
                "copurchase_lift": lift(labels, held_out),
                "term_coherence": _coherence(labels, words),
                "smallest_share": np.bincount(labels[labels != OTHER], minlength=count).min()
                / len(labels),
            }
        )
    return _chosen(pd.DataFrame(measured, columns=CANDIDATES), settings)


def lift(labels, baskets):
    """Share of pairs of a basket that fall in one category, over what popularity alone gives.

    Parameters
    ----------
    labels : numpy.ndarray of shape (products,)
        Numbers of categories from 0; `OTHER` counts as one more.
    baskets : numpy.ndarray or scipy.sparse matrix of shape (baskets, products)
        1 where the basket has the product.

    Returns
    -------
    float
        Nan where no basket has two products.

    Examples
    --------
    One of the two pairs falls in one category; with half the lines in each of two categories,
    popularity alone puts half of all pairs in one.

    >>> baskets = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
    >>> float(lift(np.array([0, 0, 1, 1]), baskets))
    1.0
    """
    categories = np.eye(labels.max() + 2)[labels]
    in_category = baskets @ categories
    sizes = in_category.sum(axis=1)
    pairs = (sizes * (sizes - 1)).sum()
    if pairs == 0:
        return np.nan
    pairs_within = (in_category * (in_category - 1)).sum()
    popularity = in_category.sum(axis=0) / sizes.sum()
    return pairs_within / pairs / (popularity**2).sum()


def _redrawn(together, weights, names, most, resamples, random):
    """Yield rows of products, drawn from the most popular, and their places without the others."""
    popular = most_popular(weights, most)
    together = together[popular][:, popular]
    for _ in range(resamples):
        drawn = np.sort(random.permutation(len(popular))[: int(SHARE_DRAWN * len(popular))])
        rows = popular[drawn]
        yield rows, places_of(together[drawn][:, drawn], weights[rows], names.iloc[rows])


def _agreement(fits):
    """Mean adjusted Rand index between fits, over the products that both have."""
    scores = []
    for one, another in itertools.combinations(fits, 2):
        both = one.index.intersection(another.index)
        scores.append(adjusted_rand_score(one[both], another[both]))
    return np.mean(scores)


def _coherence(labels, words):
    """Likeness in words of two products of one category, over that of any two."""
    categories = np.eye(labels.max() + 2)[labels]
    within = ((categories.T @ words) ** 2).sum() / (categories.sum(axis=0) ** 2).sum()
    return within / (np.asarray(words.mean(axis=0)) ** 2).sum()


def _chosen(measured, settings):
    """Choose a number of categories and say for each one why or why not."""
    stable = measured["stability"] >= settings["min_category_stability"]
    real = measured["copurchase_lift"] >= settings["min_category_lift"]
    eligible = stable & real if (stable & real).any() else pd.Series(True, measured.index)
    chosen = measured["stability"].where(eligible).idxmax()
    measured["is_chosen"] = measured.index == chosen
    measured["reason"] = np.select(
        [measured["is_chosen"], ~stable, ~real],
        ["the most stable", "not stable enough", "says too little about baskets"],
        "less stable than the chosen one",
    )
    return measured
