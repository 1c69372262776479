select month_end, is_present, segment_key, count(*) as customers
from customer_segment_history
where segment_key not in ('kept_nothing', 'never_bought')
group by month_end, is_present, segment_key
order by month_end, segment_key
