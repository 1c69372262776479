from ml import prediction, prediction_quality


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    cases = cases.order("horizon_days, customer_id, orders_seen").df()
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'before_split'").df()
    settings = dbt.config.get("meta")
    return prediction_quality.importance(
        cases, prediction.models_of(fitted), settings["random_seed"]
    )
