select segment_key, main_interest_key, main_interest, count(*) as customers
from customers
where main_interest is not null
group by segment_key, main_interest_key, main_interest
order by segment_key, main_interest
