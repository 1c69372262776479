from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "categories:evaluate",
        dbt.ref("int_products__numbered").order("product_number"),
        dbt.ref("int_baskets__products").order("basket_number, product_number"),
        dbt.config.get("meta"),
    )
