select
    count(distinct customer_id) as customers,
    count(*) as orders,
    sum(gross_amount) as gross_amount,
    sum(net_amount) as net_amount,
    sum(case when is_guest then net_amount else 0 end) as net_amount_of_guests,
    sum(case when is_guest then 1 else 0 end) as orders_of_guests
from orders
