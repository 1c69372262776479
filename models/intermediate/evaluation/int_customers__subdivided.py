from ml import processes, subdivisions


def model(dbt, session):
    customers = dbt.ref("int_customers__features_in_segments").order("customer_id").df()
    settings = dbt.config.get("meta")
    return processes.run(
        subdivisions.subdivide,
        customers,
        settings["random_seed"],
        max(1, settings["stability_resamples"] // 2),
    )
