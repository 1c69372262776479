from ml import learning


def model(dbt, session):
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "maps:coordinates",
        dbt.ref("int_customers__features_drawn").filter("is_present").order("customer_id"),
        settings["random_seed"],
        settings["nonlinear_map"],
        can_wait=True,
    )
