select
    segments.segment_key,
    median_recency_days,
    median_frequency_orders,
    median_monetary_amount,
    recency_center,
    frequency_center,
    monetary_center
from segments
inner join segment_models
    on segments.segment_key = segment_models.segment_key and segment_models.is_in_force
order by segments.segment_rank
