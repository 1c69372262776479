select
    basket_size,
    products_from,
    sum(orders) as orders,
    sum(net_amount) as net_amount,
    sum(orders) / sum(sum(orders)) over () as order_share,
    cast(sum(net_amount) as double) / nullif(sum(sum(net_amount)) over (), 0) as revenue_share
from basket_sizes
group by basket_size, products_from
order by products_from
