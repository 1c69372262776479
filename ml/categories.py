"""Product categories from what is bought together, and from words where that says little."""

import itertools

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import adjusted_rand_score, euclidean_distances
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

# Dimensions of the space that products are placed in.
DIMENSIONS = 16

# Power of the baskets that a product was in by which it weighs in k-means.
POPULARITY = 0.75

# Starts of k-means, of which the best one counts.
STARTS = 15

# Baskets in which a product's own place weighs as much as the place that its words suggest.
BASKETS_WORTH_WORDS = 1

# Words: three letters or more of any alphabet, in at least three products.
WORDS = r"[^\W\d_]{3,}"

# Share of the products that a resample draws.
SHARE_DRAWN = 0.8

# Products per category that a number of categories needs to be measured.
PRODUCTS_PER_CATEGORY = 10

# Rounds of k-means that a refit takes at most.
MOST_ROUNDS = 100

# Squared distance of opposite points on the unit sphere; no centre of a category is as far.
FARTHEST = 4.0

# The category of products that neither baskets nor words tell anything about.
OTHER = -1

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
        `random_seed`, `fit_products`, `stability_resamples`,
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
    resamples = max(2, settings["stability_resamples"])
    count_date = fit_dates.loc[fit_dates["is_count_date"].astype(bool), "fitted_on"].max()
    products, baskets = _sold_before(products, count_date), _year_before(baskets, count_date)
    names = products["first_product_name"].fillna("")
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
        labels = _grouped(places, weights, count, most, settings["random_seed"])
        fits = [
            pd.Series(_grouped(again, weights[rows], count, most, settings["random_seed"]), rows)
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
    k-means on the unit sphere, each product weighing the baskets that it was in to the power of
    `POPULARITY`, makes the categories; a product that is not among the `most` in the most baskets
    joins the nearest.

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
    >>> products = pd.DataFrame({"first_product_name": names})
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
    places, weights = _space(products, baskets)
    labels = _grouped(places, weights, count, most, random_seed)
    known = labels != OTHER
    sizes = np.bincount(labels[known], weights[known], minlength=count)
    # The last one is for OTHER, which is -1.
    rank = np.append(np.argsort(np.argsort(-sizes, kind="stable"), kind="stable"), OTHER)
    return _described(places, weights, rank[labels])


def recategorise(products, baskets, in_force, loyalty):
    """Sort products into the categories in force, by what is bought together now.

    k-means from the centres that the categories in force have by now. A product stays where it is
    unless another centre is nearer by more than a share `loyalty` of the squared distance; one
    without a category joins the nearest.

    Parameters
    ----------
    products, baskets : pandas.DataFrame
        As in `categorise`.
    in_force : numpy.ndarray of shape (products,)
        Numbers of categories, `OTHER` where a product has none yet.
    loyalty : float
        From 0, where every product joins the nearest, to 1, where none that has a category moves.

    Returns
    -------
    pandas.DataFrame, one row per row of `products`
        As of `categorise`; the numbers are those in force.

    Examples
    --------
    A saucer that is bought with cups is one of them, though it was sold with stars before; what
    is as loyal as can be stays.

    >>> names = ["cup", "cup", "star", "star", "saucer"]
    >>> products = pd.DataFrame({"first_product_name": names})
    >>> orders = [(0, 1), (0, 4), (1, 4), (2, 3), (0, 1, 4), (2, 3)]
    >>> baskets = pd.DataFrame(
    ...     [(basket, product) for basket, order in enumerate(orders) for product in order],
    ...     columns=["basket_number", "product_number"],
    ... ).assign(is_held_out=False)
    >>> in_force = np.array([0, 0, 1, 1, 1])
    >>> recategorise(products, baskets, in_force, 0.1)["category"].tolist()
    [0, 0, 1, 1, 0]
    >>> recategorise(products, baskets, in_force, 1)["category"].tolist()
    [0, 0, 1, 1, 1]
    """
    places, weights = _space(products, baskets)
    placed, labels = places.any(axis=1), in_force
    for _ in range(MOST_ROUNDS):
        distances = _squared_distances(places, weights, labels)
        to_own = (1 - loyalty) * _of_labels(distances, in_force)
        to_beat = np.where(in_force == OTHER, FARTHEST, to_own)
        is_nearer = placed & (distances.min(axis=1) < to_beat)
        before, labels = labels, np.where(is_nearer, distances.argmin(axis=1), in_force)
        if (labels == before).all():
            break
    return _described(places, weights, labels)


def categorise_by_month(products, baskets, fit_dates, candidates, settings):
    """Learn categories once, and sort products anew on each later date.

    Parameters
    ----------
    products, baskets, fit_dates : pandas.DataFrame
        As in `evaluate`; the dates in their order.
    candidates : pandas.DataFrame
        What `evaluate` returned.
    settings : dict
        `random_seed`, `fit_products`, `category_loyalty`.

    Returns
    -------
    pandas.DataFrame, one row per date and product sold before it
        `fitted_on`, `product_id`, and what `recategorise` gives from the year before the date; of
        the first date what `categorise` gives.
    """
    fits, labels = [], np.array([], dtype=int)
    for fitted_on in fit_dates["fitted_on"]:
        known = _sold_before(products, fitted_on)
        in_force = np.append(labels, np.full(len(known) - len(labels), OTHER))
        of_year = _year_before(baskets, fitted_on)
        fit = _next(known, of_year, in_force, candidates, settings["category_loyalty"], settings)
        labels = fit["category"].to_numpy()
        fits.append(known[["product_id"]].assign(fitted_on=fitted_on.date()).join(fit))
    return pd.concat(fits)


def categorise_now_and_before(products, baskets, asked, in_force, candidates, settings):
    """Tell the categories of now, and of the split that predictions are tested at.

    Products keep the category that was in force; those without one join the nearest. Where none
    was in force yet, categories are learned.

    Parameters
    ----------
    products, baskets : pandas.DataFrame
        As in `evaluate`.
    asked : pandas.DataFrame, one row per fit
        `fit` (`present` or `before_split`), and `known_on`, the date that it looks back from.
    in_force : pandas.DataFrame, one row per fit and product that had a category
        `fit`, `product_number`, `category`.
    candidates : pandas.DataFrame
        What `evaluate` returned.
    settings : dict
        `random_seed`, `fit_products`.

    Returns
    -------
    pandas.DataFrame, one row per product and fit
        `product_id`, `fit`, and what `recategorise` gives.
    """
    fits = []
    for fit, known_on in asked[["fit", "known_on"]].itertuples(index=False):
        of_fit = in_force[in_force["fit"] == fit].set_index("product_number")["category"]
        labels = of_fit.reindex(range(len(products)), fill_value=OTHER).to_numpy(dtype=int)
        found = _next(products, _year_before(baskets, known_on), labels, candidates, 1, settings)
        fits.append(products[["product_id"]].assign(fit=fit).join(found))
    return pd.concat(fits)


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


def _sold_before(products, date):
    return products[products["first_sold_on"] < date]


def _year_before(baskets, date):
    """Baskets of the year before a date: a whole round of the seasons, and no older fashion."""
    ordered_on = baskets["ordered_on"]
    return baskets[(ordered_on < date) & (ordered_on >= date - pd.DateOffset(years=1))]


def _next(products, baskets, in_force, candidates, loyalty, settings):
    """Categories that follow those in force, or the first ones."""
    if (in_force != OTHER).any():
        return recategorise(products, baskets, in_force, loyalty)
    chosen = candidates.loc[candidates["is_chosen"].astype(bool), "categories"]
    count = int(chosen.max()) if len(chosen) else 0
    return categorise(products, baskets, count, settings["fit_products"], settings["random_seed"])


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


def _space(products, baskets):
    """Places of products, and how many baskets each was in."""
    learned = _incidence(_parts(baskets)[0], len(products))
    weights = _column_sums(learned)
    if learned.nnz == 0:
        return np.zeros((len(products), 1)), weights
    names = products["first_product_name"].fillna("")
    return _places(_together(learned), weights, names), weights


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
    """Numbers of the categories that k-means finds among the most popular; the others join."""
    known = np.flatnonzero(places.any(axis=1))
    learned = known[_most_popular(weights[known], most)]
    labels = np.full(len(places), OTHER)
    count = min(count, len(np.unique(places[learned], axis=0)))
    if count > 0:
        kmeans = KMeans(count, n_init=STARTS, random_state=random_seed)
        kmeans.fit(places[learned], sample_weight=weights[learned] ** POPULARITY)
        labels[known] = kmeans.predict(places[known])
    return labels


def _squared_distances(places, weights, labels):
    """Squared distances to the centres of categories; one that nothing was sold of has none."""
    weights_in = np.eye(labels.max() + 2)[labels, :-1] * weights[:, None] ** POPULARITY
    totals = weights_in.sum(axis=0)
    centers = weights_in.T @ places / np.where(totals > 0, totals, 1)[:, None]
    return np.where(totals > 0, euclidean_distances(places, centers, squared=True), FARTHEST)


def _of_labels(distances, labels):
    return distances[np.arange(len(labels)), labels]


def _described(places, weights, labels):
    """Categories, and how clear each one is."""
    known = places.any(axis=1) & (labels != OTHER)
    confidence = np.zeros(len(labels))
    if known.any():
        distances = np.sqrt(_squared_distances(places, weights, labels)[known])
        own = _of_labels(distances, labels[known])
        distances[np.arange(len(own)), labels[known]] = np.sqrt(FARTHEST)
        confidence[known] = np.maximum(1 - own / distances.min(axis=1), 0)
    return pd.DataFrame({"category": labels, "confidence": confidence})


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
