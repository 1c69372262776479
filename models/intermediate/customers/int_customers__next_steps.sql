with

further_orders as (

    select * from {{ ref('int_customers__further_orders') }}

),

fewest_orders as (

    select
        customer_id,
        min(orders) as orders

    from further_orders

    where nearness = 1 and segment_rank < own_rank

    group by customer_id

),

reached as (

    select further_orders.*

    from further_orders

    inner join fewest_orders
        on
            further_orders.customer_id = fewest_orders.customer_id
            and further_orders.orders = fewest_orders.orders

),

-- The recency at which a segment with a later centre would be as near.
borders as (

    select
        goals.customer_id,
        goals.segment_key,
        goals.orders,
        goals.recency_mean,
        goals.recency_scale,
        min(
            goals.recency_now
            + (others.squared_distance - goals.squared_distance)
            / (2 * (others.recency_center - goals.recency_center))
        ) as recency_border

    from reached as goals

    left join reached as others
        on
            goals.customer_id = others.customer_id
            and goals.recency_center < others.recency_center

    where goals.nearness = 1

    group by
        goals.customer_id,
        goals.segment_key,
        goals.orders,
        goals.recency_mean,
        goals.recency_scale

),

-- Whole days, and at most ten years: later is never.
days_rounded as (

    select
        customer_id,
        segment_key,
        orders,
        cast(
            floor(exp(least(recency_border * recency_scale + recency_mean, ln(3652))) - 1)
            as integer
        ) as days

    from borders

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
                else concat(' within ', cast(days as string), ' days')
            end
        ) as next_step,

        -- numbers
        orders as next_step_orders,
        days as next_step_days

    from days_rounded

)

select * from final
