select model, orders_seen, horizon_days, target, metric, metric_value, low, high, test_customers,
    comparison
from prediction_quality
order by target, horizon_days, metric, orders_seen, model
