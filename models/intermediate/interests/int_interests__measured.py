from ml import interests


def model(dbt, session):
    cases = dbt.ref("int_interests__cases")
    cases = cases.order("question, customer_id, order_number, category").df()
    bands = dbt.ref("int_interests__price_bands")
    bands = bands.order("customer_id, order_number, price_band").df()
    models = dbt.ref("int_interests__models").df()
    settings = dbt.config.get("meta")
    return interests.evaluate(cases, bands, models, settings["random_seed"])
