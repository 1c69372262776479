select recency_days, frequency_orders, monetary_amount
from customer_rfm
order by recency_days, frequency_orders, monetary_amount
