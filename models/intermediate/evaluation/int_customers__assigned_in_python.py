from ml import learning


def model(dbt, session):
    features = dbt.ref("int_customers__features_drawn")
    return learning.learn(
        dbt,
        session,
        "segments:assigned",
        features.filter("is_present and is_sampled").order("customer_id"),
        dbt.ref("segment_models").filter("is_in_force").order("segment_rank"),
    )
