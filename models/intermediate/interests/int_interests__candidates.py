from ml import categories, processes


def model(dbt, session):
    products = dbt.ref("int_products__numbered").order("product_number").df()
    baskets = dbt.ref("int_baskets__products").order("basket_number, product_number").df()
    settings = dbt.config.get("meta")
    return processes.run(categories.evaluate, products, baskets, settings)
