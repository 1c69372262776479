select
    segment_key, segment_name, description, strategy, segment_rank,
    customers, customer_share, net_amount, revenue_share,
    median_recency_days, median_frequency_orders, median_monetary_amount
from segments
order by segment_rank nulls last, customers desc, segment_key
