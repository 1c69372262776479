{{ config(materialized='table') }}

with

orders as (

    select * from {{ ref('int_orders__of_new_customers') }}

),

build_info as (

    select * from {{ ref('build_info') }}

),

placed as (

    select
        orders.*,
        orders.order_number = orders.orders as is_latest,
        {{ dbt.dateadd('day', var('prediction_horizons') | max, 'orders.first_ordered_at') }}
            as last_horizon_at,
        build_info.as_of

    from orders

    cross join build_info

),

-- The orders to learn from, and of who is still new the latest, whatever its number.
final as (

    select
        -- ids
        customer_id,

        -- numbers
        order_number as orders_seen,
        -- The line is only long once dbt's macro has been written out.
        {{ dbt.datediff('first_ordered_at', 'ordered_at', 'day') }} as days_used, -- noqa: LT05

        -- booleans
        is_latest,

        -- timestamps
        first_ordered_at,
        ordered_at as seen_at

    from placed

    where
        ordered_at < last_horizon_at
        and (
            order_number in ({{ var('prediction_orders') | join(', ') }})
            or (is_latest and last_horizon_at > as_of)
        )

)

select * from final
