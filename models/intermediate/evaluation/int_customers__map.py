from ml import maps


def model(dbt, session):
    features = dbt.ref("int_customers__features")
    customers = features.filter("is_present").order("customer_id").df()
    settings = dbt.config.get("meta")
    return maps.coordinates(customers, settings["random_seed"], settings["nonlinear_map"])
