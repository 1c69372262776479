from ml import learning


def model(dbt, session):
    return learning.learn(
        dbt,
        session,
        "categories:categorise_asked",
        dbt.ref("int_products__numbered").filter("is_learned_from").order("product_number"),
        dbt.ref("int_baskets__products")
        .filter("is_learned_from")
        .order("basket_number, product_number"),
        dbt.ref("int_categories__asked").filter("fit = 'before_split'"),
        dbt.ref("int_products__in_force").filter("fit = 'before_split'").order("product_number"),
        dbt.ref("int_interests__candidates").order("categories"),
        dbt.config.get("meta"),
    )
