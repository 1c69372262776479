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
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml import measures, model_file

STATE = [
    "log_value", "days_left", "log_days_left", "log_pace", "log_left_in_paces",
    "bought_again_share", "log_orders", "is_further",
]  # fmt: skip

# What else the lines show; kept out unless the candidates say that it helps.
BASKET = [
    "log_units", "log_products", "log_unit_price", "returned_share", "hour", "weekday", "month",
]  # fmt: skip

# Columns of what is returned, with their types: an empty table has them too.
CANDIDATES = {
    "horizon_days": "int64",
    "algorithm": "str",
    "parts": "str",
    "feature_set": "str",
    "setting": "str",
    "segment_log_loss": "float64",
    "buys_again_log_loss": "float64",
    "top_fifth_log_loss": "float64",
    "train_customers": "int64",
    "train_cases": "int64",
    "is_chosen": "bool",
}

FITS = {
    "horizon_days": "int64",
    "fit": "str",
    "threshold": "float64",
    "cases": "int64",
    "customers": "int64",
    "last_label_at": "datetime64[us]",
    "model_text": "str",
    "checksum": "str",
    "made_by": "str",
}

MARGINS = {
    "horizon_days": "int64",
    "orders_seen": "int64",
    "margin": "float64",
    "train_cases": "int64",
}

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

# Customers that a horizon needs to be learned and to be tested.
FEWEST_TRAINED, FEWEST_TESTED = 50, 10

FOLDS = 5

# Training cases that a number of orders needs for a margin of its own.
FEWEST_OF_MARGIN = 50

# A lead that no two segments have, each having a small probability: nothing is told.
NEVER_TOLD = 1.0

# Features are read to this many decimals, far finer than any customer can tell, so that the last
# bits of an engine's logarithms do not reach the tables.
FEATURE_DECIMALS = 6

# Customers that candidates are compared on; of more the first by a random order are taken.
MOST_COMPARED = 2000

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


# From the plainest.
SETTINGS = [
    Setting("logistic regression", "two", "state", "C", 0.1),
    Setting("logistic regression", "two", "state", "C", 1.0),
    Setting("logistic regression", "two", "state", "C", 10.0),
    Setting("logistic regression", "one", "state", "C", 1.0),
    Setting("logistic regression", "two", "state and basket", "C", 0.1),
    Setting("logistic regression", "two", "state and basket", "C", 1.0),
    Setting("random forest", "two", "state", "min_samples_leaf", 5),
    Setting("random forest", "two", "state", "min_samples_leaf", 20),
    Setting("random forest", "two", "state and basket", "min_samples_leaf", 20),
    Setting("gradient boosting", "two", "state", "min_samples_leaf", 20),
    Setting("gradient boosting", "two", "state", "min_samples_leaf", 60),
    Setting("gradient boosting", "two", "state and basket", "min_samples_leaf", 60),
]


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
        One of `SETTINGS`.
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


def compare(cases, segments, random_seed):
    """Compare candidates on the training customers by cross-validation; no customer in two folds.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `fit`, with `part` and `horizon_days`; only `train` is looked at.
    segments : pandas.DataFrame
        `segment_key`, in the order of the probabilities.
    random_seed : int
        Of folds and fits.

    Returns
    -------
    pandas.DataFrame, one row per horizon and candidate
        `CANDIDATES`: mean log losses in nats over the held-out cases. The smallest for the segment
        is chosen, of equal ones the first, which is the plainest.
    """
    keys = segments["segment_key"].tolist()
    rows = []
    for horizon, trained in by_horizon(cases):
        customers = trained["customer_id"].unique()
        if len(customers) > MOST_COMPARED:
            order = np.random.default_rng(random_seed).permutation(len(customers))
            trained = trained[trained["customer_id"].isin(customers[order[:MOST_COMPARED]])]
        losses = [
            _losses(trained, out_of_fold(trained, setting, keys, random_seed), keys)
            for setting in SETTINGS
        ]
        best = int(np.argmin([of_segment for of_segment, *_ in losses]))
        cases_of = (trained["customer_id"].nunique(), len(trained))
        rows += [
            [horizon, *_named(setting), *of_setting, *cases_of, number == best]
            for number, (setting, of_setting) in enumerate(zip(SETTINGS, losses, strict=True))
        ]
    return typed(rows, CANDIDATES)


