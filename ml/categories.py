"""Product categories from what is bought together: learned once, and followed by month."""

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import euclidean_distances

from ml.product_space import most_popular, sold_before, space_of, year_before

# Power of the baskets that a product was in by which it weighs in k-means.
POPULARITY = 0.75

# Starts of k-means, of which the best one counts.
STARTS = 15

# Rounds of k-means that a refit takes at most.
MOST_ROUNDS = 100

# Squared distance of opposite points on the unit sphere; no centre of a category is as far.
FARTHEST = 4.0

# The category of products that neither baskets nor words tell anything about.
OTHER = -1


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
        As in `ml.category_candidates.evaluate`. Baskets held out are not looked at.
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
    places, weights = space_of(products, baskets)
    labels = grouped(places, weights, count, most, random_seed)
    known = labels != OTHER
    sizes = np.bincount(labels[known], weights[known], minlength=count)
    # The last one is for OTHER, which is -1.
    rank = np.append(np.argsort(np.argsort(-sizes, kind="stable"), kind="stable"), OTHER)
    return _described(places, weights, rank[labels])


def grouped(places, weights, count, most, random_seed):
    """Numbers of the categories that k-means finds among the most popular; the others join."""
    known = np.flatnonzero(places.any(axis=1))
    learned = known[most_popular(weights[known], most)]
    labels = np.full(len(places), OTHER)
    count = min(count, len(np.unique(places[learned], axis=0)))
    if count > 0:
        kmeans = KMeans(count, n_init=STARTS, random_state=random_seed)
        kmeans.fit(places[learned], sample_weight=weights[learned] ** POPULARITY)
        labels[known] = kmeans.predict(places[known])
    return labels


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
    places, weights = space_of(products, baskets)
    placed, labels = places.any(axis=1), in_force
    for _ in range(MOST_ROUNDS):
        distances = _squared_distances(places, weights, labels, in_force.max() + 1)
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
        As in `ml.category_candidates.evaluate`; the dates in their order.
    candidates : pandas.DataFrame
        What `ml.category_candidates.evaluate` returned.
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
        known = sold_before(products, fitted_on)
        in_force = np.append(labels, np.full(len(known) - len(labels), OTHER))
        of_year = year_before(baskets, fitted_on)
        fit = _next(known, of_year, in_force, candidates, settings["category_loyalty"], settings)
        labels = fit["category"].to_numpy()
        fits.append(known[["product_id"]].assign(fitted_on=fitted_on.date()).join(fit))
    return pd.concat(fits)


def categorise_asked(products, baskets, asked, in_force, candidates, settings):
    """Tell the categories of now, or of the split that predictions are tested at.

    Products keep the category that was in force; those without one join the nearest. Where none
    was in force yet, categories are learned.

    Parameters
    ----------
    products, baskets : pandas.DataFrame
        As in `ml.category_candidates.evaluate`.
    asked : pandas.DataFrame, one row per fit
        `fit` (`present` or `before_split`), and `known_on`, the date that it looks back from.
    in_force : pandas.DataFrame, one row per fit and product that had a category
        `fit`, `product_number`, `category`.
    candidates : pandas.DataFrame
        What `ml.category_candidates.evaluate` returned.
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
        found = _next(products, year_before(baskets, known_on), labels, candidates, 1, settings)
        fits.append(products[["product_id"]].assign(fit=fit).join(found))
    return pd.concat(fits)


def _next(products, baskets, in_force, candidates, loyalty, settings):
    """Categories that follow those in force, or the first ones."""
    if (in_force != OTHER).any():
        return recategorise(products, baskets, in_force, loyalty)
    chosen = candidates.loc[candidates["is_chosen"].astype(bool), "categories"]
    count = int(chosen.max()) if len(chosen) else 0
    return categorise(products, baskets, count, settings["fit_products"], settings["random_seed"])


def _squared_distances(places, weights, labels, count):
    """Squared distances to the centres of categories; one that nothing was sold of has none."""
    weights_in = np.eye(count + 1)[labels, :-1] * weights[:, None] ** POPULARITY
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
        distances = np.sqrt(_squared_distances(places, weights, labels, labels.max() + 1)[known])
        own = _of_labels(distances, labels[known])
        distances[np.arange(len(own)), labels[known]] = np.sqrt(FARTHEST)
        confidence[known] = np.maximum(1 - own / distances.min(axis=1), 0)
    return pd.DataFrame({"category": labels, "confidence": confidence})
