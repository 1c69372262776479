"""Which model tells where a new customer will be, and how sure it has to be to tell."""

import numpy as np
from sklearn.model_selection import KFold

from ml import measures, model_file
from ml.prediction import TARGETS, Setting, fit, predict, typed

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

FOLDS = 5

# Customers that candidates are compared on; of more the first by a random order are taken.
MOST_COMPARED = 2000

# Customers that a horizon needs to be learned and to be tested.
FEWEST_TRAINED, FEWEST_TESTED = 50, 10

# Training cases that a number of orders needs for a margin of its own.
FEWEST_OF_MARGIN = 50

# A lead that no two segments have, each having a small probability: nothing is told.
NEVER_TOLD = 1.0


def compare(cases, segments, random_seed):
    """Compare candidates on the training customers by cross-validation; no customer in two folds.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `prediction.fit`, with `part` and `horizon_days`; only `train` is looked at.
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
        As in `prediction.fit`; the seed also parts the customers into folds.

    Returns
    -------
    dict of str to numpy.ndarray, shapes (cases, segments) and (cases,)
        As `prediction.predict`, and `threshold` of the top fifth in the case's fold.
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


def by_horizon(cases):
    """Yield each horizon with enough customers to be learned and tested, and its training cases."""
    for horizon, of_horizon in cases.groupby("horizon_days", sort=True):
        trained = of_horizon[of_horizon["part"] == "train"].reset_index(drop=True)
        tested = of_horizon[of_horizon["part"] == "test"]
        enough = trained["customer_id"].nunique() >= FEWEST_TRAINED
        if enough and tested["customer_id"].nunique() >= FEWEST_TESTED:
            yield int(horizon), trained


def truth_of(cases, threshold):
    """Give the answers.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `prediction.fit`.
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
        As `prediction.predict` gives.
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


def _named(setting):
    *recipe, parameter, value = setting
    return (*recipe, f"{parameter} = {value:g}")
