from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "categories:categorise_by_month",
        dbt.ref("int_products__numbered").filter("is_settled").order("product_number"),
        dbt.ref("int_baskets__products")
        .filter("is_settled")
        .order("basket_number, product_number"),
        dbt.ref("int_categories__fit_dates").order("fitted_on"),
        dbt.ref("int_interests__candidates").order("categories"),
        dbt.config.get("meta"),
    )
