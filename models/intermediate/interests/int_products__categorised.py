from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "categories:categorise_now_and_before",
        dbt.ref("int_products__numbered").order("product_number"),
        dbt.ref("int_baskets__products").order("basket_number, product_number"),
        dbt.ref("int_categories__asked").order("fit"),
        dbt.ref("int_products__in_force").order("fit, product_number"),
        dbt.ref("int_interests__candidates").order("categories"),
        dbt.config.get("meta"),
    )
