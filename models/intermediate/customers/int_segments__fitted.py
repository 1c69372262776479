from ml import segments


def model(dbt, session):
    features = dbt.ref("int_customers__features").order("customer_id").df()
    playbook = dbt.ref("segment_playbook").order("segment_key").df()
    settings = dbt.config.get("meta")
    return segments.fit(features, playbook, settings["segment_count"], settings["random_seed"])
