with orders_of_customers as (
    select
        cast(date_trunc('month', ordered_at) as date) as month_start,
        sum(gross_amount) as sold_to_customers,
        max(gross_amount - net_amount) as most_of_one_order
    from orders
    where not is_guest
    group by cast(date_trunc('month', ordered_at) as date)
)

select
    month_start,
    is_partial,
    sold_to_customers,
    returned_amount_at_sale,
    most_of_one_order,
    returned_amount_at_credit
from sales_by_month
left join orders_of_customers using (month_start)
order by month_start
