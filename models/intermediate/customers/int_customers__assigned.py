from ml import segments


def model(dbt, session):
    features = dbt.ref("int_customers__features").order("customer_id").df()
    model = dbt.ref("segment_models").order("segment_rank").df()
    return segments.assign(features, model)
