from ml import learning


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    segments = dbt.ref("int_predictions__segments")
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "prediction_choice:fit_chosen",
        cases.order("horizon_days, customer_id, orders_seen"),
        dbt.ref("int_predictions__candidates").filter("is_chosen").order("horizon_days"),
        segments.order("segment_order"),
        settings["random_seed"],
    )
