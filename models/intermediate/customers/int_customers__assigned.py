from ml import segments


def model(dbt, session):
    features = dbt.ref("int_customers__features")
    present = features.filter("is_present").order("customer_id").df()
    model = dbt.ref("segment_models").filter("is_in_force").order("segment_rank").df()
    return segments.assigned(present, model)
