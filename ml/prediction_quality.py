"""How good predictions are, beside simpler ideas, on new customers who came later."""

import numpy as np
import pandas as pd
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from ml import measures
from ml.prediction import (
    PREDICTIONS,
    TARGETS,
    joined,
    models_of,
    one_hot,
    predict,
    to_rows,
    typed,
)
from ml.prediction_choice import (
    FEWEST_TESTED,
    FOLDS,
    by_horizon,
    case_losses,
    leads,
    truth_of,
)

TESTED = PREDICTIONS | {"model": "str", "is_true": "bool"}

QUALITY = {
    "model": "str",
    "orders_seen": "int64",
    "horizon_days": "int64",
    "target": "str",
    "metric": "str",
    "metric_value": "float64",
    "low": "float64",
    "high": "float64",
    "advantage": "float64",
    "advantage_low": "float64",
    "advantage_high": "float64",
    "test_customers": "int64",
}

IMPORTANCE = {
    "horizon_days": "int64",
    "target": "str",
    "measure": "str",
    "inputs": "str",
    "importance": "float64",
    "low": "float64",
    "high": "float64",
    "test_cases": "int64",
}

METRICS = {
    "segment": [
        "accuracy", "balanced_accuracy", "macro_f1", "log_loss", "auc",
        "expected_calibration_error",
    ],
    "event": ["accuracy", "log_loss", "auc", "expected_calibration_error"],
}  # fmt: skip

# Weights of the answers of everybody that hard baselines are tried with.
WEIGHTS = np.linspace(0.05, 1, 20)

REPEATS = 10

# What inputs measure, where it is not what they are called. Pace is of the days that have gone by,
# which the horizon less the days left are too.
MEASURES = {
    "net_amount": "value",
    "log_value": "value",
    "days_left": "time_left",
    "log_days_left": "time_left",
    "log_pace": "time_left",
    "log_left_in_paces": "time_left",
    "log_orders": "orders_seen",
    "is_further": "orders_seen",
}


def predict_test_customers(cases, fits):
    """Let the model and simpler ideas predict the customers who came after the split.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `prediction_choice.compare`.
    fits : pandas.DataFrame
        `prediction_choice.FITS` before the split.

    Returns
    -------
    pandas.DataFrame, one row per model, horizon, case, target and outcome
        `TESTED`. Questions of yes or no have the outcome `yes` only.
    """
    tables = []
    models = models_of(fits)
    for horizon, trained in by_horizon(cases):
        model = models[horizon]
        tested = _tested(cases, horizon)
        truth = truth_of(tested, model["threshold"])
        predicted = {"prediction": predict(model, tested)}
        predicted |= _baselines(trained, tested, model)
        happened = {
            "segment": one_hot(truth["segment"], model["segments"]).astype(bool),
            "buys_again": truth["buys_again"],
            "top_fifth": truth["top_fifth"],
        }
        is_true = to_rows(tested, happened, model["segments"])["probability"].astype(bool)
        tables += [
            to_rows(tested, values, model["segments"]).assign(model=name, is_true=is_true)
            for name, values in predicted.items()
        ]
    return joined(tables, TESTED)


