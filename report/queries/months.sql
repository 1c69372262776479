select month_start, customer_kind, is_partial, orders, customers, net_amount
from sales_by_customer_kind
order by month_start, customer_kind
