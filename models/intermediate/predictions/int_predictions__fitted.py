from ml import prediction


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    cases = cases.order("horizon_days, customer_id, orders_seen").df()
    candidates = dbt.ref("int_predictions__candidates").df()
    segments = dbt.ref("int_predictions__segments").order("segment_order").df()
    settings = dbt.config.get("meta")
    return prediction.fit_chosen(cases, candidates, list(segments["segment_key"]), settings)
