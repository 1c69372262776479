{{ config(materialized='table') }}

with

orders_kept as (

    select
        orders.customer_id,
        orders.net_amount,
        orders.ordered_at,
        build_info.as_of

    from {{ ref('orders') }} as orders

    cross join {{ ref('build_info') }} as build_info

    where not orders.is_guest and not orders.is_fully_returned

),

orders_summed_to_customer as (

    select
        customer_id,
        as_of,
        count(*) as frequency_orders,
        sum(net_amount) as monetary_amount,
        max(ordered_at) as last_kept_at

    from orders_kept

    group by customer_id, as_of

),

final as (

    select
        -- ids
        customer_id,

        -- numbers
        -- The line is only long once dbt's macro has been written out.
        cast({{ dbt.datediff('last_kept_at', 'as_of', 'day') }} as bigint) -- noqa: LT05
            as recency_days,
        frequency_orders,
        cast(monetary_amount as decimal(28, 7)) as monetary_amount

    from orders_summed_to_customer

)

select * from final
