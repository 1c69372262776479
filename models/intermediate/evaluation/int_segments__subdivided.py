from ml import learning


def model(dbt, session):
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "subdivisions:subdivide",
        dbt.ref("int_customers__features_in_segments")
        .filter("is_learned_from")
        .order("customer_id"),
        settings["random_seed"],
        max(1, settings["stability_resamples"] // 2),
        can_wait=True,
    )
