from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "refits:fit_history",
        dbt.ref("int_customers__features_at_fits").order("snapshot_date, customer_id"),
        dbt.ref("segment_playbook").order("playbook_order"),
        dbt.config.get("meta"),
    )
