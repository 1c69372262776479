from ml import segments


def model(dbt, session):
    features = dbt.ref("int_customers__features_drawn")
    customers = features.filter("is_sampled").order("customer_id").df()
    model = dbt.ref("segment_models").filter("is_in_force").order("segment_rank").df()
    return segments.assigned(customers, model)
