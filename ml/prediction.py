"""Where a new customer will be at a horizon after the first order, from the first few orders.

Three questions about each case (a customer as seen with the n-th order): which segment, whether
they buy again, and whether they are in the top fifth of value. The segment is put together from
two parts that are easier to learn: if nothing more is bought it can be computed, so that

    P(segment) = (1 - p) [segment if nothing more is bought] + p P(segment | something is),

with p the probability of buying again.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml import model_file

STATE = [
    "log_value", "days_left", "log_days_left", "log_pace", "log_left_in_paces",
    "bought_again_share", "log_orders", "is_further",
]  # fmt: skip

# What else the lines show; kept out unless the candidates say that it helps.
BASKET = [
    "log_units", "log_products", "log_unit_price", "returned_share", "hour", "weekday", "month",
]  # fmt: skip

# Columns of what is returned, with their types: an empty table has them too.
PREDICTIONS = {
    "horizon_days": "int64",
    "customer_id": "str",
    "orders_seen": "int64",
    "target": "str",
    "outcome": "str",
    "probability": "float64",
}

# Probability of each other segment if nothing more is bought (late returns), and the least of any.
UNLIKELY = 0.001

# Features are read to this many decimals, far finer than any customer can tell, so that the last
# bits of an engine's logarithms do not reach the tables.
FEATURE_DECIMALS = 6

TARGETS = ["segment", "buys_again", "top_fifth"]


class Setting(NamedTuple):
    """How a model is made.

    Attributes
    ----------
    algorithm : str
    parts : str
        `two`: whether anything more is bought, and the segment if so; `one`: the segment at once.
    feature_set : str
        See `features_of`.
    parameter : str
        The algorithm's parameter that is tried,
    value : float
        and its value.
    """

    algorithm: str
    parts: str
    feature_set: str
    parameter: str
    value: float


def features_of(cases, feature_set):
    """Names of the columns that a model learns from.

    Parameters
    ----------
    cases : pandas.DataFrame
        With the columns of `STATE`, `BASKET`, and `distance_to_1` and so on: squared distances to
        the segments' centres after one more order like those so far, half way to the horizon.
    feature_set : str
        `state` or `state and basket`.

    Returns
    -------
    list of str

    Examples
    --------
    >>> features_of(pd.DataFrame(columns=["distance_to_1"]), "state")[-2:]
    ['is_further', 'distance_to_1']
    """
    distances = [name for name in cases.columns if name.startswith("distance_to_")]
    return STATE + distances + (BASKET if feature_set == "state and basket" else [])


def fit(cases, setting, segments, random_seed):
    """Learn the three questions from cases whose answers are known.

    Parameters
    ----------
    cases : pandas.DataFrame, one row per customer and number of orders seen
        The features, `segment_if_nothing_more`, `net_amount`, `orders_seen`, and the answers
        `answer_segment`, `answer_buys_again`, `answer_value`; sorted.
    setting : Setting
        One of `prediction_choice.SETTINGS`.
    segments : list of str
        Keys of the segments that there are.
    random_seed : int
        Of forests and boosting.

    Returns
    -------
    dict
        Plain values and scikit-learn estimators, so that it can be kept in a safe format.
    """
    features = features_of(cases, setting.feature_set)
    value = cases.drop_duplicates("customer_id")["answer_value"]
    threshold = float(value.quantile(0.8))
    again = cases["answer_buys_again"].astype(bool)
    of_segment = cases[again] if setting.parts == "two" and again.any() else cases

    def learned(table, answers):
        return _fitted(setting, random_seed, _points(table), answers.to_numpy(object))

    top_features = _with_threshold(cases, features, threshold)
    return {
        "setting": list(setting),
        "features": features,
        "segments": list(segments),
        "threshold": threshold,
        "buys_again": learned(cases[features], again.astype(int).astype(str)),
        "segment": learned(of_segment[features], of_segment["answer_segment"]),
        "top_fifth": learned(
            top_features, (cases["answer_value"] > threshold).astype(int).astype(str)
        ),
    }


def predict(model, cases):
    """Answer the three questions with probabilities.

    Who is looked at while their time runs has been silent for a share of it. If buying again falls
    on each day alike, the silence alone has the likelihood 1 - share among those who will, so that
    Bayes' rule takes p to p (1 - share) / (1 - p share).

    Parameters
    ----------
    model : dict
        What `fit` gives.
    cases : pandas.DataFrame
        As in `fit`, without answers; `silent_share` is 0 at the moment of the order.

    Returns
    -------
    dict of str to numpy.ndarray
        `segment` of shape (cases, segments), in the order of the model's segments;
        `buys_again` and `top_fifth` of shape (cases,).
    """
    points = _points(cases[model["features"]])
    at_order = _probabilities(model["buys_again"], points, ["0", "1"])[:, 1]
    silent = cases["silent_share"].to_numpy(float)
    # Who surely buys again and has no time left for it does not.
    others = np.maximum(1 - at_order * silent, np.finfo(float).tiny)
    again = at_order * (1 - silent) / others
    segment = _spread(_probabilities(model["segment"], points, model["segments"]))
    if Setting(*model["setting"]).parts == "two":
        still = _spread(one_hot(cases["segment_if_nothing_more"], model["segments"]))
        segment = (1 - again[:, None]) * still + again[:, None] * segment
    top_features = _with_threshold(cases, model["features"], model["threshold"])
    top = _probabilities(model["top_fifth"], _points(top_features), ["0", "1"])[:, 1]
    # Who is not there yet has to buy to get there.
    is_there = cases["net_amount"].astype(float).to_numpy() > model["threshold"]
    return {
        "segment": segment,
        "buys_again": again,
        "top_fifth": np.where(is_there, top, top * again / np.maximum(at_order, UNLIKELY)),
    }


def models_of(fits):
    """Read the models of a table of `prediction_choice.FITS`, by horizon."""
    return {
        int(fit.horizon_days): model_file.read(fit.model_text, fit.checksum, fit.made_by)
        for fit in fits.sort_values("horizon_days").itertuples()
    }


def score(cases, models):
    """Answer the three questions for customers whose horizon lies ahead.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `predict`, with `horizon_days`.
    models : dict of int to dict
        For each horizon the model in use; horizons without one are left out.

    Returns
    -------
    pandas.DataFrame, one row per horizon, case, target and outcome
        `PREDICTIONS`; questions of yes or no have the outcome `yes` only.
    """
    tables = []
    for horizon, model in models.items():
        asked = cases[cases["horizon_days"] == horizon].reset_index(drop=True)
        if len(asked):
            tables.append(to_rows(asked, predict(model, asked), model["segments"]))
    return joined(tables, PREDICTIONS)


def score_by(cases, fits):
    """`score` by the models of a table of `prediction_choice.FITS`."""
    return score(cases, models_of(fits))


def typed(rows, types):
    """Give rows as a table that has its types even when it is empty."""
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def joined(tables, types):
    """Join tables to one that has its types even when there are none."""
    if not tables:
        return typed([], types)
    return pd.concat(tables, ignore_index=True)[list(types)].astype(types)


def to_rows(cases, predicted, segments):
    """Give predictions as one row per target, outcome and case.

    Parameters
    ----------
    cases : pandas.DataFrame
        With `horizon_days`, `customer_id` and `orders_seen`.
    predicted : dict
        What `predict` gives.
    segments : list of str

    Returns
    -------
    pandas.DataFrame
        `PREDICTIONS`.
    """
    answers = [("segment", key, predicted["segment"][:, i]) for i, key in enumerate(segments)]
    answers += [(target, "yes", predicted[target]) for target in TARGETS[1:]]
    return pd.concat(
        [
            cases[["horizon_days", "customer_id", "orders_seen"]].assign(
                target=target, outcome=outcome, probability=probability
            )
            for target, outcome, probability in answers
        ],
        ignore_index=True,
    )


def _points(table):
    return table.to_numpy(float).round(FEATURE_DECIMALS)


def _fitted(setting, random_seed, points, answers):
    """One estimator; where all answers are alike, one that gives that answer."""
    if len(set(answers)) < 2:
        return DummyClassifier(strategy="prior").fit(points, answers.astype(str))
    value = setting.value
    estimator = {
        "logistic regression": lambda: make_pipeline(
            StandardScaler(), LogisticRegression(C=value, max_iter=3000)
        ),
        "random forest": lambda: RandomForestClassifier(
            40, min_samples_leaf=value, random_state=random_seed, n_jobs=1
        ),
        "gradient boosting": lambda: HistGradientBoostingClassifier(
            learning_rate=0.1,
            max_iter=30,
            max_leaf_nodes=8,
            min_samples_leaf=value,
            early_stopping=False,
            random_state=random_seed,
        ),
    }[setting.algorithm]()
    return estimator.fit(points, answers.astype(str))


def _with_threshold(cases, features, threshold):
    """Features, and where the value so far lies against the top fifth's threshold."""
    return cases[features].assign(
        log_over=(cases["log_value"] - np.log1p(threshold)).clip(lower=0),
        is_over=(cases["net_amount"].astype(float) > threshold).astype(float),
    )


def _probabilities(estimator, points, classes):
    """Probabilities of all classes, 0 for those that the estimator has not met."""
    found = np.zeros((len(points), len(classes)))
    if len(points):
        met = [classes.index(name) for name in estimator.classes_]
        found[:, met] = estimator.predict_proba(points)
    return found


def _spread(probabilities):
    """Give every class at least a small probability."""
    least = np.maximum(probabilities, UNLIKELY)
    return least / least.sum(axis=1, keepdims=True)


def one_hot(keys, segments):
    """Give each key the probability 1.

    >>> one_hot(["b"], ["a", "b"]).tolist()
    [[0.0, 1.0]]
    """
    return (np.asarray(keys, dtype=object)[:, None] == np.array(segments, dtype=object)).astype(
        float
    )
