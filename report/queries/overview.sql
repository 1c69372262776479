select
    count(distinct customer_id) as customers,
    count(*) as orders,
    sum(net_amount) as net_amount,
    sum(case when is_guest then net_amount else 0 end) as net_amount_of_guests,
    sum(case when is_guest then 0 else gross_amount end) as sold_to_customers,
    sum(case when is_guest then 0 else gross_amount - net_amount end) as given_back,
    (select avg(case when orders > 1 then 1 else 0 end) from customers where orders > 0)
        as share_ordered_again
from orders
