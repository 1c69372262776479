with

steps as (

    select * from {{ ref('int_customers__steps') }}

),

final as (

    select
        -- ids
        from_segment_key,
        to_segment_key,

        -- text
        from_segment_name,
        to_segment_name,
        cause,

        -- numbers
        count(*) as customers,
        cast(sum(monetary_amount) as decimal(28, 7)) as net_amount,

        -- dates
        month_end

    from steps

    group by from_segment_key, to_segment_key, from_segment_name, to_segment_name, cause, month_end

)

select * from final
