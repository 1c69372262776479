"""Two-dimensional pictures of the customers, for looking at only."""

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.preprocessing import StandardScaler

from ml.segments import FEATURES

COLUMNS = ["customer_id", "pca_x", "pca_y", "tsne_x", "tsne_y"]


def coordinates(customers, random_seed, is_nonlinear):
    """Lay customers out in two dimensions.

    Parameters
    ----------
    customers : pandas.DataFrame
        `customer_id`, the `FEATURES` of `ml.segments`, and `is_sampled` for those that a nonlinear
        map has room for, in an order that does not vary.
    random_seed : int
        Seed of the nonlinear map.
    is_nonlinear : bool
        Whether to add a t-SNE map (van der Maaten and Hinton 2008); about 40 s for 4,300
        customers on one core.

    Returns
    -------
    pandas.DataFrame, shape (customers, 5)
        `COLUMNS`; the t-SNE ones empty unless asked for and sampled. Principal components point to
        where the sum of their loadings is positive, so that the picture does not flip.

    Examples
    --------
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["a", "b", "c"], "log_recency": [2.0, 1.0, 0.0],
    ...     "log_frequency": [0.0, 1.0, 2.0], "log_monetary": [0.0, 1.0, 2.0], "is_sampled": True,
    ... })
    >>> coordinates(customers, 0, False)["pca_x"].round(3).tolist()
    [-2.121, 0.0, 2.121]
    """
    map_of = pd.DataFrame({"customer_id": customers["customer_id"]}).reindex(columns=COLUMNS)
    if len(customers) < 3:
        return map_of
    points = StandardScaler().fit_transform(customers[FEATURES].to_numpy(float))
    pca = PCA(2).fit(points)
    signs = np.where(pca.components_.sum(axis=1) < 0, -1, 1)
    map_of[["pca_x", "pca_y"]] = (pca.transform(points) * signs).round(6)
    is_sampled = customers["is_sampled"].to_numpy(bool)
    if is_nonlinear and is_sampled.sum() > 30:
        tsne = TSNE(init="pca", random_state=random_seed, n_jobs=1)
        places = tsne.fit_transform(points[is_sampled]).astype(float).round(6)
        map_of.loc[is_sampled, ["tsne_x", "tsne_y"]] = places
    return map_of