def out_of_fold(cases, setting, segments, random_seed):
    """Predictions of each case by models that have not seen the customer.

    Parameters
    ----------
    cases, setting, segments, random_seed
        As in `fit`; the seed also parts the customers into folds.

    Returns
    -------
    dict of str to numpy.ndarray, shapes (cases, segments) and (cases,)
        As `predict`, and `threshold` of the top fifth in the case's fold.
    """
    customers = np.sort(cases["customer_id"].unique())
    found = {
        "segment": np.zeros((len(cases), len(segments))),
        "buys_again": np.zeros(len(cases)),
        "top_fifth": np.zeros(len(cases)),
        "threshold": np.zeros(len(cases)),
    }
    folds = KFold(min(FOLDS, len(customers)), shuffle=True, random_state=random_seed)
    for _, held_out in folds.split(customers):
        is_out = cases["customer_id"].isin(customers[held_out]).to_numpy()
        model = fit(cases[~is_out], setting, segments, random_seed)
        for target, values in predict(model, cases[is_out]).items():
            found[target][is_out] = values
        found["threshold"][is_out] = model["threshold"]
    return found


def chosen_setting(candidates, horizon):
    """Find the one of `SETTINGS` that `compare` chose for a horizon.

    Parameters
    ----------
    candidates : pandas.DataFrame
        What `compare` returned.
    horizon : int
        In days; one that was compared.

    Returns
    -------
    Setting
    """
    chosen = candidates[candidates["is_chosen"] & (candidates["horizon_days"] == horizon)]
    name = tuple(chosen[["algorithm", "parts", "feature_set", "setting"]].iloc[0])
    return next(setting for setting in SETTINGS if _named(setting) == name)


def margin(truth, probabilities, min_accuracy):
    """Smallest lead of the likeliest class over the second above which enough are right.

    Parameters
    ----------
    truth : numpy.ndarray of shape (cases,)
        Number of the true class.
    probabilities : numpy.ndarray of shape (cases, classes)
        Of models that have not seen the case.
    min_accuracy : float
        Share of the cases with that lead or more that has to be right.

    Returns
    -------
    float
        In hundredths; `NEVER_TOLD` where no lead is enough.

    Examples
    --------
    Both with a lead of 0.6 are right, of the two with 0.2 one is: 0.21 is the least that leaves it.

    >>> sure = np.array([[0.8, 0.2], [0.2, 0.8], [0.6, 0.4], [0.6, 0.4]])
    >>> margin(np.array([0, 1, 0, 1]), sure, 0.9)
    0.21
    """
    lead = leads(probabilities)
    is_right = probabilities.argmax(axis=1) == truth
    for hundredths in range(100):
        told = lead >= hundredths / 100
        if told.any() and is_right[told].mean() >= min_accuracy:
            return hundredths / 100
    return NEVER_TOLD


def margins(cases, candidates, segments, settings):
    """Choose a margin for each number of orders seen, on the training customers in folds.

    After few orders a customer is harder to tell than after many. One margin for all would keep its
    promise in the mean only: those of one order would be told too often, and the others pay for it.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `compare`.
    candidates : pandas.DataFrame
        What `compare` found.
    segments : pandas.DataFrame
        `segment_key`, in the order of the probabilities.
    settings : dict
        `random_seed` and `min_told_accuracy`.

    Returns
    -------
    pandas.DataFrame, one row per horizon and number of orders seen
        `MARGINS`. With fewer than `FEWEST_OF_MARGIN` training cases the margin is that of the
        largest smaller number of orders with enough, after which telling is no easier; without
        one, `NEVER_TOLD`.
    """
    keys = segments["segment_key"].tolist()
    rows = []
    for horizon, trained in by_horizon(cases):
        setting = chosen_setting(candidates, horizon)
        found = out_of_fold(trained, setting, keys, settings["random_seed"])["segment"]
        truth = trained["answer_segment"].map(keys.index).to_numpy()
        least = NEVER_TOLD
        for seen in sorted(cases.loc[cases["horizon_days"] == horizon, "orders_seen"].unique()):
            is_seen = (trained["orders_seen"] == seen).to_numpy()
            if is_seen.sum() >= FEWEST_OF_MARGIN:
                least = margin(truth[is_seen], found[is_seen], settings["min_told_accuracy"])
            rows.append([horizon, seen, least, is_seen.sum()])
    return typed(rows, MARGINS)


