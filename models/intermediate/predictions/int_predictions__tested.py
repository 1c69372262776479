from ml import learning


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'before_split'")
    return learning.learn(
        dbt,
        session,
        "prediction_quality:predict_test_customers",
        cases.order("horizon_days, customer_id, orders_seen"),
        fitted.order("horizon_days"),
    )
