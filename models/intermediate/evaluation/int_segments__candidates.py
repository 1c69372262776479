from ml import candidates, processes


def model(dbt, session):
    features = dbt.ref("int_customers__features_drawn")
    customers = features.filter("is_sampled").order("customer_id").df()
    earlier = dbt.ref("int_customers__outlook_features").order("customer_id").df()
    settings = dbt.config.get("meta")
    return processes.run(candidates.evaluate, customers, earlier, settings)
