from ml import prediction, prediction_quality


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    cases = cases.order("horizon_days, customer_id, orders_seen").df()
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'before_split'").df()
    return prediction_quality.predict_test_customers(cases, prediction.models_of(fitted))