def leads(probabilities):
    """How far the likeliest class is ahead of the second.

    >>> leads(np.array([[0.5, 0.2, 0.3]])).round(3).tolist()
    [0.2]
    """
    if probabilities.shape[1] < 2:
        return np.ones(len(probabilities))
    first_two = np.sort(probabilities, axis=1)[:, -2:]
    # Rounded, so that the last bits do not decide at a margin.
    return (first_two[:, 1] - first_two[:, 0]).round(9)


def fit_chosen(cases, candidates, segments, random_seed):
    """Fit what was chosen: before the split, to be tested, and on all answers, to be used.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `compare`.
    candidates : pandas.DataFrame
        What `compare` found.
    segments : pandas.DataFrame
        `segment_key`, in the order of the probabilities.
    random_seed : int
        Of the fits.

    Returns
    -------
    pandas.DataFrame, one row per horizon and fit
        `FITS`: `fit` is `before_split` or `present`; `threshold` of the top fifth; `last_label_at`
        is the latest horizon learned from; the last three are what `model_file.written` gives.
    """
    keys = segments["segment_key"].tolist()
    fits = []
    for horizon, trained in by_horizon(cases):
        setting = chosen_setting(candidates, horizon)
        known = cases[cases["horizon_days"] == horizon]
        for name, table in [("before_split", trained), ("present", known)]:
            model = fit(table, setting, keys, random_seed)
            fits.append([
                horizon, name, model["threshold"], len(table), table["customer_id"].nunique(),
                table["label_ends_at"].max(), *model_file.written(model),
            ])  # fmt: skip
    return typed(fits, FITS)


def models_of(fits):
    """Read the models of a table of `FITS`, by horizon."""
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
    """`score` by the models of a table of `FITS`."""
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


def by_horizon(cases):
    """Yield each horizon with enough customers to be learned and tested, and its training cases."""
    for horizon, of_horizon in cases.groupby("horizon_days", sort=True):
        trained = of_horizon[of_horizon["part"] == "train"].reset_index(drop=True)
        tested = of_horizon[of_horizon["part"] == "test"]
        enough = trained["customer_id"].nunique() >= FEWEST_TRAINED
        if enough and tested["customer_id"].nunique() >= FEWEST_TESTED:
            yield int(horizon), trained


def _named(setting):
    *recipe, parameter, value = setting
    return (*recipe, f"{parameter} = {value:g}")


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


def truth_of(cases, threshold):
    """Give the answers.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `fit`.
    threshold : float or numpy.ndarray of shape (cases,)
        Of the top fifth, one or one for each case.

    Returns
    -------
    dict of str to array, shape (cases,)
        By `TARGETS`.
    """
    return {
        "segment": cases["answer_segment"],
        "buys_again": cases["answer_buys_again"].to_numpy(bool),
        "top_fifth": (cases["answer_value"] > threshold).to_numpy(bool),
    }


def case_losses(predicted, truth, segments):
    """Compute the log loss of each case in the three questions.

    Parameters
    ----------
    predicted : dict of str to numpy.ndarray
        As `predict` gives.
    truth : dict of str to numpy.ndarray
        As `truth_of` gives.
    segments : list of str
        Keys, in the order of the probabilities.

    Returns
    -------
    dict of str to numpy.ndarray, shape (cases,)
        In nats, by `TARGETS`.
    """
    numbers = truth["segment"].map(segments.index).to_numpy(int)
    return {"segment": measures.losses(numbers, predicted["segment"])} | {
        target: measures.losses(
            truth[target].astype(int),
            np.column_stack([1 - predicted[target], predicted[target]]),
        )
        for target in TARGETS[1:]
    }


def _losses(cases, found, segments):
    """Mean log losses of what `out_of_fold` found, in the order of `TARGETS`."""
    losses = case_losses(found, truth_of(cases, found["threshold"]), segments)
    return tuple(float(losses[target].mean()) for target in TARGETS)
