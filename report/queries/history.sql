select month_end, is_present, model_fitted_on, segment_key, segment_name, count(*) as customers
from customer_segment_history
where segment_key not in ('kept_nothing', 'never_bought')
group by month_end, is_present, model_fitted_on, segment_key, segment_name
order by month_end, segment_key
