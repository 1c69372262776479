from ml import learning


def model(dbt, session):
    features = dbt.ref("int_customers__features_drawn")
    return learning.learn(
        dbt,
        session,
        "candidates:evaluate",
        features.filter("is_learned_from and is_sampled").order("customer_id"),
        dbt.ref("int_customers__outlook_features").order("customer_id"),
        dbt.config.get("meta"),
        can_wait=True,
    )
