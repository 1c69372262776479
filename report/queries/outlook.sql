select
    segment_key, segment_name, customers, starts_on, ends_on, stands_apart,
    net_amount, net_amount_low, net_amount_high,
    repeat_rate, repeat_rate_low, repeat_rate_high,
    model_fitted_on,
    (select max(fitted_on) from segment_models where is_in_force) as model_of_today
from segment_outlook
order by net_amount desc
