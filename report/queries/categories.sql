select
    category_key, category_name, products, customers, net_amount, revenue_share,
    top_products, coalesce(strategy, '–') as strategy
from interest_categories
order by net_amount desc, category_key
