from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "subdivisions:follow",
        dbt.ref("int_customers__features_in_segments").filter("is_present").order("customer_id"),
        dbt.ref("int_segments__subdivided").order(
            "segment_key, parts, log_recency, log_frequency, log_monetary, part"
        ),
        can_wait=True,
    )
