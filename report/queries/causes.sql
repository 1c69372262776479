select
    month_end, segment_key, segment_name, cause,
    sum(case when event = 'entered' then 1 else 0 end) as entered,
    sum(case when event = 'left' then 1 else 0 end) as departed
from segment_events
group by month_end, segment_key, segment_name, cause
order by month_end, segment_key, cause
