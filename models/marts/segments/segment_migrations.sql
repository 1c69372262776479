with

steps as (

    select * from {{ ref('int_customers__steps') }}

),

steps_counted as (

    select
        from_segment,
        to_segment,
        cause,
        month_end,
        count(*) as customers,
        sum(monetary_amount) as net_amount

    from steps

    group by from_segment, to_segment, cause, month_end

),

final as (

    select
        -- ids
        steps_counted.from_segment,
        steps_counted.to_segment,

        -- text
        playbook_before.segment_name as from_segment_name,
        playbook_after.segment_name as to_segment_name,
        steps_counted.cause,

        -- numbers
        steps_counted.customers,
        cast(steps_counted.net_amount as decimal(28, 7)) as net_amount,

        -- dates
        steps_counted.month_end

    from steps_counted

    left join {{ ref('segment_playbook') }} as playbook_before
        on steps_counted.from_segment = playbook_before.segment_key

    left join {{ ref('segment_playbook') }} as playbook_after
        on steps_counted.to_segment = playbook_after.segment_key

)

select * from final
