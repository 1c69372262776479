with

further_orders as (

    select * from {{ ref('int_customers__further_orders') }}

),

-- The recency at which a segment with a later centre would be as near.
borders as (

    select
        goals.customer_id,
        goals.segment_key,
        goals.orders,
        goals.recency_mean + goals.recency_scale * min(
            goals.recency_now
            + (others.squared_distance - goals.squared_distance)
            / (2 * (others.recency_center - goals.recency_center))
        ) as log_recency_border

    from further_orders as goals

    left join further_orders as others
        on
            goals.customer_id = others.customer_id
            and goals.orders = others.orders
            and goals.recency_center < others.recency_center

    where goals.nearness = 1 and goals.segment_rank < goals.own_rank

    group by
        goals.customer_id,
        goals.segment_key,
        goals.orders,
        goals.recency_mean,
        goals.recency_scale

),

-- Whole days; later than in ten years is never.
days_rounded as (

    select
        customer_id,
        segment_key,
        orders,
        case
            when log_recency_border < ln(3652)
                then cast(floor(exp(log_recency_border) - 1) as integer)
        end as days

    from borders

),

fewest_orders as (

    select
        *,
        row_number() over (partition by customer_id order by orders) as step_number

    from days_rounded

    where days is null or days >= {{ var('min_step_days') }}

),

final as (

    select
        -- ids
        customer_id,
        segment_key as next_segment_key,

        -- text
        concat(
            cast(orders as string),
            case when orders = 1 then ' more order' else ' more orders' end,
            case
                when days is null then ''
                when days = 1 then ', holds for 1 day'
                else concat(', holds for ', cast(days as string), ' days')
            end
        ) as next_step,

        -- numbers
        orders as next_step_orders,
        days as next_step_days

    from fewest_orders

    where step_number = 1

)

select * from final
