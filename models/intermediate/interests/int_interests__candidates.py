from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "category_candidates:evaluate",
        dbt.ref("int_products__numbered").filter("is_settled").order("product_number"),
        dbt.ref("int_baskets__products")
        .filter("is_settled")
        .order("basket_number, product_number"),
        dbt.ref("int_categories__fit_dates").order("fitted_on"),
        dbt.config.get("meta"),
    )
