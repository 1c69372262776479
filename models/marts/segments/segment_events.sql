with

steps as (

    select * from {{ ref('int_customers__steps') }}

),

events as (

    select
        customer_id,
        from_segment_key as segment_key,
        from_segment_name as segment_name,
        'left' as event,
        cause,
        reason,
        month_end

    from steps

    where from_segment_key is not null

    union all

    select
        customer_id,
        to_segment_key as segment_key,
        to_segment_name as segment_name,
        'entered' as event,
        cause,
        reason,
        month_end

    from steps

),

final as (

    select
        -- ids
        customer_id,
        segment_key,

        -- text
        segment_name,
        event,
        cause,
        reason,

        -- dates
        month_end

    from events

)

select * from final
