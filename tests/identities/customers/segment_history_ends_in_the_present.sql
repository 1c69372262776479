-- The last rows of the history, reached month by month, are the segments and measures of today.
-- Where nobody ever kept anything there is no model, and no history of segments.
with

models_in_force as (

    select count(*) as segments from {{ ref('segment_models') }}

    where is_in_force

),

history as (

    select * from {{ ref('customer_segment_history') }}

    where is_present

)

select
    customer_segments.customer_id,
    customer_segments.segment_key,
    history.segment_key as segment_in_history

from {{ ref('customer_segments') }} as customer_segments

cross join models_in_force

full outer join history
    on customer_segments.customer_id = history.customer_id

where
    coalesce(models_in_force.segments, 1) > 0
    and (
        coalesce(customer_segments.segment_key, '') != coalesce(history.segment_key, '')
        or coalesce(customer_segments.recency_days, 0) != coalesce(history.recency_days, 0)
        or coalesce(customer_segments.frequency_orders, 0)
        != coalesce(history.frequency_orders, 0)
        or coalesce(customer_segments.monetary_amount, 0)
        != coalesce(history.monetary_amount, 0)
    )
