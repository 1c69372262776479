{{ config(materialized='table') }}

with

stations as (

    select * from {{ ref('int_customers__stations') }}

),

steps as (

    select
        *,
        'moved' as cause,
        segment_before as from_segment,
        segment_moved_to as to_segment

    from stations

    where not is_first_month

    union all

    select
        *,
        'restated' as cause,
        segment_moved_to as from_segment,
        segment_restated_to as to_segment

    from stations

    union all

    -- The first model is a refit from nothing.
    select
        *,
        'refit' as cause,
        case when not is_first_month then segment_restated_to end as from_segment,
        segment_now as to_segment

    from stations

),

final as (

    select
        -- ids
        customer_id,
        from_segment,
        to_segment,

        -- text
        cause,
        case
            when cause = 'refit' then concat('model of ', cast(fitted_on as string))
            when cause = 'restated' then 'gave back what was bought in an earlier month'
            when from_segment is null and to_segment = 'never_bought'
                then 'first seen, without a purchase'
            when from_segment is null or frequency_orders_before = 0 then 'first order'
            when frequency_orders - frequency_orders_before = 1 then '1 more order'
            when frequency_orders > frequency_orders_before
                then concat(
                    cast(cast(frequency_orders - frequency_orders_before as integer) as string),
                    ' more orders'
                )
            when recency_days is not null
                then concat('no order for ', cast(recency_days as string), ' days')
            else 'gave everything back'
        end as reason,

        -- numbers
        monetary_amount,

        -- dates
        month_end

    from steps

    where to_segment != coalesce(from_segment, '')

)

select * from final
