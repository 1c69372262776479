with products_cut as (
    select
        ntile(100) over (order by revenue_rank) as percent_of_products,
        cumulative_revenue_share
    from sales_by_product
)

select
    percent_of_products,
    count(*) as products,
    max(cumulative_revenue_share) as revenue_share
from products_cut
group by percent_of_products
order by percent_of_products
