select
    segment_key, segment_name, customers, starts_on, ends_on, stands_apart,
    mean_net_amount, mean_net_amount_low, mean_net_amount_high,
    repeat_rate, repeat_rate_low, repeat_rate_high,
    model_fitted_on,
    (select max(fitted_on) from segment_models where is_in_force) as model_of_today
from segment_outlook
order by mean_net_amount desc, segment_key
