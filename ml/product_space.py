"""The space that products are placed in by what is bought together, and by their words."""

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import normalize
from sklearn.utils.extmath import randomized_svd

# Dimensions of the space that products are placed in.
DIMENSIONS = 16

# Baskets in which a product's own place weighs as much as the place that its words suggest.
BASKETS_WORTH_WORDS = 1

# Words: three letters or more of any alphabet, in at least three products.
WORDS = r"[^\W\d_]{3,}"


def space_of(products, baskets):
    """Places of products, and how many baskets each was in."""
    learned = incidence_of(parts(baskets)[0], len(products))
    weights = totals_of(learned)
    if learned.nnz == 0:
        return np.zeros((len(products), 1)), weights
    names = products["first_product_name"].fillna("")
    return places_of(together_in(learned), weights, names), weights


def sold_before(products, date):
    """Products that had been sold by a date."""
    return products[products["first_sold_on"] < date]


def year_before(baskets, date):
    """Baskets of the year before a date: a whole round of the seasons, and no older fashion."""
    ordered_on = baskets["ordered_on"]
    return baskets[(ordered_on < date) & (ordered_on >= date - pd.DateOffset(years=1))]


def parts(baskets):
    """Baskets to learn from, and those held out."""
    held_out = baskets["is_held_out"].astype(bool)
    return baskets[~held_out], baskets[held_out]


def incidence_of(baskets, products):
    """Sparse matrix of shape (baskets, products), 1 where the basket has the product."""
    numbers, rows = np.unique(baskets["basket_number"].to_numpy(), return_inverse=True)
    cells = (np.ones(len(baskets)), (rows, baskets["product_number"].to_numpy(dtype=int)))
    return sparse.csr_matrix(cells, shape=(len(numbers), products))


def totals_of(matrix):
    """Sum the columns: of an incidence, the baskets that each product was in."""
    return np.asarray(matrix.sum(axis=0)).ravel()


def together_in(incidence):
    """How often two products meet; a pair counts less in a large basket."""
    sizes = np.asarray(incidence.sum(axis=1)).ravel()
    baskets_of_products = incidence.T.tocsr()
    baskets_of_products.data *= (np.maximum(sizes - 1, 1) ** -0.25)[baskets_of_products.indices]
    together = baskets_of_products @ incidence
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()  # once: what is drawn from it stays sorted
    return together


def vectorizer():
    """Give what makes numbers of the words of names."""
    return TfidfVectorizer(token_pattern=WORDS, min_df=3, sublinear_tf=True)


def _affinity(together):
    """Square root of how much more two products meet than their popularity makes them.

    `together` is overwritten: where most pairs meet, it is what takes the memory.
    """
    totals = totals_of(together)
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


def places_of(together, weights, names):
    """Places of products on the unit sphere; zero where nothing is known."""
    affinity = _affinity(together)
    dimensions = min(DIMENSIONS, len(names) - 1)
    left, values, _ = randomized_svd(affinity, dimensions, n_iter=4, random_state=0)
    seen = normalize(left * values**1.5)  # weak directions are noise: they count less
    try:
        reading = make_pipeline(vectorizer(), Ridge(solver="lsqr"))
        reading.fit(names, seen, ridge__sample_weight=weights)
    except ValueError:  # no word is in three products
        return seen
    words = reading[0].transform(names)
    has_words = np.diff(words.indptr) > 0
    read = np.where(has_words[:, None], reading[1].predict(words), 0)
    trust = (weights / (weights + BASKETS_WORTH_WORDS))[:, None]
    return normalize(trust * seen + (1 - trust) * read)


def most_popular(weights, most):
    """Rows of the products in the most baskets, the first of equals, in the order of the rows."""
    return np.sort(np.argsort(-weights, kind="stable")[:most])
