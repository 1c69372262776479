from ml import prediction


def model(dbt, session):
    open_states = dbt.ref("int_predictions__features").filter("is_latest and not is_over")
    cases = open_states.order("horizon_days, customer_id").df()
    fitted = dbt.ref("int_predictions__fitted").filter("fit = 'present'").df()
    return prediction.score(cases, prediction.models_of(fitted))
