with last_whole_month as (
    select max(month_end) as month_end
    from segment_migrations
    where month_end = last_day(month_end)
)

select
    month_end, from_segment_key, to_segment_key, from_segment_name, to_segment_name, cause, customers
from segment_migrations
inner join last_whole_month using (month_end)
order by from_segment_key nulls first, to_segment_key, cause
