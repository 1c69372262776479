select
    segment_key, next_segment_key, next_step_orders,
    count(*) as customers, median(next_step_days) as days
from customer_segments
where next_segment_key is not null
group by segment_key, next_segment_key, next_step_orders
order by segment_key, next_segment_key, next_step_orders
