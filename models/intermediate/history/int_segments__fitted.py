from ml import refits


def model(dbt, session):
    features = dbt.ref("int_customers__features_at_fits")
    playbook = dbt.ref("segment_playbook").order("playbook_order").df()
    return refits.fit_history(
        features.order("snapshot_date, customer_id").df(), playbook, dbt.config.get("meta")
    )
