"""Predictions for new customers: values by hand, leaks that stop a build, too short logs."""

import sys

import numpy as np
import pandas as pd
import pytest

from commands.warehouse import open_warehouse
from ml import measures, model_file, prediction, prediction_choice, prediction_quality
from tests.builds import copy_warehouse, run_dbt

SEGMENTS = ["best", "rest", "kept_nothing"]
SEGMENT_TABLE = pd.DataFrame({"segment_key": SEGMENTS})
PLAIN = prediction_choice.SETTINGS[1]


def cases(customers=160, seed=0):
    """Customers whose first value decides what becomes of them, train before test."""
    random = np.random.default_rng(seed)
    value = random.uniform(1, 100, customers)
    again = random.random(customers) < value / 100
    table = pd.DataFrame(
        {
            "customer_id": [f"{number:04}" for number in range(customers)],
            "orders_seen": 1,
            "horizon_days": 90,
            "net_amount": value,
            "log_value": np.log1p(value),
            "segment_if_nothing_more": "rest",
            "silent_share": 0.0,
            "answer_buys_again": again,
            "answer_segment": np.where(again & (value > 50), "best", "rest"),
            "answer_value": value * np.where(again, 2, 1),
            "label_ends_at": pd.Timestamp("2011-05-01"),
            "part": np.where(np.arange(customers) < customers * 3 // 4, "train", "test"),
        }
    )
    others = {name: 0.0 for name in [*prediction.STATE, *prediction.BASKET] if name not in table}
    return table.assign(**others, distance_to_1=random.normal(size=customers))


def test_the_segment_is_put_together_from_its_parts():
    known = cases()
    model = prediction.fit(known, PLAIN, SEGMENTS, 0)
    asked = known.head(1)
    again = prediction.predict(model, asked)["buys_again"][0]
    points = asked[model["features"]].to_numpy(float)
    best, rest = model["segment"].predict_proba(points)[0]
    assert list(model["segment"].classes_) == ["best", "rest"]
    # Each part gives every segment at least 0.001 before it is made to add up to one.
    of_those = np.maximum([best, rest, 0], 0.001) / np.maximum([best, rest, 0], 0.001).sum()
    of_others = np.array([0.001, 1, 0.001]) / 1.002
    by_hand = (1 - again) * of_others + again * of_those
    assert prediction.predict(model, asked)["segment"][0] == pytest.approx(by_hand)


def test_silence_lowers_the_probability_as_bayes_says():
    known = cases()
    model = prediction.fit(known, PLAIN, SEGMENTS, 0)
    at_order = prediction.predict(model, known)
    silent = prediction.predict(model, known.assign(silent_share=0.5))
    # Of 100 with p = 0.4, half of the 40 are left after half the time: 20 of 80.
    odds = (
        at_order["buys_again"] * 0.5 / (at_order["buys_again"] * 0.5 + 1 - at_order["buys_again"])
    )
    assert silent["buys_again"] == pytest.approx(odds)
    over = prediction.predict(model, known.assign(silent_share=1.0))
    assert over["buys_again"] == pytest.approx(0)
    assert over["segment"].argmax(axis=1).tolist() == [1] * len(known)
    assert (over["top_fifth"][known["net_amount"] <= model["threshold"]] == 0).all()
    # Where everybody bought again, all that silence leaves is a certainty, until no time is left.
    sure = prediction.fit(known.assign(answer_buys_again=True), PLAIN, SEGMENTS, 0)
    for share, expected in ((0.999, 1), (1.0, 0)):
        answers = prediction.predict(sure, known.assign(silent_share=share))
        assert answers["buys_again"] == pytest.approx(expected)
        assert answers["segment"].sum(axis=1) == pytest.approx(1)


def test_no_customer_is_in_two_folds():
    twice = pd.concat([cases(), cases().assign(orders_seen=2, log_orders=0.7)], ignore_index=True)
    # An answer that only the customer's own other case tells cannot be learned.
    random = np.random.default_rng(1)
    coin = dict(zip(cases()["customer_id"], random.random(160) < 0.5, strict=True))
    number = twice["customer_id"].astype(int).astype(float)
    told = twice.assign(answer_buys_again=twice["customer_id"].map(coin), log_value=number)
    forest = next(
        setting for setting in prediction_choice.SETTINGS if setting.algorithm == "random forest"
    )
    found = prediction_choice.out_of_fold(told, forest, SEGMENTS, 0)
    happened = told["answer_buys_again"].to_numpy(bool)
    auc = measures.of_event(measures.draws(320, 0, 0), happened, found["buys_again"])["auc"][0]
    assert auc < 0.6


def test_an_auc_by_hand():
    # Pairs of one that happened (0.5, 0.3) and one that did not (0.5, 0.1): a tie, 1, 0, 1.
    happened = np.array([True, True, False, False])
    score = np.array([0.5, 0.3, 0.5, 0.1])
    assert measures.of_event(measures.draws(4, 0, 0), happened, score)["auc"][0] == 2.5 / 4
    # With the first drawn three times: (3 × 1.5 + 1) / 8.
    weights = np.array([[3.0, 1.0, 1.0, 1.0]])
    assert measures.of_event(weights, happened, score)["auc"][0] == 5.5 / 8


def test_a_calibration_error_by_chance_by_hand():
    # Two cases in one bin: both come true, one, or neither, with chances of 1, 2 and 1 of 4, which
    # is 0.5, 0 and 0.5 from what was said.
    errors = measures.calibration_error_by_chance(np.array([0.5, 0.5]), 0)
    assert set(errors[1:]) == {0, 0.5}
    assert errors[0] == pytest.approx(0.25, abs=0.03)
    apart = measures.calibration_error_by_chance(np.array([0.4, 0.6]), 0)
    # 0.4 and 0.6 off where they come true and do not: 0.4 × 0.6 + 0.6 × 0.4 for each.
    assert apart[0] == pytest.approx(0.48, abs=0.02)


def test_a_margin_that_nothing_reaches_tells_nothing():
    sure_and_wrong = np.array([[0.9, 0.1], [0.9, 0.1]])
    assert prediction_choice.margin(np.array([1, 1]), sure_and_wrong, 0.5) == 1
    assert prediction_choice.margin(np.array([0, 0]), sure_and_wrong, 0.5) == 0


def test_each_number_of_orders_keeps_the_promise_by_a_margin_of_its_own(monkeypatch):
    orders = np.repeat([1, 2, 3], [60, 60, 20])
    known = pd.DataFrame(
        {
            "customer_id": [f"{number:03}" for number in range(140)],
            "orders_seen": orders,
            "horizon_days": 90,
            "answer_segment": "best",
            "part": "train",
        }
    )
    tested = known.tail(20).assign(part="test", orders_seen=5)
    # After one order 30 have a lead of 0.2, of which 15 are right, and 30 one of 0.6, of which 24
    # are; after two all are right with a lead of 0.2; after three all are wrong.
    said = np.repeat([0.6, 0.4, 0.8, 0.2, 0.6, 0.4], [15, 15, 24, 6, 60, 20])
    found = {"segment": np.column_stack([said, 1 - said])}
    monkeypatch.setattr(prediction_choice, "out_of_fold", lambda *_: found)
    candidates = pd.DataFrame(
        [[90, *prediction_choice._named(PLAIN), True]],
        columns=["horizon_days", "algorithm", "parts", "feature_set", "setting", "is_chosen"],
    )
    settings = {"random_seed": 0, "min_told_accuracy": 0.75}
    margins = prediction_choice.margins(
        pd.concat([known, tested]), candidates, SEGMENT_TABLE, settings
    )
    # One margin for all would be 0.21, below which everybody of two orders is. The 20 of three are
    # too few to choose by, and nobody of five was learned from.
    assert margins[["orders_seen", "margin", "train_cases"]].to_numpy().tolist() == [
        [1, 0.21, 60],
        [2, 0, 60],
        [3, 0, 20],
        [5, 0, 0],
    ]
    asked = settings | {"min_told_accuracy": 0.81}
    margins = prediction_choice.margins(
        pd.concat([known, tested]), candidates, SEGMENT_TABLE, asked
    )
    assert margins["margin"].tolist() == [prediction_choice.NEVER_TOLD, 0, 0, 0]


def test_the_whole_chain_on_tables():
    known = cases()
    candidates = prediction_choice.compare(known, SEGMENT_TABLE, 0)
    assert candidates["is_chosen"].sum() == 1
    assert len(candidates) == len(prediction_choice.SETTINGS)
    fits = prediction_choice.fit_chosen(known, candidates, SEGMENT_TABLE, 0)
    assert fits["cases"].tolist() == [120, 160]
    before_split = fits[fits["fit"] == "before_split"]
    settings = {"random_seed": 0, "min_told_accuracy": 0.0}
    margins = prediction_choice.margins(known, candidates, SEGMENT_TABLE, settings)
    found = prediction_quality.predict_test_customers(known, before_split)
    quality = prediction_quality.evaluate(found, SEGMENT_TABLE, margins, 0)
    by_name = quality.set_index(["model", "target", "metric"])["metric_value"]
    assert by_name["prediction", "segment", "told_share"] == 1
    asked = found[(found["model"] == "prediction") & (found["target"] == "buys_again")]
    by_chance = measures.calibration_error_by_chance(asked["probability"].to_numpy(), 0)[0]
    assert by_name["prediction", "buys_again", "calibration_error_by_chance"] == by_chance
    accuracy = by_name["prediction", "segment", "accuracy"]
    assert by_name["prediction", "segment", "told_accuracy"] == accuracy
    ratio = (
        by_name["prediction", "segment", "log_loss"] / by_name["majority", "segment", "log_loss"]
    )
    assert by_name["prediction", "segment", "log_loss_to_majority"] == pytest.approx(ratio)
    assert by_name["prediction", "buys_again", "auc"] > 0.6
    importance = prediction_quality.importance(known, before_split, 0)
    first = importance[importance["target"] == "buys_again"].sort_values("importance").iloc[-1]
    assert first["measure"] == "value"
    scored = prediction.score_by(known.head(3), before_split)
    assert scored.groupby(["customer_id", "target"])["probability"].sum()["0000", "segment"] == (
        pytest.approx(1)
    )


def test_all_that_a_prediction_leans_on_is_shuffled():
    known = cases()
    model = prediction.fit(known, PLAIN, SEGMENTS, 0)
    fits = pd.DataFrame(
        [[90, *model_file.written(model)]],
        columns=["horizon_days", "model_text", "checksum", "made_by"],
    )
    importance = prediction_quality.importance(known, fits, 0)
    shuffled = {name for inputs in importance["inputs"] for name in inputs.split(", ")}
    before = prediction.predict(model, known)
    for name in set(known) - {"orders_seen", "log_orders", "is_further", "silent_share"}:
        other = "best" if name == "segment_if_nothing_more" else 60.0
        after = prediction.predict(model, known.assign(**{name: other}))
        if any((after[target] != before[target]).any() for target in after):
            assert name in shuffled
    assert {"net_amount", "segment_if_nothing_more"} <= shuffled


def test_what_is_made_of_one_measure_is_shuffled_together():
    asked = pd.DataFrame({"orders_seen": [1, 1, 1, 2], "net_amount": [1, 2, 3, 4]})
    asked = asked.assign(log_value=10 * asked["net_amount"])
    moved = prediction_quality._shuffled(
        asked, ["net_amount", "log_value"], np.random.default_rng(0)
    )
    assert (moved["log_value"] == 10 * moved["net_amount"]).all()
    assert sorted(moved["net_amount"][:3]) == [1, 2, 3]
    assert moved["net_amount"].tolist()[:3] != [1, 2, 3]
    assert moved["net_amount"].iloc[3] == 4


@pytest.mark.parametrize("size", [0, 1, 3])
def test_too_few_customers_give_empty_tables_of_the_same_types(size):
    few = cases().head(size)
    candidates = prediction_choice.compare(few, SEGMENT_TABLE, 0)
    fits = prediction_choice.fit_chosen(few, candidates, SEGMENT_TABLE, 0)
    margins = prediction_choice.margins(few, candidates, SEGMENT_TABLE, {})
    found = prediction_quality.predict_test_customers(few, fits)
    quality = prediction_quality.evaluate(found, SEGMENT_TABLE, margins, 0)
    for table, types in [
        (candidates, prediction_choice.CANDIDATES),
        (fits, prediction_choice.FITS),
        (margins, prediction_choice.MARGINS),
        (found, prediction_quality.TESTED),
        (quality, prediction_quality.QUALITY),
        (prediction.score_by(few, fits), prediction.PREDICTIONS),
    ]:
        assert table.empty
        assert list(table.columns) == list(types)


def test_an_answer_that_all_share_is_learned_as_such():
    alike = cases().assign(answer_segment="rest", answer_buys_again=False)
    model = prediction.fit(alike, PLAIN, SEGMENTS, 0)
    found = prediction.predict(model, alike)
    assert found["buys_again"].tolist() == [0] * len(alike)
    assert (found["segment"].argmax(axis=1) == 1).all()


def test_a_model_survives_being_written_and_equal_models_are_written_alike():
    known = cases()
    for setting in (PLAIN, prediction_choice.SETTINGS[6], prediction_choice.SETTINGS[9]):
        models = [prediction.fit(known, setting, SEGMENTS, 0) for _ in range(2)]
        first, second = [model_file.written(model) for model in models]
        assert first == second
        again = prediction.predict(model_file.read(*first), known)
        for target, values in prediction.predict(models[0], known).items():
            assert (again[target] == values).all()


def test_a_model_that_is_not_what_was_written_says_so():
    text, checksum, made_by = model_file.written({"threshold": 1.0})
    with pytest.raises(model_file.UnusableModelError, match="checksum differs"):
        model_file.read(text[:-1] + "B", checksum, made_by)
    with pytest.raises(model_file.UnusableModelError, match=r"version 0/scikit-learn 1\.0"):
        model_file.read(text, checksum, "0/scikit-learn 1.0")
    harmful = model_file.written({"threshold": sys.exit})
    with pytest.raises(model_file.UnusableModelError, match=r"sys\.exit, which is not loaded"):
        model_file.read(*harmful)


LEAKS = {
    "features_use_nothing_after_their_cut": (
        "update early_orders_features set features_end_at = seen_at + interval 1 minute "
        "where customer_id = (select min(customer_id) from early_orders_features)"
    ),
    "answers_begin_where_features_end": (
        "update int_predictions__cases set features_end_at = label_starts_at + interval 1 minute "
        "where customer_id = (select min(customer_id) from int_predictions__cases)"
    ),
    "test_customers_are_never_learned_from": (
        "insert into int_predictions__cases by name select * replace ('train' as part) "
        "from int_predictions__cases where part = 'test' limit 1"
    ),
    "no_feature_knows_the_answer": (
        "update int_predictions__cases set "
        + ", ".join(f"{name} = hash(answer_segment) % 1000" for name in prediction.STATE)
    ),
}


@pytest.fixture(scope="module")
def gates_of_leaks(sample_warehouse, tmp_path_factory):
    """What dbt says of each gate, on a copy of the sample's warehouse with all leaks planted."""
    folder = tmp_path_factory.mktemp("leaks")
    leaking = copy_warehouse(sample_warehouse.warehouse, folder / "warehouse.duckdb")
    with open_warehouse(leaking, read_only=False) as warehouse:
        for leak in LEAKS.values():
            warehouse.execute(leak)
    learn = ["int_predictions__tested", "int_predictions__measured", "prediction_quality"]
    for verb, selection in (("run", learn), ("test", LEAKS)):
        done = run_dbt(folder, verb, "--select", *selection)
    return done


@pytest.mark.parametrize("gate", LEAKS)
def test_a_planted_leak_stops_the_build(gates_of_leaks, gate):
    assert gates_of_leaks.returncode == 1, gates_of_leaks.stdout + gates_of_leaks.stderr
    assert f"Failure in test {gate}" in gates_of_leaks.stdout


def test_every_new_customer_has_a_present_segment_and_an_expected_one(sample_warehouse):
    left_out = sample_warehouse.query(
        """
        select count(*) from customers cross join build_info
        where first_seen_at >= first_log_date + interval 60 day
            and first_ordered_at + interval 90 day > as_of
            and (
                customer_id not in (select customer_id from new_customer_segments)
                or segment_key is null
            )
        """
    )
    assert left_out == [(0,)]
    told = sample_warehouse.query(
        "select count(*) from customers inner join new_customer_segments as expected "
        "using (customer_id) where likelihood_rank = 1 and is_told <> "
        "(customers.expected_segment_key is not distinct from expected.expected_segment_key)"
    )
    assert told == [(0,)]


def test_online_retail_is_split_and_measured_as_known(online_retail_warehouse):
    # Figures of the study with other code: train 2011-01-30 to 04-28, test 07-27 to 09-10.
    parts = online_retail_warehouse.query(
        """
        select
            part, count(distinct customer_id), min(cast(first_ordered_at as date))::text,
            max(cast(first_ordered_at as date))::text
        from int_predictions__cases where part <> 'between' group by part order by part
        """
    )
    assert parts == [
        ("test", 255, "2011-07-27", "2011-09-09"),
        ("train", 1121, "2011-01-30", "2011-04-28"),
    ]
    horizons = online_retail_warehouse.query("select distinct horizon_days from prediction_quality")
    assert horizons == [(90,)]
    ratios = online_retail_warehouse.query(
        "select metric_value from prediction_quality where target = 'segment' "
        "and metric = 'log_loss_to_majority' and orders_seen <= 3 order by orders_seen"
    )
    assert [ratio for (ratio,) in ratios] == pytest.approx([0.909, 0.530, 0.478], abs=0.01)
    chosen = online_retail_warehouse.query(
        "select algorithm, parts, feature_set from prediction_candidates where is_chosen"
    )
    assert chosen == [("logistic regression", "two", "state")]
    compared = online_retail_warehouse.query(
        "select model, comparison from prediction_quality where target = 'segment' "
        "and metric = 'log_loss' and orders_seen = 1 and model <> 'prediction' order by model"
    )
    # A table of how often each segment followed is as good: one order tells little.
    assert compared == [
        ("1-nearest neighbour", "better"),
        ("majority", "better"),
        ("nearest centroid", "better"),
        ("rules", "no difference told"),
    ]


def test_the_top_fifth_is_above_four_fifths_of_the_customers_learned_from():
    known = cases(10).assign(answer_value=np.arange(1.0, 11))
    # A customer seen at two numbers of orders counts once.
    twice = pd.concat([known, known.head(1).assign(orders_seen=2)])
    # Between the eighth and the ninth of ten, a fifth of the way.
    assert prediction.fit(twice, PLAIN, SEGMENTS, 0)["threshold"] == pytest.approx(8.2)