def evaluate(predictions, segments, margins, random_seed):
    """Measure what `predict_test_customers` found.

    Parameters
    ----------
    predictions : pandas.DataFrame
        What `predict_test_customers` gives.
    segments : pandas.DataFrame
        `segment_key`, in the order of the probabilities.
    margins : pandas.DataFrame
        What `prediction_choice.margins` gives: the leads from which a segment is told.
    random_seed : int
        Of the bootstrap over customers.

    Returns
    -------
    pandas.DataFrame, one row per model, orders seen, horizon, target and metric
        `QUALITY`: value with its 95 % bootstrap interval, and for baselines the advantage that
        the model has over them (positive is better). `log_loss_to_majority` is the model's log loss
        over the majority's; `told_share` and `told_accuracy` are of the cases whose segment is
        told; `calibration_error_by_chance` is the mean and the middle 95 % of what
        `measures.calibration_error_by_chance` simulates.
    """
    keys = segments["segment_key"].tolist()
    rows = []
    least = margins.set_index(["horizon_days", "orders_seen"])["margin"]
    groups = predictions.groupby(["horizon_days", "orders_seen", "target"], sort=True)
    for (horizon, seen, target), of_target in groups:
        measured, cases = {}, 0
        for name, of_model in of_target.groupby("model", sort=True):
            table = of_model.pivot(
                index="customer_id", columns="outcome", values=["probability", "is_true"]
            ).sort_index()
            outcomes = keys if target == "segment" else ["yes"]
            probability = table["probability"][outcomes].to_numpy(float)
            is_true = table["is_true"][outcomes].to_numpy(bool)
            cases = len(table)
            if cases < FEWEST_TESTED:
                break
            weights = measures.draws(cases, measures.RESAMPLES, random_seed)
            if target == "segment":
                truth = is_true.argmax(axis=1)
                found = measures.of_classes(weights, truth, probability)
                measured[name] = {metric: found[metric] for metric in METRICS["segment"]}
                if name == "prediction":
                    told = leads(probability) >= least[horizon, seen]
                    hit = told & (probability.argmax(axis=1) == truth)
                    measured[name]["told_share"] = weights @ told / weights.sum(axis=1)
                    measured[name]["told_accuracy"] = _ratio(weights @ hit, weights @ told)
            else:
                found = measures.of_event(weights, is_true[:, 0], probability[:, 0])
                measured[name] = {metric: found[metric] for metric in METRICS["event"]}
            if name == "prediction":
                said = probability.max(axis=1) if target == "segment" else probability[:, 0]
                measured[name]["calibration_error_by_chance"] = (
                    measures.calibration_error_by_chance(said, random_seed)
                )
        if not measured:
            continue
        own = measured["prediction"]
        own["log_loss_to_majority"] = _ratio(own["log_loss"], measured["majority"]["log_loss"])
        rows += [
            [name, seen, horizon, target, metric, *figures, cases]
            for name, metric, *figures in measures.compared(measured, "prediction")
        ]
    return typed(rows, QUALITY)


def importance(cases, fits, random_seed):
    """How much worse the model is on the test customers when one measure is shuffled among them.

    A measure is all inputs that say the same in other words, such as the value, its logarithm, and
    whether it is over the top fifth's threshold: shuffled one by one they would stand in for each
    other. All inputs are of one, but for the number of orders seen, within which is shuffled.

    Parameters
    ----------
    cases : pandas.DataFrame
        As in `prediction_choice.compare`.
    fits : pandas.DataFrame
        `prediction_choice.FITS` before the split.
    random_seed : int
        Of the shuffles, within cases that have been seen for as many orders.

    Returns
    -------
    pandas.DataFrame, one row per horizon, target and measure
        `IMPORTANCE`: its inputs, mean rise of the log loss in nats over the shuffles (Breiman
        2001), and the middle 95 % of its bootstrap over customers.
    """
    rows = []
    for horizon, model in models_of(fits).items():
        tested = _tested(cases, horizon)
        # All shuffles at once: asking a model costs more than the answers.
        repeated = pd.concat([tested] * REPEATS, ignore_index=True)
        truth = truth_of(repeated, model["threshold"])
        before = case_losses(predict(model, repeated), truth, model["segments"])
        customers = pd.factorize(tested["customer_id"])[0]
        weights = measures.draws(customers.max() + 1, measures.RESAMPLES, random_seed)[:, customers]
        for number, (measure, inputs) in enumerate(_inputs_by_measure(model).items()):
            random = np.random.default_rng([random_seed, number])
            moved = pd.concat(
                [_shuffled(tested, inputs, random) for _ in range(REPEATS)], ignore_index=True
            )
            after = case_losses(predict(model, repeated.assign(**moved)), truth, model["segments"])
            rise = {
                target: (after[target] - before[target]).reshape(REPEATS, -1).mean(axis=0)
                for target in TARGETS
            }
            for target, risen in rise.items():
                values = weights @ risen / weights.sum(axis=1)
                rows.append([
                    horizon, target, measure, ", ".join(inputs), *measures.interval(values),
                    len(tested),
                ])  # fmt: skip
    return typed(rows, IMPORTANCE)


def _tested(cases, horizon):
    is_tested = (cases["horizon_days"] == horizon) & (cases["part"] == "test")
    return cases[is_tested].reset_index(drop=True)


def _inputs_by_measure(model):
    """Everything that a model looks at, by what it measures; the orders seen are left out."""
    inputs = pd.Series([*model["features"], "net_amount", "segment_if_nothing_more"])
    measure = inputs.replace(MEASURES).mask(
        inputs.str.startswith("distance_to_"), "distances_after_one_more"
    )
    grouped = inputs.groupby(measure, sort=False).agg(list).to_dict()
    return {name: grouped[name] for name in grouped if name != "orders_seen"}


