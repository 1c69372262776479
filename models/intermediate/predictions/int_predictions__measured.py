from ml import prediction_quality


def model(dbt, session):
    tested = dbt.ref("int_predictions__tested").df()
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'before_split'").df()
    margins = dict(zip(fitted["horizon_days"], fitted["margin"], strict=True))
    segments = dbt.ref("int_predictions__segments").order("segment_order").df()
    settings = dbt.config.get("meta")
    return prediction_quality.evaluate(
        tested, list(segments["segment_key"]), margins, settings["random_seed"]
    )
