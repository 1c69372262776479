with

steps as (

    select * from {{ ref('int_customers__steps') }}

),

events as (

    select
        customer_id,
        from_segment as segment_key,
        'left' as event,
        cause,
        reason,
        month_end

    from steps

    where from_segment is not null

    union all

    select
        customer_id,
        to_segment as segment_key,
        'entered' as event,
        cause,
        reason,
        month_end

    from steps

),

final as (

    select
        -- ids
        events.customer_id,
        events.segment_key,

        -- text
        segment_playbook.segment_name,
        events.event,
        events.cause,
        events.reason,

        -- dates
        events.month_end

    from events

    left join {{ ref('segment_playbook') }} as segment_playbook
        on events.segment_key = segment_playbook.segment_key

)

select * from final
