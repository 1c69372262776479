from ml import interests


def model(dbt, session):
    cases = dbt.ref("int_interests__cases")
    cases = cases.order("question, customer_id, order_number, category").df()
    return interests.fit(cases)
