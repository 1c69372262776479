with last_whole_month as (
    select max(month_end) as month_end
    from segment_migrations
    where month_end = last_day(month_end)
),

departures as (
    select month_end, customer_id, cause, reason, segment_key, segment_name
    from segment_events
    where event = 'left' and cause <> 'refit'
),

entries as (
    select month_end, customer_id, cause, segment_key, segment_name
    from segment_events
    where event = 'entered'
)

select
    departures.segment_key as from_segment_key,
    entries.segment_key as to_segment_key,
    departures.segment_name as from_segment_name,
    entries.segment_name as to_segment_name,
    case
        when reason like 'no order for %' then 'silence'
        when reason like '% more order%' then 'more orders'
        when reason like 'gave %' then 'goods given back'
        else reason
    end as kind_of_reason,
    count(*) as customers
from departures
inner join entries using (month_end, customer_id, cause)
inner join last_whole_month using (month_end)
group by all
order by customers desc, from_segment_key, to_segment_key, kind_of_reason