def _shuffled(cases, inputs, random):
    """Exchange inputs, all at once, among cases seen for as many orders."""
    order = np.arange(len(cases))
    for rows in cases.groupby("orders_seen").indices.values():
        order[rows] = random.permutation(rows)
    return cases[inputs].iloc[order]


def _ratio(parts, wholes):
    return parts / np.where(wholes > 0, wholes, np.nan)


def _shares(answers, classes):
    """How often each class was the answer, drawn a little to equal shares."""
    counts = np.array([(answers == name).sum() for name in classes]) + 1 / len(classes)
    return counts / counts.sum()


def _baselines(trained, tested, model):
    """Let simpler ideas, learned for each number of orders, answer the three questions."""
    segments = model["segments"]
    names = ["majority", "nearest centroid", "1-nearest neighbour", "rules"]
    predicted = {
        name: {
            "segment": np.full((len(tested), len(segments)), 1 / len(segments)),
            "buys_again": np.full(len(tested), 0.5),
            "top_fifth": np.full(len(tested), 0.5),
        }
        for name in names
    }
    for seen in tested["orders_seen"].unique():
        of_seen = trained[trained["orders_seen"] == seen].reset_index(drop=True)
        rows = np.flatnonzero(tested["orders_seen"] == seen)
        if of_seen.empty:
            continue
        now = tested.iloc[rows]
        answers = _answers(of_seen, model["threshold"])
        known_points, asked_points = _standardised(
            of_seen[model["features"]], now[model["features"]]
        )
        for target, classes in [(TARGETS[0], segments), *[(t, ["0", "1"]) for t in TARGETS[1:]]]:
            truth = answers[target]
            often = _shares(truth, classes)
            found = {"majority": np.tile(often, (len(now), 1))}
            rule = _rule(target, model["threshold"])
            known, asked = rule(of_seen), rule(now)
            table = {key: _shares(truth[known == key], classes) for key in np.unique(known)}
            found["rules"] = np.array([table.get(key, often) for key in asked])
            for name, learn in [
                ("nearest centroid", _centroids),
                ("1-nearest neighbour", lambda points, truth: (points, truth)),
            ]:
                found[name] = _blended(learn, known_points, truth, asked_points, classes, often)
            for name, values in found.items():
                predicted[name][target][rows] = values if target == "segment" else values[:, 1]
    return predicted


def _answers(cases, threshold):
    """Give the answers as names of classes; no is 0 and yes is 1."""
    truth = truth_of(cases, threshold)
    return {
        "segment": truth["segment"].to_numpy(object).astype(str),
        **{target: truth[target].astype(int).astype(str) for target in TARGETS[1:]},
    }


def _rule(target, threshold):
    """Give what a rule looks at: for the top fifth the value so far, else where silence leads."""
    if target == "top_fifth":
        return lambda cases: (
            (cases["net_amount"].astype(float) > threshold)
            .map({True: "over", False: "under"})
            .to_numpy(object)
        )
    return lambda cases: cases["segment_if_nothing_more"].to_numpy(object).astype(str)


def _standardised(known, asked):
    scaler = StandardScaler().fit(known.to_numpy(float))
    return scaler.transform(known.to_numpy(float)), scaler.transform(asked.to_numpy(float))


def _centroids(points, truth):
    """Means of the classes, and their names."""
    names = np.unique(truth)
    return np.array([points[truth == name].mean(axis=0) for name in names]), names


def _blended(learn, points, truth, asked, classes, often):
    """Name of the nearest of what is learned, made a probability.

    It is mixed with how often each class is the answer, by the weight that makes the training
    answers likeliest in folds.
    """

    def named(known, others):
        learned, names = learn(points[known], truth[known])
        return one_hot(KNeighborsClassifier(1).fit(learned, names).predict(others), classes)

    if len(points) < FOLDS:
        return np.tile(often, (len(asked), 1))
    in_folds = np.zeros((len(points), len(classes)))
    for known, held_out in KFold(FOLDS).split(points):
        in_folds[held_out] = named(known, points[held_out])
    answers = one_hot(truth, classes).argmax(axis=1)
    weight = min(
        WEIGHTS,
        key=lambda weight: measures.losses(
            answers, weight * often + (1 - weight) * in_folds
        ).mean(),
    )
    return weight * often + (1 - weight) * named(np.arange(len(points)), asked)
