from ml import categories


def model(dbt, session):
    products = dbt.ref("int_products__numbered").order("product_number").df()
    baskets = dbt.ref("int_baskets__products").order("basket_number, product_number").df()
    chosen = dbt.ref("int_interests__candidates").filter("is_chosen").df()
    settings = dbt.config.get("meta")
    return categories.categorise_now_and_before(products, baskets, chosen, settings)
