from ml import prediction, processes


def model(dbt, session):
    cases = dbt.ref("int_predictions__cases")
    cases = cases.order("horizon_days, customer_id, orders_seen").df()
    segments = dbt.ref("int_predictions__segments").order("segment_order").df()
    settings = dbt.config.get("meta")
    return processes.run(
        prediction.compare, cases, list(segments["segment_key"]), settings["random_seed"]
    )
