from ml import outlook


def model(dbt, session):
    customers = dbt.ref("int_customers__outlook_drawn").order("segment_key, customer_id").df()
    settings = dbt.config.get("meta")
    return outlook.intervals(customers, settings["random_seed"])
