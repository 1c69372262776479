from ml import learning


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    segments = dbt.ref("int_predictions__segments").order("segment_order").df()
    return learning.learn(
        dbt,
        session,
        "prediction:margins",
        cases.order("horizon_days, customer_id, orders_seen"),
        dbt.ref("int_predictions__candidates").filter("is_chosen").order("horizon_days"),
        segments["segment_key"].tolist(),
        dbt.config.get("meta"),
    )
