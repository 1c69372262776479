"""The category that a new customer buys most of next, from the first orders."""

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ml import measures

MODELS = ["question", "prior_lines", "power", "train_cases", "train_log_loss"]

QUALITY = ["model", "orders_seen", "question", "metric", "metric_value", "low", "high",
           "advantage", "advantage_low", "advantage_high", "test_customers"]  # fmt: skip

# Lines like everybody's that are added to what is known of a customer.
PRIOR_LINES = [1, 2, 5, 10, 20]

METRICS = ["log_loss", "accuracy", "top_3_accuracy", "expected_calibration_error"]

# Cases that a comparison needs to be made.
FEWEST_CASES = 10


def probabilities(spend_share, lines, popularity, prior_lines, power):
    """Probability of each category to be bought most.

    The share of each category in what was bought so far, drawn to its popularity among all
    customers in the last 30 days as if `prior_lines` had been bought like everybody's, raised to
    `power` (below 1: customers change their minds) and made to add up to one. This is a conditional
    logit (McFadden 1974) on the logarithm of the share.

    Parameters
    ----------
    spend_share, popularity : numpy.ndarray of shape (cases, categories)
        Rows add up to one.
    lines : numpy.ndarray of shape (cases,)
        Lines bought so far.
    prior_lines, power : float
        The two parameters of the model.

    Returns
    -------
    numpy.ndarray of shape (cases, categories)

    Examples
    --------
    >>> probabilities(np.array([[1.0, 0.0]]), np.array([3]), np.array([[0.5, 0.5]]), 1, 1).tolist()
    [[0.875, 0.125]]
    """
    lines = lines[:, None]
    drawn = (lines * spend_share + prior_lines * popularity) / (lines + prior_lines)
    powers = drawn**power
    return powers / powers.sum(axis=1, keepdims=True)


def fit(cases):
    """Find the two parameters for each question that make the training answers likeliest.

    Parameters
    ----------
    cases : pandas.DataFrame, one row per question, customer, order number and category
        `question`, `part` (`train` or `test`), `customer_id`, `order_number`, `category`,
        `spend_share`, `lines`, `popularity`, `is_answer`, sorted by the first, third to fifth.

    Returns
    -------
    pandas.DataFrame, one row per question
        `MODELS`: `train_log_loss` is a mean over cases in nats. Questions that fewer than
        `FEWEST_CASES` training cases answer are left out.
    """
    rows = []
    for question, of_question in cases[cases["part"] == "train"].groupby("question"):
        index, known, truth = _wide(of_question)
        if len(index) < FEWEST_CASES:
            continue

        def loss(power, prior_lines, known=known, truth=truth):
            return measures.losses(truth, probabilities(*known, prior_lines, power)).mean()

        fits = [
            (minimize_scalar(loss, bounds=(0.05, 3), args=(lines,), method="bounded"), lines)
            for lines in PRIOR_LINES
        ]
        best, prior_lines = min(fits, key=lambda found: found[0].fun)
        rows.append([question, prior_lines, best.x, len(index), best.fun])
    return pd.DataFrame(rows, columns=MODELS)


def evaluate(cases, bands, models, random_seed):
    """Measure the model and its baselines on customers acquired after the split.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `fit`.
    bands : pandas.DataFrame, one row per customer, order number and price band
        `customer_id`, `order_number`, `price_band` and the `gross_amount` spent in it by then.
    models : pandas.DataFrame
        What `fit` found.
    random_seed : int
        Of the bootstrap, and of what calibration errors chance makes.

    Returns
    -------
    pandas.DataFrame, one row per model, orders seen, question and metric
        `QUALITY`: value with its 95 % bootstrap interval, and for baselines the advantage that
        the model has over them (positive is better), with its interval.
    """
    rows = []
    for model in models.itertuples():
        of_question = cases[cases["question"] == model.question]
        if not (of_question["part"] == "test").any():
            continue
        trained, tested = (
            _wide(of_question[of_question["part"] == part]) for part in ("train", "test")
        )
        predicted = {
            "shares": probabilities(*tested[1], model.prior_lines, model.power),
            **_baselines(trained, tested, bands),
        }
        orders_seen = tested[0].get_level_values("order_number").to_numpy()
        for seen in np.unique(orders_seen):
            of_seen = orders_seen == seen
            if of_seen.sum() < FEWEST_CASES:
                continue
            weights = measures.draws(of_seen.sum(), measures.RESAMPLES, random_seed)
            measured = {}
            for name, predictions in predicted.items():
                found = measures.of_classes(weights, tested[2][of_seen], predictions[of_seen])
                measured[name] = {metric: found[metric] for metric in METRICS}
            measured["shares"]["calibration_error_by_chance"] = (
                measures.calibration_error_by_chance(
                    predicted["shares"][of_seen].max(axis=1), random_seed
                )
            )
            rows += [
                [name, seen, model.question, metric, *figures, of_seen.sum()]
                for name, metric, *figures in measures.compared(measured, "shares")
            ]
    return pd.DataFrame(rows, columns=QUALITY)


def _wide(cases):
    """Index of cases; shares, lines and popularity as arrays; number of the true category."""
    by_category = cases.pivot(
        index=["customer_id", "order_number"],
        columns="category",
        values=["spend_share", "popularity", "lines", "is_answer"],
    )
    known = (
        by_category["spend_share"].to_numpy(dtype=float),
        by_category["lines"].to_numpy(dtype=float).max(axis=1, initial=0),
        by_category["popularity"].to_numpy(dtype=float),
    )
    answers = by_category["is_answer"].to_numpy(dtype=float)
    return by_category.index, known, answers.argmax(axis=1) if answers.size else answers


def _baselines(trained, tested, bands):
    """Probabilities that simpler ideas give the test cases."""
    (_, _, truth), (index, (shares, _, popularity), _) = trained, tested
    categories = shares.shape[1]
    often = (np.bincount(truth, minlength=categories) + 1) / (len(truth) + categories)
    first = shares.argmax(axis=1)
    same = (trained[1][0].argmax(axis=1) == truth).mean()
    as_before = np.tile(often, (len(index), 1))
    as_before[np.arange(len(index)), first] = 0
    as_before *= (1 - same) / as_before.sum(axis=1, keepdims=True)
    as_before[np.arange(len(index)), first] = same
    return {
        "most popular category": np.tile(often, (len(index), 1)),
        "popular in the last 30 days": popularity,
        "same as before": as_before,
        "price bands": _from_price_bands(trained, index, bands, categories),
    }


def _from_price_bands(trained, index, bands, categories):
    """Predict from the shares of price bands, by logistic regression."""
    amounts = bands.pivot_table(
        index=["customer_id", "order_number"], columns="price_band", values="gross_amount",
        fill_value=0,
    )  # fmt: skip
    shares = np.log(0.05 + amounts.div(amounts.sum(axis=1).clip(lower=0.01), axis=0))
    predictions = np.full((len(index), categories), 1e-3)
    regression = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    if len(np.unique(trained[2])) < 2:
        predictions[:, trained[2][:1]] = 1
    else:
        regression.fit(shares.reindex(trained[0]).fillna(0), trained[2])
        predictions[:, regression.classes_] += regression.predict_proba(
            shares.reindex(index).fillna(0)
        )
    return predictions / predictions.sum(axis=1, keepdims=True)
