from ml import maps


def model(dbt, session):
    customers = dbt.ref("int_customers__features_drawn").order("customer_id").df()
    settings = dbt.config.get("meta")
    return maps.coordinates(customers, settings["random_seed"], settings["nonlinear_map"])
