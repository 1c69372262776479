select
    is_guest,
    sum(gross_amount) as sold,
    sum(gross_amount - net_amount) as given_back,
    sum(net_amount) as kept
from orders
group by is_guest
order by is_guest
