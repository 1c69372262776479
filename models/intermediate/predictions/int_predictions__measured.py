from ml import learning


def model(dbt, session):
    tested = dbt.ref("int_predictions__tested")
    margins = dbt.ref("int_predictions__margins")
    segments = dbt.ref("int_predictions__segments")
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "prediction_quality:evaluate",
        tested.order("horizon_days, orders_seen, target, model, customer_id, outcome"),
        segments.order("segment_order"),
        margins.order("horizon_days, orders_seen"),
        settings["random_seed"],
    )
