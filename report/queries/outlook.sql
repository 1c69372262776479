select
    segment_key, customers, starts_on, ends_on, stands_apart,
    net_amount, net_amount_low, net_amount_high,
    repeat_rate, repeat_rate_low, repeat_rate_high
from segment_outlook
order by net_amount desc
