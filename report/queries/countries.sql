select country, orders, customers, net_amount, revenue_share
from sales_by_country
order by net_amount desc, country
