select
    model, question, orders_seen, metric, metric_value, low, high,
    advantage, advantage_low, advantage_high, test_customers, comparison
from interest_prediction_quality
order by question, metric, orders_seen, model
