"""Product categories from what is bought together, and from words where that says little."""

import itertools

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

# Dimensions of the space that products are placed in.
DIMENSIONS = 16

# Baskets in which a product's own place weighs as much as the place that its words suggest.
BASKETS_WORTH_WORDS = 1

# Words: three letters or more of any alphabet, in at least three products.
WORDS = r"[^\W\d_]{3,}"

# Share of the products that a resample draws.
SHARE_DRAWN = 0.8

# Products per category that a number of categories needs to be measured.
PRODUCTS_PER_CATEGORY = 10

# The category of products that neither baskets nor words tell anything about.
OTHER = -1

CANDIDATES = ["categories", "resamples", "stability", "copurchase_lift", "term_coherence",
              "smallest_share", "is_chosen", "reason"]  # fmt: skip


def evaluate(products, baskets, settings):
    """Measure numbers of categories and choose one.

    Of those with a stability of at least `min_category_stability` and a lift of at least
    `min_category_lift` the most stable one is chosen; where none has both, the most stable.

    Parameters
    ----------
    products : pandas.DataFrame, one row per product, in an order that does not vary
        `product_name`, which may be null.
    baskets : pandas.DataFrame, one row per basket and product
        `basket_number` and `product_number`, from 0, the latter a row of `products`; `is_held_out`.
    settings : dict
        `random_seed`, `fit_products`, `stability_resamples` (half as many are drawn),
        `min_categories`, `max_categories`, `min_category_stability`, `min_category_lift`.

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
    resamples = max(2, settings["stability_resamples"] // 2)
    names = products["product_name"].fillna("")
    counts = range(settings["min_categories"], settings["max_categories"] + 1)
    counts = [count for count in counts if count * PRODUCTS_PER_CATEGORY <= len(names)]
    learned, held_out = (_incidence(part, len(names)) for part in _parts(baskets))
    if not counts or learned.nnz == 0 or (names == "").all():
        return pd.DataFrame(columns=CANDIDATES)
    together = _together(learned)
    weights = _column_sums(learned)
    words = _words().fit_transform(names)
    redrawn = list(_redrawn(together, weights, names, most, resamples, random))
    places = _places(together, weights, names)
    measured = []
    for count in counts:
        labels = _grouped(places, weights, count, most, settings["random_seed"])[0]
        fits = [
            pd.Series(_grouped(again, weights[rows], count, most, settings["random_seed"])[0], rows)
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


def categorise(products, baskets, count, most, random_seed):
    """Sort products into categories by what is bought together.

    Two products are near when they meet in baskets more often than their popularity makes them:
    positive residuals of the co-occurrence, where a pair in a basket of n products counts
    1 / (n - 1) ** 0.25, reduced to `DIMENSIONS` by a singular value decomposition. Where a product
    was in few baskets, the place that its words suggest (ridge regression on TF-IDF) counts more.
    k-means on the unit sphere, each product weighing as many baskets as it was in, makes the
    categories; a product that is not among the `most` in the most baskets joins the nearest.

    Parameters
    ----------
    products, baskets : pandas.DataFrame
        As in `evaluate`. Baskets held out are not looked at.
    count : int
        Number of categories; 0 where there is nothing to learn from.
    most : int
        Products that k-means learns from.
    random_seed : int
        Of the starts of k-means and of the decomposition.

    Returns
    -------
    pandas.DataFrame, one row per row of `products`
        `category`, the number of the category from 0, those with the most baskets first, `OTHER`
        where nothing is known; `confidence`, from 0 on the border of two categories to 1 in the
        middle of one.

    Examples
    --------
    Cups are bought with cups, stars with stars; the last product was never bought with another.

    >>> names = ["cup", "cup", "cup", "star", "star", "star", None]
    >>> products = pd.DataFrame({"product_name": names})
    >>> orders = [(0, 1), (1, 2), (0, 2), (0, 1, 2), (3, 4), (4, 5), (3, 5), (6,)]
    >>> baskets = pd.DataFrame(
    ...     [(basket, product) for basket, order in enumerate(orders) for product in order],
    ...     columns=["basket_number", "product_number"],
    ... ).assign(is_held_out=False)
    >>> categorise(products, baskets, 2, 4000, 0)["category"].tolist()
    [0, 0, 0, 1, 1, 1, -1]
    """
    if count == 0:
        return pd.DataFrame({"category": OTHER, "confidence": 0.0}, index=range(len(products)))
    learned = _incidence(_parts(baskets)[0], len(products))
    weights = _column_sums(learned)
    places = _places(_together(learned), weights, products["product_name"].fillna(""))
    labels, confidence = _grouped(places, weights, count, most, random_seed)
    known = labels != OTHER
    sizes = np.bincount(labels[known], weights[known], minlength=count)
    # The last one is for OTHER, which is -1.
    rank = np.append(np.argsort(np.argsort(-sizes, kind="stable"), kind="stable"), OTHER)
    return pd.DataFrame({"category": rank[labels], "confidence": confidence})


def categorise_now_and_before(products, baskets, chosen, settings):
    """Sort products by all baskets and by those before the split that predictions are tested at.

    Parameters
    ----------
    products : pandas.DataFrame, one row per product
        `product_id` and `product_name`.
    baskets : pandas.DataFrame, one row per basket and product
        As in `evaluate`, with `is_before_split`.
    chosen : pandas.DataFrame
        The row of `evaluate` that is chosen; without one every product is of category `OTHER`.
    settings : dict
        `random_seed`, `fit_products`.

    Returns
    -------
    pandas.DataFrame, one row per product and fit
        `product_id`, `fit` (`present` or `before_split`), and what `categorise` gives.
    """
    count = int(chosen["categories"].max()) if len(chosen) else 0
    fits = {"present": baskets, "before_split": baskets[baskets["is_before_split"].astype(bool)]}
    return pd.concat(
        products[["product_id"]]
        .assign(fit=fit)
        .join(
            categorise(products, of_fit, count, settings["fit_products"], settings["random_seed"])
        )
        for fit, of_fit in fits.items()
    )


def lift(labels, baskets):
    """Share of pairs of a basket that fall in one category, over what popularity alone gives.

    Parameters
    ----------
    labels : numpy.ndarray of shape (products,)
        Numbers of categories from 0; `OTHER` counts as one more.
    baskets : scipy.sparse matrix of shape (baskets, products)
        1 where the basket has the product.

    Returns
    -------
    float
        Nan where no basket has two products.

    Examples
    --------
    One of the two pairs falls in one category; with half the lines in each of two categories,
    popularity alone puts half of all pairs in one.

    >>> baskets = sparse.csr_matrix([[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
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


def _parts(baskets):
    """Baskets to learn from, and those held out."""
    held_out = baskets["is_held_out"].astype(bool)
    return baskets[~held_out], baskets[held_out]


def _incidence(baskets, products):
    """Sparse matrix of shape (baskets, products), 1 where the basket has the product."""
    numbers, rows = np.unique(baskets["basket_number"].to_numpy(), return_inverse=True)
    cells = (np.ones(len(baskets)), (rows, baskets["product_number"].to_numpy(dtype=int)))
    return sparse.csr_matrix(cells, shape=(len(numbers), products))


def _column_sums(matrix):
    return np.asarray(matrix.sum(axis=0)).ravel()


def _together(incidence):
    """How often two products meet; a pair counts less in a large basket."""
    sizes = np.asarray(incidence.sum(axis=1)).ravel()
    baskets_of_products = incidence.T.tocsr()
    baskets_of_products.data *= (np.maximum(sizes - 1, 1) ** -0.25)[baskets_of_products.indices]
    together = baskets_of_products @ incidence
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()  # once: what is drawn from it stays sorted
    return together


def _words():
    return TfidfVectorizer(token_pattern=WORDS, min_df=3, sublinear_tf=True)


def _affinity(together):
    """Square root of how much more two products meet than their popularity makes them.

    `together` is overwritten: where most pairs meet, it is what takes the memory.
    """
    totals = _column_sums(together)
    expected = np.repeat(totals, np.diff(together.indptr))
    expected *= totals[together.indices]
    expected /= max(totals.sum(), 1)
    residuals = together.data
    residuals -= expected
    expected += 1
    residuals /= np.sqrt(expected, out=expected)
    np.sqrt(np.maximum(residuals, 0, out=residuals), out=residuals)
    together.eliminate_zeros()
    return together


def _places(together, weights, names):
    """Places of products on the unit sphere; zero where nothing is known."""
    affinity = _affinity(together)
    dimensions = min(DIMENSIONS, len(names) - 1)
    left, values, _ = randomized_svd(affinity, dimensions, n_iter=4, random_state=0)
    seen = normalize(left * values**1.5)  # weak directions are noise: they count less
    try:
        reading = make_pipeline(_words(), Ridge(solver="lsqr"))
        reading.fit(names, seen, ridge__sample_weight=weights)
    except ValueError:  # no word is in three products
        return seen
    words = reading[0].transform(names)
    has_words = np.diff(words.indptr) > 0
    read = np.where(has_words[:, None], reading[1].predict(words), 0)
    trust = (weights / (weights + BASKETS_WORTH_WORDS))[:, None]
    return normalize(trust * seen + (1 - trust) * read)


def _redrawn(together, weights, names, most, resamples, random):
    """Yield rows of products, drawn from the most popular, and their places without the others."""
    popular = _most_popular(weights, most)
    together = together[popular][:, popular]
    for _ in range(resamples):
        drawn = np.sort(random.permutation(len(popular))[: int(SHARE_DRAWN * len(popular))])
        rows = popular[drawn]
        yield rows, _places(together[drawn][:, drawn], weights[rows], names.iloc[rows])


def _most_popular(weights, most):
    """Rows of the products in the most baskets, the first of equals, in the order of the rows."""
    return np.sort(np.argsort(-weights, kind="stable")[:most])


def _grouped(places, weights, count, most, random_seed):
    """Numbers of categories and how clear each one is."""
    known = np.flatnonzero(places.any(axis=1))
    learned = known[_most_popular(weights[known], most)]
    labels = np.full(len(places), OTHER)
    confidence = np.zeros(len(places))
    count = min(count, len(np.unique(places[learned], axis=0)))
    if count > 0:
        kmeans = KMeans(count, n_init=10, random_state=random_seed)
        kmeans.fit(places[learned], sample_weight=weights[learned])
        labels[known] = kmeans.predict(places[known])
        distances = np.sort(kmeans.transform(places[known]), axis=1)
        if count > 1:
            confidence[known] = 1 - distances[:, 0] / distances[:, 1]
    return labels, confidence


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
