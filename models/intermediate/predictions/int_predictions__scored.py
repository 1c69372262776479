from ml import learning


def model(dbt, session):
    open_states = dbt.ref("int_predictions__features").filter("is_latest and not is_over")
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'present'")
    return learning.learn(
        dbt,
        session,
        "prediction:score_by",
        open_states.order("horizon_days, customer_id"),
        fitted.order("horizon_days"),
    )
