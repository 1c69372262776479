from ml import learning


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'before_split'")
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "prediction_quality:importance",
        cases.order("horizon_days, customer_id, orders_seen"),
        fitted.order("horizon_days"),
        settings["random_seed"],
    )
