from ml import learning


def model(dbt, session):
    cases = dbt.ref("int_interests__cases")
    bands = dbt.ref("int_interests__price_bands")
    settings = dbt.config.get("meta")
    return learning.learn(
        dbt,
        session,
        "interests:evaluate",
        cases.order("question, customer_id, order_number, category"),
        bands.order("customer_id, order_number, price_band"),
        dbt.ref("int_interests__models").order("question"),
        settings["random_seed"],
    )
