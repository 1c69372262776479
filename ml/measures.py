"""Measures of predictions with bootstrap intervals, all of them functions of rows' weights.

A resample with replacement is a row of weights that says how often each case was drawn, so one
formula gives the value (all weights 1) and the whole bootstrap distribution (Efron 1979) at once.
"""

import numpy as np

# Smallest probability that a logarithm is taken of.
TINY = 1e-12

BINS = 10

RESAMPLES = 1000

SMALLER_IS_BETTER = ("log_loss", "expected_calibration_error")


def draws(cases, count, random_seed):
    """Weights of the data itself, in the first row, and of resamples.

    Parameters
    ----------
    cases, count : int
        Number of cases and of resamples.
    random_seed : int
        Of the resamples.

    Returns
    -------
    numpy.ndarray of shape (1 + count, cases)

    Examples
    --------
    >>> draws(3, 1, 0)[0].tolist()
    [1.0, 1.0, 1.0]
    """
    random = np.random.default_rng(random_seed)
    drawn = random.multinomial(cases, np.full(cases, 1 / cases), size=count)
    return np.vstack([np.ones(cases), drawn])


def of_classes(weights, truth, probabilities):
    """Measure predictions of one of several classes.

    Parameters
    ----------
    weights : numpy.ndarray of shape (draws, cases)
    truth : numpy.ndarray of shape (cases,)
        Number of the true class.
    probabilities : numpy.ndarray of shape (cases, classes)

    Returns
    -------
    dict of str to numpy.ndarray of shape (draws,)
        `accuracy`, `top_3_accuracy`, `balanced_accuracy` (mean recall of the classes that occur),
        `macro_f1`, `log_loss` (nats), `auc` (one class against the rest, mean of the classes that
        occur), `expected_calibration_error` (of the likeliest class, ten bins of equal width;
        Naeini et al. 2015).

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
    >>> measured = of_classes(draws(4, 0, 0), np.array([0, 1, 0, 1]), sure)
    >>> {name: round(float(values[0]), 3) for name, values in measured.items()}
    ... # doctest: +NORMALIZE_WHITESPACE
    {'accuracy': 0.75, 'top_3_accuracy': 1.0, 'balanced_accuracy': 0.75, 'macro_f1': 0.733,
     'log_loss': 0.4, 'auc': 1.0, 'expected_calibration_error': 0.3}
    """
    cases, classes = probabilities.shape
    is_true = np.eye(classes)[truth]
    best = probabilities.argmax(axis=1)
    is_best = np.eye(classes)[best]
    hit = best == truth
    rank = np.argsort(np.argsort(-probabilities, axis=1, kind="stable"), axis=1, kind="stable")
    true_weight, best_weight = weights @ is_true, weights @ is_best
    hits = weights @ (is_true * is_best)
    occurs = true_weight > 0
    recall = hits / np.where(occurs, true_weight, 1)
    f1 = 2 * hits / np.maximum(true_weight + best_weight, 1)
    counted = occurs | (best_weight > 0)
    aucs = np.array(
        [
            _auc(weights, is_true[:, label].astype(bool), probabilities[:, label])
            for label in range(classes)
        ]
    )
    has_auc = np.isfinite(aucs)
    return {
        "accuracy": _mean(weights, hit),
        "top_3_accuracy": _mean(weights, rank[np.arange(cases), truth] < 3),
        "balanced_accuracy": recall.sum(axis=1) / occurs.sum(axis=1),
        "macro_f1": f1.sum(axis=1) / counted.sum(axis=1),
        "log_loss": _mean(weights, losses(truth, probabilities)),
        "auc": np.nansum(aucs, axis=0) / np.where(has_auc.any(axis=0), has_auc.sum(axis=0), np.nan),
        "expected_calibration_error": _calibration_error(weights, hit, probabilities.max(axis=1)),
    }


def of_event(weights, happened, probability):
    """Measure predictions of whether something happens.

    Parameters
    ----------
    weights : numpy.ndarray of shape (draws, cases)
    happened : numpy.ndarray of bool of shape (cases,)
    probability : numpy.ndarray of shape (cases,)

    Returns
    -------
    dict of str to numpy.ndarray of shape (draws,)
        `accuracy` (of the likelier answer), `log_loss`, `auc` (nan where all cases are alike),
        `expected_calibration_error` (of the probability itself).

    Examples
    --------
    Of the two pairs of one that happened and one that did not, the probabilities order one.

    >>> happened = np.array([True, False, False])
    >>> measured = of_event(draws(3, 0, 0), happened, np.array([0.5, 0.6, 0.1]))
    >>> float(measured["auc"][0])
    0.5
    """
    both = np.column_stack([1 - probability, probability])
    return {
        "accuracy": _mean(weights, (probability >= 0.5) == happened),
        "log_loss": _mean(weights, losses(happened.astype(int), both)),
        "auc": _auc(weights, happened, probability),
        "expected_calibration_error": _calibration_error(weights, happened, probability),
    }


