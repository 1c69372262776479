{{ config(materialized='table') }}

with

stations as (

    select
        *,
        cast(frequency_orders_if_kept - frequency_orders_before as integer) as further_orders

    from {{ ref('int_customers__stations') }}

),

steps as (

    select
        *,
        'moved' as cause,
        segment_before as from_segment_key,
        segment_moved_to as to_segment_key

    from stations

    where not is_first_month

    union all

    select
        *,
        'restated' as cause,
        segment_moved_to as from_segment_key,
        segment_restated_to as to_segment_key

    from stations

    union all

    -- The first model is a refit from nothing.
    select
        *,
        'refit' as cause,
        case when not is_first_month then segment_restated_to end as from_segment_key,
        segment_now as to_segment_key

    from stations

),

final as (

    select
        -- ids
        steps.customer_id,
        steps.from_segment_key,
        steps.to_segment_key,

        -- text
        playbook_before.segment_name as from_segment_name,
        playbook_after.segment_name as to_segment_name,
        steps.cause,
        case
            when steps.cause = 'refit' then concat('model of ', cast(steps.fitted_on as string))
            when steps.cause = 'restated' then 'gave back what was bought in an earlier month'
            when steps.from_segment_key is null and steps.to_segment_key = 'never_bought'
                then 'first seen, without a purchase'
            when steps.from_segment_key is null or steps.from_segment_key = 'never_bought'
                then 'first order'
            when steps.further_orders = 0
                then concat('no order for ', cast(steps.recency_days_if_kept as string), ' days')
            when steps.further_orders = 1 then '1 more order'
            else concat(cast(steps.further_orders as string), ' more orders')
        end as reason,

        -- numbers
        steps.monetary_amount,

        -- dates
        steps.month_end

    from steps

    left join {{ ref('segment_playbook') }} as playbook_before
        on steps.from_segment_key = playbook_before.segment_key

    left join {{ ref('segment_playbook') }} as playbook_after
        on steps.to_segment_key = playbook_after.segment_key

    where steps.to_segment_key != coalesce(steps.from_segment_key, '')

)

select * from final
