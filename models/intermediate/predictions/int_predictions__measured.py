from ml import learning


def model(dbt, session):
    tested = dbt.ref("int_predictions__tested")
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'before_split'")
    segments = dbt.ref("int_predictions__segments").order("segment_order").df()
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "prediction_quality:evaluate",
        tested.order("horizon_days, orders_seen, target, model, customer_id, outcome"),
        segments["segment_key"].tolist(),
        fitted.order("horizon_days"),
        settings["random_seed"],
    )
