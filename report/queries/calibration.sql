select orders_seen, horizon_days, target, probability_from, probability_to, mean_probability,
    share_true, customers
from prediction_calibration
where model = 'prediction'
order by horizon_days, target, orders_seen, probability_from
