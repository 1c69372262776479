from ml import learning


def model(dbt, session):
    cases = dbt.ref("int_interests__cases")
    cases = cases.order("question, customer_id, order_number, category")
    return learning.learn(dbt, session, "interests:fit", cases)
