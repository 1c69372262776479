select
    coalesce(product_name, product_id) as product_name,
    category_name,
    orders,
    net_amount,
    revenue_share
from sales_by_product
where revenue_rank <= 15
order by revenue_rank
