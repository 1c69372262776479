from ml import learning


def model(dbt, session):
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "outlook:intervals",
        dbt.ref("int_customers__outlook_drawn").order("segment_key, customer_id"),
        settings["random_seed"],
    )