def calibration_error_by_chance(probability, random_seed):
    """Calibration errors that a perfectly calibrated model would show with the same probabilities.

    An error adds up distances, which chance alone makes: few cases in a bin never come true exactly
    as often as was said. It is biased upwards, the more the fewer cases and the more bins they are
    in, and resamples of it do not reach zero (Broecker 2012).

    Parameters
    ----------
    probability : numpy.ndarray of shape (cases,)
        Of the likeliest class, or of the event.
    random_seed : int
        Of what comes true in each simulation.

    Returns
    -------
    numpy.ndarray of shape (1 + `RESAMPLES`,)
        Their mean, and the error in each simulation.

    Examples
    --------
    What is certain leaves nothing to chance. One case with a probability of 0.5 is 0.5 off always.

    >>> [float(calibration_error_by_chance(np.array([p]), 0)[0]) for p in (1.0, 0.5)]
    [0.0, 0.5]
    """
    random = np.random.default_rng(random_seed)
    happened = random.random((RESAMPLES, len(probability))) < probability
    errors = _calibration_error(np.ones((1, len(probability))), happened, probability)
    return np.concatenate([[errors.mean()], errors])


def losses(truth, probabilities):
    """Minus the logarithm of what each case's true class was given, in nats.

    >>> losses(np.array([1]), np.array([[0.5, 0.5]])).round(3).tolist()
    [0.693]
    """
    return -np.log(np.maximum(probabilities[np.arange(len(truth)), truth], TINY))


def interval(values):
    """Value, and the middle 95 per cent of its resamples.

    >>> interval(np.array([1.0, 0.0, 1.0, 2.0]))
    (1.0, 0.05, 1.95)
    """
    resampled = values[1:][np.isfinite(values[1:])]
    if not len(resampled):
        return float(values[0]), np.nan, np.nan
    low, high = np.quantile(resampled, [0.025, 0.975])
    return float(values[0]), float(low), float(high)


def compared(measured, own):
    """Set a model beside its baselines.

    Parameters
    ----------
    measured : dict of str to dict of str to numpy.ndarray of shape (draws,)
        For the model and each baseline the values of each metric.
    own : str
        Name of the model.

    Yields
    ------
    tuple
        Name and metric; value with its interval; and the advantage that the model has over this
        baseline (positive is better) with its interval, nan for the model itself.

    Examples
    --------
    >>> losses_of = {"model": {"log_loss": np.array([0.5])}, "rule": {"log_loss": np.array([0.75])}}
    >>> [row[:3] + row[5:6] for row in compared(losses_of, "model")]
    [('model', 'log_loss', 0.5, nan), ('rule', 'log_loss', 0.75, 0.25)]
    >>> errors = {name: {"expected_calibration_error": rows["log_loss"]}
    ...           for name, rows in losses_of.items()}
    >>> [row[5] for row in compared(errors, "model")]
    [nan, 0.25]
    """
    for name, metrics in measured.items():
        for metric, values in metrics.items():
            ahead = measured[own][metric] - values
            if metric in SMALLER_IS_BETTER:
                ahead = -ahead
            advantage = (np.nan,) * 3 if name == own else interval(ahead)
            yield (name, metric, *interval(values), *advantage)


def _mean(weights, values):
    return weights @ values / weights.sum(axis=1)


def _calibration_error(weights, happened, probability):
    """Error for each row of weights, or of what happened, where one of them has a single row."""
    bins = np.eye(BINS)[np.minimum((probability * BINS).astype(int), BINS - 1)]
    gaps = (weights * (happened - probability)) @ bins
    return np.abs(gaps).sum(axis=1) / weights.sum(axis=1)


def _auc(weights, happened, score):
    """Share of pairs of a case that happened and one that did not which the score orders."""
    if happened.all() or not happened.any():
        return np.full(len(weights), np.nan)
    # Cases with the same score are a group; half of the pairs within one count as ordered.
    order = np.argsort(score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=-np.inf))
    with_it = np.add.reduceat(weights[:, order] * happened[order], starts, axis=1)
    without = np.add.reduceat(weights[:, order] * ~happened[order], starts, axis=1)
    lower = np.cumsum(without, axis=1) - without / 2
    pairs = with_it.sum(axis=1) * without.sum(axis=1)
    return (with_it * lower).sum(axis=1) / np.where(pairs > 0, pairs, np.nan)
